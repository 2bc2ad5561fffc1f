package runner

import (
	"errors"
	"fmt"
	"time"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite"
)

// CheckBounds lists the cases whose cost has no bound, as
// a diagnostic.List: each reason once, at the first case that has it.
func (p *Plan) CheckBounds() error {
	var found []*noBound
	known := map[string]*noBound{}
	for q, err := range p.questions() {
		if err != nil {
			return err
		}
		if q.Skip != "" || len(found) == maxListed {
			continue
		}
		n := p.bounded(q.Case)
		if n == nil {
			continue
		}
		key := n.why.Error()
		if known[key] == nil {
			known[key] = n
			found = append(found, n)
		}
		known[key].cases++
	}
	var diags diagnostic.List
	for _, n := range found {
		diags.Add(n.diagnostic())
	}
	return diags.Err()
}

// noBound is why the cost of some cases has no bound.
type noBound struct {
	first *suite.Case
	body  *suite.Value // of the request in question
	cases int
	judge bool
	why   error
}

// bounded is why a request of the case has no bound of its cost;
// nil where it can.
func (p *Plan) bounded(c *suite.Case) *noBound {
	for r := range p.estimator.planned(c) {
		if _, err := p.prices.Worst(r.To.Model, &r.Request, time.Now()); err != nil {
			return &noBound{first: c, body: r.written, judge: r.To.Judge, why: err}
		}
	}
	return nil
}

// worst is the most that one sample of a case costs, but for requests that have
// no bound: these are refused when their turn comes.
func (p *Plan) worst(c *suite.Case) float64 {
	sum := 0.0
	for r := range p.estimator.planned(c) {
		if usd, err := p.prices.Worst(r.To.Model, &r.Request, p.made); err == nil {
			sum += usd * float64(r.Times)
		}
	}
	return sum
}

func (n *noBound) diagnostic() diagnostic.Diagnostic {
	of := fmt.Sprintf("the case %q", n.first.Name)
	if n.cases > 1 {
		of = fmt.Sprintf("%d cases, the first of them %q,", n.cases, n.first.Name)
	}
	judge := ""
	if n.judge {
		judge = "its judge: "
	}
	message := fmt.Sprintf("the cost of %s has no bound to keep --max-cost by: %s%v", of, judge, n.why)
	var open *prices.Unbounded
	if !errors.As(n.why, &open) {
		return n.first.Diagnostic(message, "")
	}
	hint := fmt.Sprintf("take it out, or count it as nothing with `--assume-free %s`", open.Name)
	if m, ok := n.body.Member(open.Name); ok {
		return m.Diagnostic(message, hint)
	}
	return n.first.Diagnostic(message, hint)
}
