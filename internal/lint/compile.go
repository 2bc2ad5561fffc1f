package lint

import (
	"maps"
	"slices"

	"github.com/evalrun/evalrun/assert"
	"github.com/evalrun/evalrun/suite"
)

// compiled are the assertions of all cases of one shape, each with its
// condition; nil where there is none.
type compiled struct {
	assertions, conditions []*expression
	// expectsError says that an error of the API may be what they are about.
	expectsError bool
}

// compile compiles the assertions of a case, once for its shape.
func (l *Linter) compile(c *suite.Case) *compiled {
	if known := l.compiled[c.Shape]; known != nil {
		return known
	}
	scope := scopeOf(c)
	out := &compiled{}
	for _, a := range c.Assertions {
		var e *expression
		if a.Rubric == nil && a.Check == nil {
			e = l.compileOne(a.Expr, scope)
		}
		out.assertions = append(out.assertions, e)
		out.expectsError = out.expectsError || e != nil && e.ExpectsError()
		var when *expression
		if a.When != nil {
			when = l.compileOne(*a.When, scope)
		}
		out.conditions = append(out.conditions, when)
	}
	l.compiled[c.Shape] = out
	return out
}

// scopeOf is what is known of a case when its expressions are compiled.
func scopeOf(c *suite.Case) *assert.Scope {
	return &assert.Scope{Vars: c.Vars, Axes: slices.Collect(maps.Keys(c.Axes)), Dir: c.Suite.Dir(), ReadFile: c.Suite.ReadFile}
}

// compileOne compiles one expression; nil where it is wrong, which the plan
// has reported.
func (l *Linter) compileOne(e suite.Expression, scope *assert.Scope) *expression {
	a, err := l.opts.Compiler.Compile(e.Text, scope)
	if err != nil {
		return nil
	}
	return l.expressionOf(a)
}
