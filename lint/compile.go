package lint

import (
	"maps"
	"slices"

	"github.com/evalrun/evalrun/assert"
	"github.com/evalrun/evalrun/suite"
)

// compiled are the assertions of all cases of one shape.
type compiled struct {
	assertions []*assert.Assertion
	// expectsError says that an error of the API may be what they are about.
	expectsError bool
}

// compile compiles the assertions of a case, once for its shape.
func (l *Linter) compile(c *suite.Case) *compiled {
	if known := l.compiled[c.Shape]; known != nil {
		return known
	}
	scope := &assert.Scope{
		Vars: c.Vars, Axes: slices.Collect(maps.Keys(c.Axes)), Dir: c.Suite.Dir(), ReadFile: c.Suite.ReadFile,
	}
	out := &compiled{}
	for _, a := range c.Assertions {
		compiled, err := l.opts.Compiler.Compile(a.Expr.Text, scope)
		if err != nil {
			continue // which the plan has reported
		}
		out.assertions = append(out.assertions, compiled)
		out.expectsError = out.expectsError || compiled.ExpectsError()
	}
	l.compiled[c.Shape] = out
	return out
}
