package suite

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite/internal/dataset"
	"github.com/evalrun/evalrun/suite/internal/template"
	"github.com/evalrun/evalrun/suite/internal/work"
)

// definition is a case as it is written, under the layers of its suite. With
// a data set and a matrix it stands for a case a row and variant.
type definition struct {
	suite  *Suite
	number int
	own    *layer
	data   *dataset.Dataset // nil without one
	cells  []*cell
	// What follows is the same for all cases of the definition.
	assertions []Assertion
	metrics    []Metric
	// metricNames also has the metrics that could not be read.
	metricNames []string
	minScore    *float64
	text        []byte
}

// newDefinition reads what all cases of a definition share.
func newDefinition(s *Suite, number int, node *Value, diags *diagnostic.List) *definition {
	d := &definition{suite: s, number: number, own: newLayer(node, caseLevel, diags)}
	if m, ok := d.own.other["dataset"]; ok && m.Value.Kind != Null {
		d.data = dataset.New(m.Value, s.stores.root, diags)
		if d.data == nil {
			return nil
		}
	}
	if m, ok := d.own.other["types"]; ok && m.Value.Kind != Null {
		if d.data == nil {
			diags.Add(m.Diagnostic("`types` is for the columns of a data set, and the case has no `dataset`", ""))
		} else {
			d.data.ReadTypes(m.Value, diags)
		}
	}
	d.cells = cells(s.axes, d.own)
	d.checkName(diags)
	d.assertions = d.readAssertions(diags)
	d.metrics, d.metricNames = d.inherited().readMetrics(diags)
	d.minScore = d.inherited().readMinScore(diags)
	d.text = appendAssertions(questionOf(node).AppendJSON(nil), d.assertions)
	s.stores.work.Spend((len(d.cells)+len(d.assertions))*work.KeptSteps + len(d.text)/work.BytesPerStep)
	return d
}

// appendAssertions writes what assertions ask, for the digest.
func appendAssertions(dst []byte, list []Assertion) []byte {
	for _, a := range list {
		dst = fmt.Appendf(dst, "\x00%s\x00%s\x00%t\x00%g", a.Expr.Text, a.Name, a.Warn, a.Weight)
	}
	return dst
}

// checkName refuses a name that depends on the variant: the name is what
// pairs the same case of two variants.
func (d *definition) checkName(diags *diagnostic.List) {
	m, ok := d.own.other["name"]
	if !ok || !template.Has(m.Value) {
		return
	}
	for _, a := range d.suite.axes {
		for _, l := range a.labels {
			vars := l.over.other["vars"].Value
			if vars == nil {
				continue
			}
			for _, v := range vars.Members {
				if len(template.UsedNames(m.Value, map[string]bool{v.Key: true})) > 0 {
					diags.Add(m.Value.Diagnostic(fmt.Sprintf("the name uses %s, which the axis %s sets; a case has one name in all variants", diagnostic.Quote(v.Key), diagnostic.Quote(a.name)), ""))
					return
				}
			}
		}
	}
}

// nameAt is the position of the case's name, or of the case where it has none.
func (d *definition) nameAt() *Value {
	if m, ok := d.own.other["name"]; ok {
		return m.Value
	}
	return d.own.node
}

// layers are the layers of one variant, outermost first.
func (d *definition) layers(c *cell) layers {
	return slices.Concat(d.suite.outer, c.layers(), layers{d.own}, d.suite.overrides)
}

// inherited are the layers without the variant's.
func (d *definition) inherited() layers { return d.layers(&cell{}) }

// each makes the case of every row and variant, until yield says to stop. The
// row is nil without a data set.
func (d *definition) each(yield func(*dataset.Row, *Case, error) bool) bool {
	if d.data == nil {
		return d.eachCell(nil, yield)
	}
	number := 0
	for r, wrong := range d.data.Rows() {
		number++
		if wrong != nil {
			if !yield(nil, nil, diagnostic.List{*wrong}) {
				return false
			}
			continue
		}
		r.Number = number
		if !d.eachCell(r, yield) {
			return false
		}
	}
	return true
}

func (d *definition) eachCell(r *dataset.Row, yield func(*dataset.Row, *Case, error) bool) bool {
	for _, c := range d.cells {
		made, err := d.expand(r, c)
		if !yield(r, made, err) {
			return false
		}
	}
	return true
}

