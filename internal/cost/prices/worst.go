package prices

import (
	"errors"
	"fmt"
	"time"

	"github.com/evalrun/evalrun/internal/cost/tokens"
	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/internal/wording"
)

// Assuming is the table with parts of requests assumed to be free that nothing
// bounds the cost of: a member of the body, a type of tool, a kind of source,
// as tokens.Open names them.
func (t *Table) Assuming(free ...string) *Table {
	assuming := *t
	assuming.estimator = tokens.NewEstimator(free...)
	return &assuming
}

// IsCounted reports whether a member of the body is counted by its value, so
// that it cannot be assumed to be free.
func IsCounted(member string) bool { return tokens.IsCounted(member) }

// Request estimates the tokens of a request's body, with what the table assumes.
func (t *Table) Request(model string, body payload.JSON) tokens.Request {
	return t.estimator.Request(model, body)
}

// Turns estimates the tokens of turns that are added to a conversation.
func (t *Table) Turns(model string, turns []payload.JSON) tokens.Request {
	return t.estimator.Turns(model, turns)
}

// Unbounded is the error of a request whose cost nothing bounds.
type Unbounded struct{ tokens.Open }

func (e *Unbounded) Error() string {
	return fmt.Sprintf("%s has no bound: %s", wording.Start(e.Name, maxShown), e.Why)
}

// Worst is the most that the answer to a request to a model costs in US
// dollars, so that a budget can be kept before it is sent: the most tokens
// that its prompt can have, at the dearest price of input that the body may
// have (a cache is written where it says cache_control), and max_tokens of
// output.
//
// The error is an *Unbounded, or says which price is not known.
func (t *Table) Worst(model string, req *tokens.Request, when time.Time) (float64, error) {
	switch {
	case req.Broken:
		return 0, errors.New("the request is not as the API has it")
	case req.Model != model:
		return 0, fmt.Errorf("the request's model is %q, expected %q", wording.Start(req.Model, maxShown), wording.Start(model, maxShown))
	case !req.HasMaxTokens:
		return 0, errors.New("the request has no max_tokens that bounds its answer")
	case len(req.Opens) > 0:
		return 0, &Unbounded{req.Opens[0]}
	}
	rates, err := t.rates(model)
	if err != nil {
		return 0, err
	}
	worst := 0.0
	for _, prompt := range lengths(inForce(rates, when), req.Most) {
		r, err := rateFor(model, rates, when, prompt)
		if err != nil {
			return 0, err
		}
		usd, err := r.worst(model, req, prompt)
		if err != nil {
			return 0, err
		}
		worst = max(worst, usd)
	}
	return worst, nil
}

// lengths are the prompts that may be the dearest: the longest, and the
// longest at each of the rates below it.
func lengths(rates []rate, longest float64) []float64 {
	found := []float64{longest}
	for _, r := range rates {
		if r.upTo != 0 && float64(r.upTo) < longest {
			found = append(found, float64(r.upTo))
		}
	}
	return found
}

// tier is the service tier at which a request is answered.
func tier(req *tokens.Request) string {
	if req.Batch {
		return "batch"
	}
	return ""
}

// worst is what a request costs at a rate with a prompt of so many tokens.
func (r *rate) worst(model string, req *tokens.Request, prompt float64) (float64, error) {
	s := service{tier: tier(req), geo: req.InferenceGeo, speed: r.speed(model, req.Speed)}
	if s.geo == "" && r.us != nil {
		s.geo = "us" // a workspace may have it for its default
	}
	factor, err := r.factor(model, s)
	if err != nil {
		return 0, err
	}
	kinds := []item{{"input", prompt, r.input}}
	if req.Cached {
		kinds = append(kinds, item{"cache_write_5m", prompt, r.cacheWrite5m})
	}
	if req.CachedHour {
		kinds = append(kinds, item{"cache_write_1h", prompt, r.cacheWrite1h})
	}
	dearest := 0.0
	for _, i := range kinds {
		if i.price == nil {
			return 0, unpriced(model, i.name)
		}
		dearest = max(dearest, i.tokens**i.price)
	}
	if r.output == nil {
		return 0, unpriced(model, "output")
	}
	return rounded((dearest + req.MaxTokens**r.output) * factor), nil
}
