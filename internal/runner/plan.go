package runner

import (
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/evalrun/evalrun/assert"
	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// PlanCounts are how much a run will do.
type PlanCounts struct {
	// Cases is the number of cases, Skipped how many of them are not asked,
	// Samples how many samples the others have. A case counts once for each
	// of its variants; Variants is how many there are in all suites.
	Cases, Skipped, Samples, Variants int
	// Requests is how many requests will be sent if none is retried. AtLeast
	// says that there can be more: how often a tool is used is not known.
	Requests int
	AtLeast  bool
	// Distinct is how many different requests the cases begin with: cases that
	// send the same request show no more than one of them.
	Distinct int
	// InSuites is the number of suites that have one of the cases.
	InSuites int

	// Batches is what batches have to do with it; nil for a run without them.
	Batches *BatchPlan

	variants map[string]bool
	models   []ModelRequests
	judges   []ModelRequests
}

// Plan is what a run will do: every case, its assertions compiled.
type Plan struct {
	PlanCounts

	set       *suite.Set
	kept      keptCases
	prices    *prices.Table
	made      time.Time // when: prices change
	compiler  *assert.Compiler
	compiled  map[*suite.Shape]*compiled
	estimator estimator
	// comparing are the suites that compare variants' answers.
	comparing map[*suite.Suite]bool
	// checks are those that cases ask for, by name.
	checks map[string]*suite.Check
	// every are all cases of the suites, those too that are not chosen.
	every  caseSet
	digest planDigest
	begins requestSet
	line   *record.Plan // of the digest, once all cases were added
}

// Has reports whether the suites have a case, chosen or not. Only a plan that
// got every case (Planner.Every) knows.
func (p *Plan) Has(id record.ID) bool { return p.every.has(id) }

// IsCompared reports whether a case's answers are compared with those of its other
// variants.
func (p *Plan) IsCompared(c *suite.Case) bool { return p.comparing[c.Suite] }

// Suites are what the plan is of.
func (p *Plan) Suites() *suite.Set { return p.set }

// question is a case with its assertions compiled.
type question struct {
	*suite.Case
	*compiled
	// pairwise is where its answers meet those of the case's other variants;
	// nil where they are not compared.
	pairwise *pairwise
	// first is the number of its first sample among those of the run, from 0.
	first int
}

// compile compiles the assertions of a case, once for its shape, placing what
// is wrong with them in the suite's file.
func (p *Plan) compile(c *suite.Case) *compiled {
	if p.compiled[c.Shape] == nil {
		p.compiled[c.Shape] = p.compileOnly(c)
	}
	return p.compiled[c.Shape]
}

// compileOnly is compile for a shape that is new. It is safe for concurrent use.
func (p *Plan) compileOnly(c *suite.Case) *compiled {
	axes := slices.Collect(maps.Keys(c.Axes))
	job := compiling{
		compiler: p.compiler,
		scope:    &assert.Scope{Vars: c.Vars, Axes: axes, Dir: c.Suite.Dir(), ReadFile: c.Suite.ReadFile},
	}
	return job.compile(c)
}

// priced reports whether a model has a price now.
func (p *Plan) priced(model string) bool { return p.prices.Known(model, p.made) }

// questions gives every case in the order of the suites, compiled.
func (p *Plan) questions() iter.Seq2[*question, error] {
	return func(yield func(*question, error) bool) {
		if cases, ok := p.kept.all(); ok {
			for _, c := range cases {
				q := &question{Case: c, compiled: p.compile(c)}
				if !yield(q, q.err) || q.err != nil {
					return
				}
			}
			return
		}
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
