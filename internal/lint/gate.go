package lint

import (
	"slices"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/suite"
)

// gates finds gates whose outcome no run changes.
type gates struct {
	scopes map[*suite.Suite]*summary.GateScope
}

// add takes a case: the labels and the scores that gates may name.
func (g *gates) add(c *suite.Case) {
	if len(c.Suite.Gates) == 0 {
		return
	}
	scope := g.scopes[c.Suite]
	if scope == nil {
		scope = &summary.GateScope{Metrics: c.Suite.MetricNames(), Axes: c.Suite.Axes(), Classes: map[string][]string{}}
		for _, name := range c.Suite.ClassificationNames() {
			scope.Classes[name] = nil
		}
		if g.scopes == nil {
			g.scopes = map[*suite.Suite]*summary.GateScope{}
		}
		g.scopes[c.Suite] = scope
	}
	for axis, label := range c.Axes {
		if !slices.Contains(scope.Axes[axis], label) {
			scope.Axes[axis] = append(scope.Axes[axis], label)
		}
	}
	for _, a := range c.Assertions {
		for _, name := range a.ScoreMetrics() {
			if !slices.Contains(scope.Metrics, name) {
				scope.Metrics = append(scope.Metrics, name)
			}
		}
	}
}

// report adds the gates whose outcome no run changes.
func (g *gates) report(found *collector) {
	for s, scope := range g.scopes {
		for _, gate := range s.Gates {
			constant, shares, err := summary.GateConstants(gate.Text, *scope)
			if err != nil {
				continue // which the plan has reported
			}
			if constant {
				found.add(constantGate, gate.Diagnostic(0, len(gate.Text), "the gate uses no number of the run, so its outcome is always the same", ""), nil)
			}
			for _, part := range shares {
				d := gate.Diagnostic(part.Offset, part.Length, "a rate is never above 1", "a rate is a share: 95 % is 0.95")
				found.add(constantGate, d, nil)
			}
		}
	}
}
