package prices

import (
	"errors"
	"fmt"
	"slices"

	"github.com/evalrun/evalrun/internal/models"
	"github.com/evalrun/evalrun/internal/wording"
)

// iteration is one of the samplings that an answer took. Those that are no
// message are not in the usage object's own counts.
type iteration struct {
	counts
	Type  string `json:"type"`
	Model string `json:"model"`
}

// samplings are what is billed of an answer: its own counts where these are of
// all that was sampled, else its iterations. An attempt that was declined
// before any output is not billed. See the pages on refusals and fallback and
// on compaction of https://platform.claude.com/docs.
func (u *usage) samplings(of Use) ([]iteration, error) {
	if u.isWhole(of) {
		own := iteration{counts: u.counts, Type: "message", Model: of.Model}
		if of.StopReason == "refusal" && *u.OutputTokens == 0 {
			return nil, nil
		}
		return []iteration{own}, nil
	}
	several := slices.ContainsFunc(u.Iterations, func(i iteration) bool { return i.Model != "" && of.priced(i.Model) != of.Model })
	var out []iteration
	for n, i := range u.Iterations {
		i.Model = of.priced(i.Model)
		switch {
		case !slices.Contains(models.Known().Iterations, i.Type):
			return nil, fmt.Errorf("the answer's usage has an iteration of type %q, whose price is not known", wording.Start(i.Type, maxShown))
		case i.Model == "" && several:
			return nil, fmt.Errorf("the answer's usage has an iteration of type %q that does not name which of several models it is of", i.Type)
		case i.Model == "":
			i.Model = of.Model
		}
		if err := i.check(); err != nil {
			return nil, fmt.Errorf("an iteration of type %s: %w", i.Type, err)
		}
		if !u.declined(n, of) {
			out = append(out, i)
		}
	}
	if several && u.Speed != "" && u.Speed != "standard" {
		return nil, errors.New("the answer's usage does not say at which speed each of several models answered")
	}
	return out, nil
}

// isWhole reports whether the usage object's own counts are of all that was
// sampled: it has no iterations, or messages of the answer's model alone.
func (u *usage) isWhole(of Use) bool {
	for _, i := range u.Iterations {
		own := i.Model == "" || models.Family(of.priced(i.Model)) == models.Family(of.Model)
		if i.Type != "message" || i.Model != u.Iterations[0].Model || !own {
			return false
		}
	}
	return true
}

// declined reports whether an iteration is an attempt that was declined before
// any output: another model's follows it, or the answer is a refusal.
func (u *usage) declined(n int, of Use) bool {
	i := u.Iterations[n]
	if i.Type != "message" && i.Type != "fallback_message" || *i.OutputTokens > 0 {
		return false
	}
	last := n == len(u.Iterations)-1
	return last && of.StopReason == "refusal" || !last && u.Iterations[n+1].Type == "fallback_message"
}
