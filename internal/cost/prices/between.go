package prices

import (
	"math"
	"time"

	"github.com/evalrun/evalrun/internal/cost/tokens"
	"github.com/evalrun/evalrun/internal/models"
)

// Range is from what something costs at least to what it costs at most, in US
// dollars.
type Range struct{ Low, High float64 }

// plus is the range of both together.
func (r Range) plus(o Range) Range { return Range{r.Low + o.Low, r.High + o.High} }

// Times is the range of so many.
func (r Range) Times(n int) Range { return Range{r.Low * float64(n), r.High * float64(n)} }

// between estimates what the answer to a request will cost, by an estimate of
// its prompt: at least the fewest tokens of input and no output, read from the
// cache where parts are marked for it; at most the most tokens of input,
// written to the cache where parts are, and max_tokens of output. What the
// estimate could not read or bound is not in it. Without inference_geo the
// usual place is meant.
//
// The error says which price is not known.
func (t *Table) between(model string, req *tokens.Request, when time.Time) (Range, error) {
	rates, err := t.rates(model)
	if err != nil {
		return Range{}, err
	}
	few, err := rateFor(model, rates, when, req.Input.Low)
	if err != nil {
		return Range{}, err
	}
	low, _, err := few.between(model, req)
	if err != nil {
		return Range{}, err
	}
	many, err := rateFor(model, rates, when, req.Input.High)
	if err != nil {
		return Range{}, err
	}
	_, high, err := many.between(model, req)
	return Range{low, high}, err
}

// speed is the one that a request is answered at, which asks for another: some
// models take the speed fast, and answer at their usual one and its price.
func (r *rate) speed(model, asked string) string {
	if asked != "fast" || r.fast != nil {
		return asked
	}
	if known := models.Known().Find(model); known != nil && known.Fast == "ignored" {
		return ""
	}
	return asked
}

// between is what a request costs at one rate.
func (r *rate) between(model string, req *tokens.Request) (low, high float64, err error) {
	factor, err := r.factor(model, service{tier: tier(req), geo: req.InferenceGeo, speed: r.speed(model, req.Speed)})
	if err != nil {
		return 0, 0, err
	}
	if r.output == nil {
		return 0, 0, unpriced(model, "output")
	}
	ways := []item{{"input", 1, r.input}}
	if req.Cached {
		ways = append(ways, item{"cache_read", 1, r.cacheRead}, item{"cache_write_5m", 1, r.cacheWrite5m})
	}
	if req.CachedHour {
		ways = append(ways, item{"cache_write_1h", 1, r.cacheWrite1h})
	}
	cheapest, dearest := math.Inf(1), 0.0
	for _, way := range ways {
		if way.price == nil {
			return 0, 0, unpriced(model, way.name)
		}
		cheapest, dearest = min(cheapest, *way.price), max(dearest, *way.price)
	}
	low = rounded(req.Input.Low * cheapest * factor)
	high = rounded((req.Input.High*dearest + req.MaxTokens**r.output) * factor)
	return low, high, nil
}
