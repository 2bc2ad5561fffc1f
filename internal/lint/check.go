package lint

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/evalrun/evalrun/assert"
	"github.com/evalrun/evalrun/internal/models"
	"github.com/evalrun/evalrun/suite"
)

// Options are what is known beside the suites.
type Options struct {
	// Compiler has compiled the assertions already; nil makes a new one.
	Compiler *assert.Compiler
	// Version is the anthropic-version where a suite says none.
	Version string
	// Platform is the name of the cloud that is asked, "" for the API.
	Platform string
	// ModelInfo is what the API reports of models, by name; nil where it was
	// not asked. It overrides the table of models.
	ModelInfo map[string]*ModelInfo
	// Now decides which retirements are near or past; the zero time reports none.
	Now time.Time
	// Tokens is how many tokens a case's prompt has at least; nil where nobody
	// knows.
	Tokens func(*suite.Case) float64
}

// Report is what was found.
type Report struct {
	// Findings are in the order of their positions. Each is reported once, however
	// many cases have it. Full says that there were too many to keep.
	Findings []Finding
	Full     bool
	// Models are those that are asked, by name.
	Models []Model
}

// Model says how many cases a model is asked, and how many of them it is
// known to refuse. A case that expects an error is not one of those.
type Model struct {
	Name           string
	Asked, Refused int
	// Why counts the refused cases by what they are refused for, the most
	// first; a case can have several reasons.
	Why []Reason
}

// Reason is what cases are refused for, in a word or two, and their number.
type Reason struct {
	What  string
	Cases int
}

// Check looks at every chosen case of the suites, which must have been loaded
// and compiled without an error.
func Check(set *suite.Set, opts Options) *Report {
	l := New(opts)
	for _, s := range set.Suites {
		for c, err := range s.Cases() {
			if err == nil {
				l.Case(c)
			}
		}
	}
	return l.Report(set)
}

// Linter looks at cases one by one. It is not safe for concurrent use.
type Linter struct {
	opts     Options
	facts    *models.Table
	found    collector
	compiled map[*suite.Shape]*compiled
	models   map[string]*modelCount
	families map[string]*models.Model // what is known of a model, by its id
	tools    toolNames
	judged   map[judged]bool
	labels   labels
	gates    gates
	expected expectations
	bound    boundBlocks
	same     sameRequests

	expressions map[assert.Assertion]*expression
}

// modelCount gathers a Model.
type modelCount struct {
	asked, refused int
	why            map[string]int
}

// New makes a Linter that has seen no case.
func New(opts Options) *Linter {
	if opts.Compiler == nil {
		opts.Compiler = assert.NewCompiler()
	}
	return &Linter{
		opts: opts, facts: models.Known(), compiled: map[*suite.Shape]*compiled{}, models: map[string]*modelCount{}, families: map[string]*models.Model{},
		expressions: map[assert.Assertion]*expression{}, judged: map[judged]bool{}, expected: expectations{},
	}
}

// Case looks at one case. One that is skipped is not asked, and one that is
// wrong, so that it has no request, is not looked at.
func (l *Linter) Case(c *suite.Case) {
	if c.Request.Written == nil {
		return
	}
	l.labels.add(c)
	l.gates.add(c)
	l.classes(c)
	if c.Skip != "" {
		return
	}
	l.same.add(c)
	exprs := l.compile(c)
	l.request(c, exprs)
	l.assertions(c, exprs)
	l.judges(c)
}

// request looks for what the API is known to refuse. A case whose assertions
// name error may be about that.
func (l *Linter) request(c *suite.Case, exprs *compiled) {
	count := l.models[c.Request.Model]
	if count == nil {
		count = &modelCount{why: map[string]int{}}
		if len(l.models) < maxFindings {
			l.models[c.Request.Model] = count
		}
	}
	count.asked++
	a := l.factsOf(c, c.Request.Written, c.Request.Model, c.Request.Version)
	for _, warn := range []func(*requestFacts) (refusal, bool){(*requestFacts).speedIgnored, (*requestFacts).cacheTooSmall} {
		if r, found := warn(a); found {
			l.found.add(r.rule, at(r.at, c, r.message, r.hint), c)
		}
	}
	l.bound.add(a)
	for _, r := range slices.Concat(a.retiring(), a.misspelt(l.facts), a.endsOfOthers(), a.betasMisspelt(l.facts), l.values(a)) {
		l.found.add(r.rule, at(r.at, c, r.message, r.hint), c)
	}
	if exprs.expectsError {
		return
	}
	refused := a.refusals()
	what := map[string]bool{}
	for _, r := range refused {
		l.found.add(r.rule, at(r.at, c, r.message, r.hint), c)
		what[r.what] = true
	}
	if len(refused) > 0 {
		count.refused++
	}
	for name := range what {
		count.why[name]++
	}
}

// factsOf is a request of a case with what is known of its model.
func (l *Linter) factsOf(c *suite.Case, body *suite.Value, name, version string) *requestFacts {
	version = cmp.Or(version, l.opts.Version)
	known, looked := l.families[name]
	if !looked {
		known = withInfo(l.facts.Find(name), l.opts.ModelInfo[name])
		if len(l.families) < maxFindings {
			l.families[name] = known
		}
	}
	return &requestFacts{
		of: c, body: body, model: known, known: l.facts, platform: l.facts.Platforms[l.opts.Platform], platformName: l.opts.Platform, version: l.facts.Versions[version],
		versionName: version, modelName: name, info: l.opts.ModelInfo[name], tokens: l.opts.Tokens, now: l.opts.Now,
	}
}

// Report gives what was found, with what only the suites as a whole show. All
// of their cases must have been looked at.
func (l *Linter) Report(set *suite.Set) *Report {
	l.tools.report(&l.found)
	l.gates.report(&l.found)
	l.expected.report(&l.found)
	l.bound.report(&l.found)
	l.unused(set)
	l.texts(set)
	r := &Report{Findings: l.found.findings(), Full: l.found.full}
	for _, name := range slices.Sorted(maps.Keys(l.models)) {
		r.Models = append(r.Models, l.models[name].model(name))
	}
	return r
}

func (c *modelCount) model(name string) Model {
	m := Model{Name: name, Asked: c.asked, Refused: c.refused}
	for _, what := range slices.Sorted(maps.Keys(c.why)) {
		m.Why = append(m.Why, Reason{what, c.why[what]})
	}
	slices.SortStableFunc(m.Why, func(a, b Reason) int { return cmp.Compare(b.Cases, a.Cases) })
	return m
}
