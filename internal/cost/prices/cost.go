package prices

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/evalrun/evalrun/internal/models"
	"github.com/evalrun/evalrun/internal/wording"
)

// Use is one answer, as far as it has a price.
type Use struct {
	// Model is the model that answered, by the id in the answer.
	Model string
	// Asked is the model that was asked, by the id in the request. A cloud's id
	// says what the cloud adds; the name in the answer need not.
	Asked string
	// Usage is the answer's usage object as it came. It names the place and
	// the tier of the service, so that these are not asked for.
	Usage json.RawMessage
	// StopReason is the answer's stop_reason. A refusal before any output is
	// not billed.
	StopReason string
	// When the answer was made; zero takes the latest price.
	When time.Time
}

// Cost is what an answer costs in US dollars, to 12 decimals. The error says
// why the cost is not known.
//
// It is the sum over the kinds of tokens of count × price ÷ 1,000,000, times
// the factors for a batch, fast mode and inference in the US, plus the web
// searches, which no factor touches. Where the answer took samplings of several
// kinds (a fallback, compaction, an advisor), each is priced by its own model
// and counts. Thinking tokens are output tokens. All
// tokens are priced by the length of the whole prompt, cached or not. See
// https://platform.claude.com/docs/en/about-claude/pricing.
func (t *Table) Cost(u Use) (float64, error) {
	u.Model = u.priced(u.Model)
	if _, err := t.rates(u.Model); err != nil {
		return 0, err
	}
	used, err := parseUsage(u.Usage)
	if err != nil {
		return 0, err
	}
	samplings, err := used.samplings(u)
	if err != nil {
		return 0, err
	}
	sum := 0.0
	for _, s := range samplings {
		micros, err := t.sampling(s, used.service(), u.When)
		if err != nil {
			return 0, err
		}
		sum += micros
	}
	searches, err := t.searches(used)
	if err != nil {
		return 0, err
	}
	return rounded(sum + searches), nil
}

// priced is the id by which a model that answered is charged for: a cloud's id
// that was asked, where the answer names the same model as the API does.
func (u Use) priced(answered string) string {
	model := models.OfAPI(u.Asked)
	if model == u.Asked || models.OfAPI(answered) != answered || models.Family(model) != models.Family(answered) {
		return answered
	}
	return u.Asked
}

// sampling is what one sampling of an answer costs, in millionths of dollars.
func (t *Table) sampling(i iteration, s service, when time.Time) (float64, error) {
	rates, err := t.rates(i.Model)
	if err != nil {
		return 0, err
	}
	r, err := rateFor(i.Model, rates, when, i.prompt())
	if err != nil {
		return 0, err
	}
	factor, err := r.factor(i.Model, s)
	if err != nil {
		return 0, err
	}
	tokens, err := r.tokens(i.Model, &i.counts)
	return tokens * factor, err
}

// rounded turns millionths of dollars into dollars, to 12 decimals: what a
// sum of decimal fractions would be without the errors of binary ones.
func rounded(micros float64) float64 { return math.Round(micros*1e6) / 1e12 }

// item is a kind of token that an answer used.
type item struct {
	name   string
	tokens float64
	price  *float64
}

// tokens is what an answer's tokens cost at a rate, in millionths of dollars.
func (r *rate) tokens(model string, u *counts) (float64, error) {
	sum := 0.0
	for _, i := range [...]item{
		{"input", *u.InputTokens, r.input},
		{"output", *u.OutputTokens, r.output},
		{"cache_write_5m", u.write5m(), r.cacheWrite5m},
		{"cache_write_1h", u.write1h(), r.cacheWrite1h},
		{"cache_read", count(u.CacheReadInputTokens), r.cacheRead},
	} {
		if i.tokens == 0 {
			continue
		}
		if i.price == nil {
			return 0, unpriced(model, i.name)
		}
		sum += i.tokens * *i.price
	}
	return sum, nil
}

// service is how an answer was made, as far as it changes the price.
type service struct {
	tier, geo, speed string
}

// service gives the answer's service; what its usage leaves out is the usual
// one.
func (u *usage) service() service {
	s := service{u.ServiceTier, u.InferenceGeo, u.Speed}
	if s.geo == "not_available" { // models before the parameter
		s.geo = ""
	}
	return s
}

// factor is what a service multiplies the prices of tokens by.
func (r *rate) factor(model string, s service) (float64, error) {
	product := 1.0
	for _, f := range [...]struct {
		name, value, usual, other string
		by                        *float64
	}{
		{"service_tier", s.tier, "standard", "batch", r.batch},
		{"inference_geo", s.geo, "global", "us", r.us},
		{"speed", s.speed, "standard", "fast", r.fast},
	} {
		switch {
		case f.value == "" || f.value == f.usual:
		case f.value == f.other && f.by != nil:
			product *= *f.by
		default:
			return 0, unpriced(model, fmt.Sprintf("%s %q", f.name, wording.Start(f.value, maxShown)))
		}
	}
	return product, nil
}

func unpriced(model, what string) error {
	return fmt.Errorf("no price is known for %s with %s", what, wording.Start(model, maxShown))
}

// searches is what an answer's web searches cost, in millionths of dollars.
func (t *Table) searches(u *usage) (float64, error) {
	n := count(u.ServerToolUse[webSearches])
	if n == 0 {
		return 0, nil
	}
	if t.webSearch == nil {
		return 0, errors.New("no price is known for web searches")
	}
	return n / 1000 * *t.webSearch * 1e6, nil
}
