package prices

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/evalrun/evalrun/internal/cost/tokens"
	"github.com/evalrun/evalrun/internal/models"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/internal/yamlfile"
)

// Table is what models cost. It never changes and is safe for concurrent use.
type Table struct {
	models map[string][]rate
	// own are the models of a file, at the prices of where they are asked.
	own map[string][]rate
	// served is where models are asked.
	served models.Served
	// webSearch is the price of 1,000 web searches in US dollars.
	webSearch *float64
	estimator *tokens.Estimator
}

// Default is the table that this version comes with.
func Default() *Table { return defaultTable() }

var defaultTable = sync.OnceValue(func() *Table {
	l := loader{yamlfile.Reader{Name: "models.yaml"}}
	t := l.table(&models.Known().Prices)
	if err := l.Problems.Err(); err != nil {
		panic(err) // a test reads the same table
	}
	return t
})

// rate is what a model costs from a date on, for prompts up to a length. A
// price or factor that is nil is not known.
type rate struct {
	from time.Time // zero: since ever
	upTo int64     // tokens of the prompt; 0: of any length

	// US dollars per million tokens.
	input, output, cacheWrite5m, cacheWrite1h, cacheRead *float64
	// Factors on all of these.
	batch, fast, us *float64
}

// Known reports whether the table has prices for a model at a time, by its id
// or, for an id that ends in a date (…-20251001), by its family's; a zero time
// is that of the latest price. An id of a cloud (us.anthropic.…) has the
// prices of its model with what the cloud adds.
func (t *Table) Known(model string, when time.Time) bool {
	rates, err := t.rates(model)
	return err == nil && len(inForce(rates, when)) > 0
}

// PerMillion gives the prices of a model at a time, in US dollars per million
// tokens of a short prompt and of its answer; false where they are not known.
func (t *Table) PerMillion(model string, when time.Time) (input, output float64, ok bool) {
	rates, err := t.rates(model)
	if err != nil {
		return 0, 0, false
	}
	r, err := rateFor(model, rates, when, 0)
	if err != nil || r.input == nil || r.output == nil {
		return 0, 0, false
	}
	return *r.input, *r.output, true
}

// On is the table of where models are asked.
func (t *Table) On(served models.Served) *Table {
	on := *t
	on.served = served
	return &on
}

// rates are the prices of a model where it is asked, by date and length of the
// prompt. Those of a file are taken as they are for the id that it names.
func (t *Table) rates(model string) ([]rate, error) {
	if rates, ok := t.own[model]; ok {
		return rates, nil
	}
	id := models.OfAPI(model)
	rates, ok := t.models[id]
	if !ok {
		rates, ok = t.models[models.Family(id)]
	}
	if !ok {
		return nil, fmt.Errorf("no price is known for the model %q", wording.Start(model, maxShown))
	}
	switch factor, why := t.served.Surcharge(model); factor {
	case 0:
		return nil, fmt.Errorf("no price is known for the model %q: %s", wording.Start(model, maxShown), why)
	case 1:
		return rates, nil
	default:
		return times(rates, factor), nil
	}
}

// times are rates with all prices of tokens multiplied.
func times(rates []rate, factor float64) []rate {
	out := slices.Clone(rates)
	for i := range out {
		r := &out[i]
		for _, price := range []**float64{&r.input, &r.output, &r.cacheWrite5m, &r.cacheWrite1h, &r.cacheRead} {
			if *price != nil {
				*price = new(**price * factor)
			}
		}
		r.us = nil // a location is no matter of the request there
	}
	return out
}

// rateFor is the one of a model's rates that holds at a time, for a prompt
// of so many tokens.
func rateFor(model string, rates []rate, when time.Time, prompt float64) (*rate, error) {
	rates = inForce(rates, when)
	for i := range rates {
		if r := &rates[i]; r.upTo == 0 || prompt <= float64(r.upTo) {
			return r, nil
		}
	}
	if len(rates) == 0 {
		return nil, unpriced(model, "answers of "+when.UTC().Format(time.DateOnly))
	}
	return nil, unpriced(model, fmt.Sprintf("a prompt of %.0f tokens", prompt))
}

// inForce are the rates of the last date that is not after when; with a zero
// time, of the last date.
func inForce(rates []rate, when time.Time) []rate {
	var found []rate
	for i, r := range rates {
		if !when.IsZero() && r.from.After(when) {
			break
		}
		if i == 0 || !r.from.Equal(rates[i-1].from) {
			found = rates[i:i]
		}
		found = found[:len(found)+1]
	}
	return found
}
