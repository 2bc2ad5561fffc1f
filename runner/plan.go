package runner

import (
	"errors"
	"iter"

	"github.com/evalrun/evalrun/assert"
	"github.com/evalrun/evalrun/diagnostic"
	"github.com/evalrun/evalrun/suite"
)

// Plan is what a run will do: every case, its assertions compiled.
type Plan struct {
	// Cases is the number of cases, Skipped how many of them are not asked,
	// Requests how many requests will be sent if none is retried.
	Cases, Skipped, Requests int

	set      *suite.Set
	compiler *assert.Compiler
}

// NewPlan compiles the assertions of every case. The error is a
// diagnostic.List with all that is wrong with them, and with the cases that
// cannot be made.
func NewPlan(set *suite.Set) (*Plan, error) {
	p := &Plan{set: set, compiler: assert.NewCompiler()}
	var diags diagnostic.List
	for _, s := range set.Suites {
		for c, err := range s.Cases() {
			if c != nil {
				p.count(c)
				_, wrong := p.compile(c)
				err = errors.Join(err, wrong)
			}
			diags.Add(listed(err)...)
		}
	}
	if err := diags.Err(); err != nil {
		return nil, err
	}
	return p, nil
}

// listed gives the diagnostics of one or more joined errors.
func listed(err error) diagnostic.List {
	var all diagnostic.List
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			all.Add(listed(e)...)
		}
		return all
	}
	errors.As(err, &all)
	return all
}

// Suites are the suites of the plan.
func (p *Plan) Suites() []*suite.Suite { return p.set.Suites }

func (p *Plan) count(c *suite.Case) {
	p.Cases++
	if c.Skip != "" {
		p.Skipped++
		return
	}
	p.Requests += c.Times
}

// question is a case with its assertions compiled.
type question struct {
	*suite.Case
	assertions []*assert.Assertion
	// expectsError says that an assertion names error, so that an error of
	// the API may be what the case is about.
	expectsError bool
}

// compile compiles the assertions of a case, placing what is wrong with them
// in the suite's file.
func (p *Plan) compile(c *suite.Case) (*question, error) {
	q := &question{Case: c}
	var diags diagnostic.List
	scope := &assert.Scope{Vars: c.Vars}
	for _, a := range c.Assertions {
		compiled, err := p.compiler.Compile(a.Expr.Text, scope)
		if err != nil {
			diags.Add(placed(a.Expr, err))
			continue
		}
		q.assertions = append(q.assertions, compiled)
		q.expectsError = q.expectsError || compiled.ExpectsError()
	}
	if err := diags.Err(); err != nil {
		return nil, err
	}
	return q, nil
}

// placed gives an error of an expression its place in the file.
func placed(e suite.Expression, err error) diagnostic.Diagnostic {
	var wrong *assert.Error
	if errors.As(err, &wrong) {
		return e.Diagnostic(wrong.Offset, wrong.Length, wrong.Message, wrong.Hint)
	}
	return e.Diagnostic(0, len(e.Text), err.Error(), "")
}

// questions gives every case in the order of the suites, compiled.
func (p *Plan) questions() iter.Seq2[*question, error] {
	return func(yield func(*question, error) bool) {
		for _, s := range p.set.Suites {
			for c, err := range s.Cases() {
				var q *question
				if err == nil {
					q, err = p.compile(c)
				}
				if !yield(q, err) || err != nil {
					return
				}
			}
		}
	}
}
