package runner

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/evalrun/evalrun/assert"
	"github.com/evalrun/evalrun/diagnostic"
	"github.com/evalrun/evalrun/prices"
	"github.com/evalrun/evalrun/suite"
)

// Plan is what a run will do: every case, its assertions compiled.
type Plan struct {
	// Cases is the number of cases, Skipped how many of them are not asked,
	// Samples how many samples the others have. A case counts once for each
	// of its variants; Variants is how many there are in all suites.
	Cases, Skipped, Samples, Variants int
	// Requests is how many requests will be sent if none is retried. AtLeast
	// says that there can be more: how often a tool is used is not known.
	Requests int
	AtLeast  bool
	// InSuites is the number of suites that have one of the cases.
	InSuites int

	set      *suite.Set
	prices   *prices.Table
	made     time.Time // when: prices change
	compiler *assert.Compiler
	compiled map[*suite.Shape]*compiled
	variants map[string]bool
	models   []ModelRequests
	judges   []ModelRequests
}

// maxListed bounds the problems of cases that are collected: a million rows
// can all have the same.
const maxListed = 10_000

// NewPlan compiles the assertions of every case, whose answers cost what the
// table says, and checks the gates. The error is a diagnostic.List with all that is wrong with
// them, and with the cases that cannot be made.
func NewPlan(set *suite.Set, table *prices.Table) (*Plan, error) {
	p := &Plan{
		set: set, prices: table, made: time.Now(), compiler: assert.NewCompiler(),
		compiled: map[*suite.Shape]*compiled{}, variants: map[string]bool{},
	}
	var diags diagnostic.List
	for _, s := range set.Suites {
		before, scope := p.Cases, p.gateScope(s)
		for c, err := range s.Cases() {
			if c != nil {
				if p.Cases == before {
					p.InSuites++
				}
				p.count(c)
				scope.add(c)
				if p.compiled[c.Shape] == nil {
					diags.Add(listed(p.compile(c).err)...)
				}
			}
			if len(diags) < maxListed {
				diags.Add(listed(err)...)
				diags.Add(p.unpriced(c)...)
			}
		}
		diags.Add(scope.check()...)
	}
	if err := diags.Err(); err != nil {
		return nil, err
	}
	return p, nil
}

// Suites are what the plan is of.
func (p *Plan) Suites() *suite.Set { return p.set }

// Compiler has compiled the expressions of every case.
func (p *Plan) Compiler() *assert.Compiler { return p.compiler }

// listed gives the diagnostics of an error.
func listed(err error) diagnostic.List {
	var list diagnostic.List
	errors.As(err, &list)
	return list
}

func (p *Plan) count(c *suite.Case) {
	p.Cases++
	if !p.variants[c.Variant] {
		p.variants[c.Variant] = true
		p.Variants++
	}
	if c.Skip != "" {
		p.Skipped++
		return
	}
	p.Samples += c.Times
	p.Requests += c.Times * (1 + len(c.Conversation.Next))
	p.AtLeast = p.AtLeast || c.Conversation.Tools != nil
	p.models = countModel(p.models, c.Request.Model, c.Times)
	for _, a := range c.Assertions {
		if a.Rubric != nil && a.Rubric.Judge != nil {
			p.judges = countModel(p.judges, a.Rubric.Judge.Model, c.Times*a.Rubric.Votes)
		}
	}
}

// question is a case with its assertions compiled.
type question struct {
	*suite.Case
	*compiled
}

// compile compiles the assertions of a case, once for its shape, placing what
// is wrong with them in the suite's file.
func (p *Plan) compile(c *suite.Case) *compiled {
	if known := p.compiled[c.Shape]; known != nil {
		return known
	}
	axes := slices.Collect(maps.Keys(c.Axes))
	job := compiling{
		compiler: p.compiler,
		scope:    &assert.Scope{Vars: c.Vars, Axes: axes, Dir: c.Suite.Dir(), ReadFile: c.Suite.ReadFile},
	}
	out := job.compile(c)
	p.compiled[c.Shape] = out
	return out
}

// unpriced says of which assertions no answer will have the cost that they
// ask for. Cases of one shape can differ in their model.
func (p *Plan) unpriced(c *suite.Case) diagnostic.List {
	if c == nil || c.Skip != "" || len(p.compiled[c.Shape].costs) == 0 || p.priced(c.Request.Model) {
		return nil
	}
	var diags diagnostic.List
	for _, e := range p.compiled[c.Shape].costs {
		diags.Add(noPrice(e, c.Request.Model))
	}
	return diags
}

// priced tells whether a model has a price now.
func (p *Plan) priced(model string) bool { return p.prices.Known(model, p.made) }

func noPrice(e suite.Expression, model string) diagnostic.Diagnostic {
	return e.Diagnostic(0, len(e.Text),
		fmt.Sprintf("the cost is not known: there is no price of the model %q", model),
		"`--prices FILE` gives its price; docs/prices.md says how")
}

// questions gives every case in the order of the suites, compiled.
func (p *Plan) questions() iter.Seq2[*question, error] {
	return func(yield func(*question, error) bool) {
		for _, s := range p.set.Suites {
			for c, err := range s.Cases() {
				if err != nil {
					yield(nil, err)
					return
				}
				q := &question{Case: c, compiled: p.compile(c)}
				if !yield(q, q.err) || q.err != nil {
					return
				}
			}
		}
	}
}