// expand makes one case. Where something is wrong with it, the error is a
// diagnostic.List, and the case has what assertions are compiled for; it is
// nil where not even that can be had.
func (d *definition) expand(r *dataset.Row, cl *cell) (*Case, error) {
	if !d.suite.stores.work.Spend(work.CaseSteps) {
		return nil, diagnostic.List{{Message: work.TooMuch}}
	}
	vars := d.variables(r, cl)
	p := d.templateFor(cl, vars, r)
	var found diagnostic.List
	sc, ok := p.Fill(vars, &found)
	if !ok {
		return nil, append(withRow(found, r), p.problems...).Err()
	}
	c := &Case{
		CaseID: CaseID{
			Suite: d.suite, Line: d.own.node.Line, Name: d.name(sc, r, &found), Cluster: d.cluster(sc), Tags: p.tags.fill(sc, &found), at: d.nameAt(),
		},
		Skip: p.skip, KnownFailure: p.known, Times: p.times, Need: p.need, Vars: sc.Variables(),
		Assertions: p.conversation.assertions(d.assertions, nil), MinScore: d.minScore, Metrics: d.metrics, Shape: p.shape,
	}
	if len(cl.labels) > 0 {
		c.Variant, c.Axes = cl.variant(), cl.axes()
	}
	if from := d.suite.opts.Committed; from != nil && c.Skip == "" {
		c.Skip = from.Skip(c)
	}
	d.request(c, p, sc, &found)
	c.Digest = d.digest(r, p, c.Assertions[len(d.assertions):])
	c.Parts = d.parts(r, p, c.Assertions)
	c.Assertions = p.checks.fill(sc, p.rubrics.fill(sc, d.suite.stores.media, c.Assertions))
	return c, append(withRow(found, r), p.problems...).Err()
}

// withRow names the row in problems that are in the suite: it is the row
// that brings them about.
func withRow(found diagnostic.List, r *dataset.Row) diagnostic.List {
	if r == nil {
		return found
	}
	for i := range found {
		if found[i].File != r.Position.File {
			found[i].Message += fmt.Sprintf(" (with the row at %s)", r.Position)
		}
	}
	return found
}

// variables merges the variables of a case: the suite's, the case's, the
// row's, the variant's, the command line's.
func (d *definition) variables(r *dataset.Row, c *cell) template.Variables {
	out := slices.Concat(d.suite.outer, layers{d.own}).variables()
	if r != nil {
		for _, m := range r.Columns {
			out[m.Key] = m.Value
		}
	}
	for name, v := range c.layers().variables() {
		out[name] = v
	}
	for name, v := range d.suite.opts.variables(out) {
		out[name] = v
	}
	return out
}

// name gives the case's name, filled in; without one it is its number, and
// its row's.
func (d *definition) name(sc *template.Scope, r *dataset.Row, diags *diagnostic.List) string {
	m, ok := d.own.other["name"]
	if !ok || m.Value.Kind == Null {
		if r != nil {
			return fmt.Sprintf("case %d, row %d", d.number, r.Number)
		}
		return fmt.Sprintf("case %d", d.number)
	}
	v, ok := sc.Render(m.Value)
	if ok && strings.TrimSpace(v.Text) == "" {
		diags.Add(m.Value.Diagnostic("the name of the case is empty", ""))
	}
	return v.Text
}

// cluster gives the draw that the case belongs to.
func (d *definition) cluster(sc *template.Scope) string {
	m, ok := d.own.other["cluster"]
	if !ok || m.Value.Kind == Null {
		return ""
	}
	v, _ := sc.Render(m.Value)
	return v.Text
}

// textsOf reads a list of text.
func textsOf(key string, list *Value, diags *diagnostic.List) []string {
	var out []string
	for _, item := range list.Items {
		if item.Kind != String || strings.TrimSpace(item.Text) == "" {
			diags.Add(item.Diagnostic(fmt.Sprintf("%s holds %s, expected text", key, item.Describe()), ""))
			continue
		}
		out = append(out, item.Text)
	}
	return out
}

// skip gives the reason for skipping the case.
func (d *definition) skip(diags *diagnostic.List) string {
	m, ok := d.own.other["skip"]
	if !ok || m.Value.Kind == Null {
		return ""
	}
	if strings.TrimSpace(m.Value.Text) == "" {
		diags.Add(m.Value.Diagnostic("skip has no reason", "write why the case is skipped, or leave skip out"))
	}
	return m.Value.Text
}

// digest hashes what makes the case the question it is, with the assertions
// of its turns.
func (d *definition) digest(r *dataset.Row, p *caseTemplate, ofTurns []Assertion) string {
	h := sha256.New()
	h.Write(appendAssertions(slices.Clip(d.text), ofTurns))
	h.Write(p.rubricText)
	if r != nil {
		h.Write(r.AppendJSON([]byte{0}))
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

// parts are digests of the parts of the question, with all of its assertions.
func (d *definition) parts(r *dataset.Row, p *caseTemplate, asserted []Assertion) Parts {
	text := appendAssertions(nil, asserted)
	for _, a := range asserted {
		text = fmt.Appendf(text, "\x00%d\x00", a.Turn)
		if a.When != nil {
			text = append(text, a.When.Text...)
		}
	}
	if d.minScore != nil {
		text = fmt.Appendf(text, "\x00%g", *d.minScore)
	}
	parts := Parts{Asserted: hashOf(append(text, p.rubricText...))}
	if len(p.rubricText) > 0 {
		parts.Rubrics = hashOf(p.rubricText)
	}
	if r != nil {
		parts.Row = hashOf(r.AppendJSON(nil))
	}
	return parts
}

func hashOf(text []byte) string {
	sum := sha256.Sum256(text)
	return "sha256:" + hex.EncodeToString(sum[:])
}
