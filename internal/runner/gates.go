package runner

import (
	"fmt"
	"slices"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/suite"
)

// gateScope gathers what the gates of a suite may ask for.
type gateScope struct {
	suite   *suite.Suite
	known   func(model string) bool // whether it has a price
	metrics []string
	axes    map[string][]string
	classes expectations
	// unpriced is a model that has no price, "" where all have one.
	unpriced string
}

func (p *Plan) gateScope(s *suite.Suite) *gateScope {
	g := &gateScope{suite: s, known: p.priced, metrics: s.MetricNames(), axes: s.Axes(), classes: expectations{}}
	for _, name := range s.ClassificationNames() {
		g.classes.of(name)
	}
	return g
}

// add takes a case: the labels of its variant, which may be pinned, its model
// and its judges, whose scores are metrics.
func (g *gateScope) add(c *suite.Case) {
	for axis, label := range c.Axes {
		if !slices.Contains(g.axes[axis], label) {
			g.axes[axis] = append(g.axes[axis], label)
		}
	}
	if len(g.suite.Gates) == 0 {
		return
	}
	models := []string{c.Request.Model}
	for _, a := range c.Assertions {
		for _, name := range a.ScoreMetrics() {
			if !slices.Contains(g.metrics, name) {
				g.metrics = append(g.metrics, name)
			}
		}
		if a.Rubric != nil && a.Rubric.Judge != nil {
			models = append(models, a.Rubric.Judge.Model)
		}
	}
	for _, model := range models {
		if c.Skip == "" && !g.known(model) {
			g.unpriced = model
		}
	}
}

// check says what is wrong with the gates of the suite.
func (g *gateScope) check() diagnostic.List {
	scope := summary.GateScope{Metrics: g.metrics, Axes: g.axes, Classes: g.classes.named(g.suite)}
	var diags diagnostic.List
	for _, gate := range g.suite.Gates {
		if err := summary.CheckGate(gate.Text, scope); err != nil {
			diags.Add(placed(gate, err))
		} else if g.unpriced != "" && slices.Contains(summary.GateNumbers(gate.Text), "cost") {
			diags.Add(noPrice(gate, g.unpriced))
		}
	}
	return diags
}

// stopsEarly reports whether a case's samples end once it is decided. Where a
// gate asks for more than what became of cases all samples count, so that the
// verdict stays the one that all of them give. Where answers are compared each
// may be the opponent of another.
func (r *run) stopsEarly(s *suite.Suite) bool {
	return r.opts.StopEarly && !r.plan.comparing[s] && !slices.ContainsFunc(s.Gates, func(g suite.Expression) bool {
		return !slices.Equal(summary.GateNumbers(g.Text), []string{"cases"})
	})
}

// gates writes the outcomes of the gates, which are after all samples.
func (r *run) gates() {
	gated := slices.ContainsFunc(r.plan.set.Suites, func(s *suite.Suite) bool { return len(s.Gates) > 0 })
	if r.opts.Gates == nil || !gated {
		return
	}
	gates, err := r.opts.Gates()
	if err != nil {
		r.fail(fmt.Errorf("the gates cannot be evaluated: %w", err))
		return
	}
	for _, g := range gates {
		r.write(g)
	}
}
