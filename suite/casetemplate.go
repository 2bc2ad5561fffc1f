package suite

import (
	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite/internal/dataset"
	"github.com/evalrun/evalrun/suite/internal/template"
)

// maxTemplates bounds how many shapes of rows are kept compiled for one variant.
const maxTemplates = 1000

// caseTemplate is what the cases of a definition have in common in one cell whose
// variables are of one shape.
type caseTemplate struct {
	*template.Set
	problems      diagnostic.List // with the templates, whatever their values
	fields, extra []Member
	hasKey        func(key string) bool
	headers       Request
	times, need   int
	tags          tags
	skip          string
	known         *KnownFailure
	shape         *Shape
	conversation  conversationTemplate
	rubrics       rubricTemplates
	checks        checkTemplates
	rubricText    []byte // what the rubrics and checks ask, for the digest
}

// templateFor gives the compiled templates for the shape of the variables; r is
// the row that has it. What is wrong with the first shape is wrong for the
// definition, so only of a later one it is said which row brings it about.
func (d *definition) templateFor(c *cell, vars template.Variables, r *dataset.Row) *caseTemplate {
	key := vars.Shape()
	if p := c.templates[key]; p != nil {
		return p
	}
	if c.templates == nil || len(c.templates) >= maxTemplates {
		c.templates = map[string]*caseTemplate{}
	}
	found := &diagnostic.List{}
	p := &caseTemplate{Set: template.NewSet(vars, d.suite.opts.Env, d.suite.Path, d.suite.stores.files, found)}
	ls := d.layers(c)
	p.fields, p.extra = ls.fields(found), ls.extra()
	p.conversation = p.readConversation(ls, d.suite.opts.Tools, found)
	for _, m := range p.fields {
		p.Compile(m.Value)
	}
	p.rubrics = d.readRubrics(p, c, found)
	p.checks = d.readChecks(p, found)
	p.Compile(d.nameAt())
	if m, ok := d.own.other["cluster"]; ok {
		p.Compile(m.Value)
	}
	p.rubricText = p.checks.appendDigest(p.rubrics.appendDigest(nil, p.Set), p.Set)
	p.shape = &Shape{}
	p.headers = readHeaders(ls, found)
	p.times, p.need = d.repeat(found)
	p.tags, p.skip = d.tags(p, found), d.skip(found)
	p.known = d.knownFailure(found)
	p.hasKey = ls.has
	p.problems = *found
	if len(c.templates) > 0 {
		p.problems = withRow(p.problems, r)
	}
	c.templates[key] = p
	return p
}
