package runner

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/evalrun/evalrun/internal/fault"
	"github.com/evalrun/evalrun/internal/messages"
)

// ModelInfoSource describes models, as messages.HTTP does.
type ModelInfoSource interface {
	Model(ctx context.Context, id, version string) (*messages.ModelInfo, error)
}

// ModelInfo is a server's description of a model: Info, or the error in its
// place.
type ModelInfo struct {
	Model string
	Info  *messages.ModelInfo
	Err   error
}

// ModelInfo asks about every model that the plan names, those of judges too, by a
// version of the API. The error is ctx's, or one that every other request would
// have too.
func (p *Plan) ModelInfo(ctx context.Context, source ModelInfoSource, version string) ([]ModelInfo, error) {
	var infos []ModelInfo
	for _, m := range slices.Concat(p.models, p.judges) {
		if !slices.ContainsFunc(infos, func(t ModelInfo) bool { return t.Model == m.Model }) {
			infos = append(infos, ModelInfo{Model: m.Model})
		}
	}
	var asking sync.WaitGroup
	slots := make(chan struct{}, CountsAtOnce)
	for i := range infos {
		slots <- struct{}{}
		asking.Go(func() {
			defer fault.Catch()
			infos[i].Info, infos[i].Err = source.Model(ctx, infos[i].Model, version)
			<-slots
		})
	}
	asking.Wait()
	for _, t := range infos {
		if t.Err != nil && !errors.Is(t.Err, messages.ErrNotOffered) && lasting(t.Err) {
			return nil, t.Err
		}
	}
	return infos, nil
}
