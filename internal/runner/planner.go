package runner

import (
	"errors"
	"fmt"
	"time"

	"github.com/evalrun/evalrun/assert"
	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite"
)

// Planner makes a Plan of cases that are added one by one, so that a pass over
// them can be shared: suite.Load makes each case once, to check it, and passes
// it to its option Each.
type Planner struct {
	// Observe, if set, is shown each case once its expressions are compiled, in
	// the order in which they are added.
	Observe func(*suite.Case)

	plan      *Plan
	scopes    map[*suite.Suite]*gateScope
	opponents missingOpponents
	pending   compileQueue
	diags     diagnostic.List
}

// maxListed bounds the problems of cases that are collected: a million rows
// can all have the same.
const maxListed = 10_000

// NewPlanner gives a Planner of cases whose answers cost what the table says.
func NewPlanner(table *prices.Table) *Planner {
	now := time.Now()
	return &Planner{
		plan: &Plan{
			prices: table, made: now, compiler: assert.NewCompiler(),
			compiled: map[*suite.Shape]*compiled{}, PlanCounts: PlanCounts{variants: map[string]bool{}}, comparing: map[*suite.Suite]bool{},
			estimator: newEstimator(table, now),
		},
		scopes:  map[*suite.Suite]*gateScope{},
		pending: compileQueue{shapes: map[*suite.Shape]*compilation{}},
	}
}

// Compiler has compiled the expressions of the cases that were added.
func (p *Planner) Compiler() *assert.Compiler { return p.plan.compiler }

// Every takes note of a case of the suites, whether or not it is chosen.
func (p *Planner) Every(c *suite.Case) {
	p.plan.every.add(caseID(c))
	p.plan.digest.add(c)
}

// Add counts a case and has its assertions compiled, while further ones are made.
func (p *Planner) Add(c *suite.Case) {
	if p.scopes[c.Suite] == nil {
		p.plan.InSuites++
	}
	p.plan.count(c)
	p.plan.countChecks(c)
	p.plan.kept.add(c)
	p.scope(c.Suite).add(c)
	p.opponents.add(c)
	p.pending.add(c, p.plan)
	for next, ok := p.pending.ready(); ok; next, ok = p.pending.ready() {
		p.settle(next)
	}
}

// settle takes a case whose assertions are compiled.
func (p *Planner) settle(q queuedCase) {
	if p.plan.compiled[q.Shape] == nil {
		p.plan.compiled[q.Shape] = q.out
		p.diags.Add(listed(q.out.err)...)
	}
	if q.out.timed {
		p.plan.Batches.addTimed(q.Case)
	}
	expected := p.scope(q.Suite).classes.add(q.Case, q.out)
	if len(p.diags) < maxListed {
		p.diags.Add(expected...)
		p.diags.Add(p.plan.unpriced(q.Case)...)
	}
	if p.Observe != nil {
		p.Observe(q.Case)
	}
}

// InBatches has the plan be one of requests in Message Batches. It is called before
// the first case is added.
func (p *Planner) InBatches() {
	p.plan.estimator.inBatches = true
	p.plan.Batches = &BatchPlan{}
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
	p.begins.add(c)
	p.Batches.add(c)
	p.Samples += c.Times
	p.Requests += c.Times * (1 + len(c.Conversation.Next))
	p.AtLeast = p.AtLeast || c.Conversation.TakesTools()
	p.models = countModel(p.models, c.Request.Model, c.Times)
	for _, a := range c.Assertions {
		p.comparing[c.Suite] = p.comparing[c.Suite] || a.Rubric != nil && a.Rubric.Over != ""
		if a.Rubric != nil && a.Rubric.Judge != nil && a.Rubric.Requests() > 0 {
			p.judges = countModel(p.judges, a.Rubric.Judge.Model, c.Times*a.Rubric.Requests())
		}
	}
	p.estimator.add(c)
}

func (p *Planner) scope(s *suite.Suite) *gateScope {
	g := p.scopes[s]
	if g == nil {
		g = p.plan.gateScope(s)
		p.scopes[s] = g
	}
	return g
}

// Plan checks the gates and gives the plan of the set whose chosen cases were
// added. The error is a diagnostic.List with all that is wrong with the
// assertions and the gates.
func (p *Planner) Plan(set *suite.Set) (*Plan, error) {
	for next, ok := p.pending.next(); ok; next, ok = p.pending.next() {
		p.settle(next)
	}
	for _, s := range set.Suites {
		p.diags.Add(p.scope(s).check()...)
	}
	p.opponents.end()
	p.diags.Add(p.opponents.diags...)
	if err := p.diags.Err(); err != nil {
		return nil, err
	}
	p.plan.set = set
	p.plan.every.sort()
	p.plan.line = p.plan.digest.line()
	p.plan.Distinct = p.plan.begins.count()
	return p.plan, nil
}

// listed gives the diagnostics of an error.
func listed(err error) diagnostic.List {
	var list diagnostic.List
	errors.As(err, &list)
	return list
}

// unpriced lists the assertions that use a cost which is not known for the
// model. Cases of one shape can differ in their model.
func (p *Plan) unpriced(c *suite.Case) diagnostic.List {
	if c.Skip != "" || len(p.compiled[c.Shape].costExpressions) == 0 || p.priced(c.Request.Model) {
		return nil
	}
	var diags diagnostic.List
	for _, e := range p.compiled[c.Shape].costExpressions {
		diags.Add(noPrice(e, c.Request.Model))
	}
	return diags
}

func noPrice(e suite.Expression, model string) diagnostic.Diagnostic {
	return e.Diagnostic(0, len(e.Text),
		fmt.Sprintf("no price is known for the model %q", model),
		"`--prices FILE` gives its price; docs/prices.md says how")
}
