package runner

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/evalrun/evalrun/internal/messages"
)

// ModelTeller tells of a model, as messages.HTTP does.
type ModelTeller interface {
	Model(ctx context.Context, id, version string) (*messages.ModelInfo, error)
}

// ModelTold is what a server said of a model: Info, or the error in its place.
type ModelTold struct {
	Model string
	Info  *messages.ModelInfo
	Err   error
}

// Tell asks about every model that the plan names, those of judges too, by a
// version of the API. The error is ctx's, or one that every other request would
// have too.
func (p *Plan) Tell(ctx context.Context, teller ModelTeller, version string) ([]ModelTold, error) {
	var told []ModelTold
	for _, m := range slices.Concat(p.models, p.judges) {
		if !slices.ContainsFunc(told, func(t ModelTold) bool { return t.Model == m.Model }) {
			told = append(told, ModelTold{Model: m.Model})
		}
	}
	var asking sync.WaitGroup
	places := make(chan struct{}, CountsAtOnce)
	for i := range told {
		places <- struct{}{}
		asking.Go(func() {
			told[i].Info, told[i].Err = teller.Model(ctx, told[i].Model, version)
			<-places
		})
	}
	asking.Wait()
	for _, t := range told {
		if t.Err != nil && !errors.Is(t.Err, messages.ErrNotOffered) && lasting(t.Err) {
			return nil, t.Err
		}
	}
	return told, nil
}
