package lint

import (
	"slices"
	"strings"

	"github.com/evalrun/evalrun/assert"
	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/suite"
)

// gates finds gates that cannot pass or cannot fail.
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
		scope = &summary.GateScope{Metrics: c.Suite.MetricNames(), Axes: c.Suite.Axes()}
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
		if score := a.Name + ".score"; a.Rubric != nil && a.Name != "" && !slices.Contains(scope.Metrics, score) {
			scope.Metrics = append(scope.Metrics, score)
		}
	}
}

// tell adds the gates that are decided before the run.
func (g *gates) tell(found *collector) {
	for s, scope := range g.scopes {
		for _, gate := range s.Gates {
			verdict, err := summary.GateVerdict(gate.Text, *scope)
			if err != nil {
				continue // which the plan has reported
			}
			switch verdict.Outcome {
			case assert.Never:
				d := decided(gate, verdict, "the gate cannot pass: ")
				if strings.Contains(gate.Text, "pass_rate") {
					d.Hint = "a rate is a share: 95 % is 0.95"
				}
				found.add(constantGate, d, nil)
			case assert.Always:
				found.add(constantGate, decided(gate, verdict, "the gate cannot fail: "), nil)
			}
		}
	}
}
