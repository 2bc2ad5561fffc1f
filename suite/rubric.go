package suite

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite/internal/template"
)

const (
	// maxVotes bounds how many votes decide: a record numbers them in a byte,
	// and a comparison asks for each of them twice.
	maxVotes = 99
	// maxRubricIndex bounds where in a case's assertions a rubric can be,
	// as a record names it.
	maxRubricIndex = math.MaxUint16
)

// Rubric is what a judge decides about an answer.
type Rubric struct {
	// Text is the rubric with the case's variables filled in.
	Text string
	// MinScore is the score from which on a vote passes; nil where the judge
	// itself reports whether the answer passes.
	MinScore *float64
	// Votes is how many votes decide, an odd number.
	Votes int
	Judge *Judge
	// Over is the variant whose answer the case's own is compared with, as in
	// Case.Variant; "" where the answer is judged by itself. Reference says
	// that the case is of that variant, so that nothing is asked of it.
	Over      string
	Reference bool

	text *Value
	own  *layer // the judge as the entry has it, nil where it says nothing
	over *Value // nil where the answer is judged by itself
}

// Requests is how many requests the rubric takes for one answer: one a vote,
// or two of a comparison, which is asked in both orders.
func (r *Rubric) Requests() int {
	switch {
	case r.Reference:
		return 0
	case r.Over != "":
		return 2 * r.Votes
	}
	return r.Votes
}

// Diagnostic is a problem of the rubric, at its text.
func (r *Rubric) Diagnostic(message, hint string) diagnostic.Diagnostic {
	return r.text.Diagnostic(message, hint)
}

// rubricKeys are the keys of an assertion that go with a rubric.
var rubricKeys = []string{"min_score", "votes", "judge"}

// readRubric reads what a judge decides; nil where the entry is no rubric.
func readRubric(v *Value, diags *diagnostic.List) *Rubric {
	out := &Rubric{text: v.Get("rubric"), Votes: 1}
	kind := "rubric"
	if prefer := v.Get("prefer"); prefer != nil {
		if out.text != nil {
			diags.Add(out.text.Diagnostic("the assertion has a `rubric` and a `prefer`", "give each its own entry"))
		}
		out, kind = readPrefer(prefer, diags), "prefer"
	} else if out.text == nil {
		for _, m := range v.Members {
			if slices.Contains(rubricKeys, m.Key) {
				diags.Add(m.Diagnostic(diagnostic.Quote(m.Key)+" goes with a rubric, and the assertion has none", ""))
			}
		}
		return nil
	}
	if text := out.text; text != nil && (text.Kind != String || strings.TrimSpace(text.Text) == "") {
		diags.Add(wrongRubric(text, text))
	}
	for _, m := range v.Members {
		switch m.Key {
		case "expr":
			diags.Add(m.Diagnostic("the assertion has an `expr` and a `"+kind+"`", "give each its own entry"))
		case "min_score":
			out.MinScore = readShare(m.Key, m.Value, diags)
		case "votes":
			out.Votes = readVotes(m.Value, diags)
		case "judge":
			out.own = readOwnJudge(m.Value, diags)
		}
	}
	return out
}

// wrongRubric reports that the value of a rubric is no text.
func wrongRubric(text, value *Value) diagnostic.Diagnostic {
	return text.Diagnostic("rubric is "+value.Describe()+", expected text that says what a good answer is", "")
}

// readVotes reads an odd number, so that there is always a majority.
func readVotes(v *Value, diags *diagnostic.List) int {
	n, err := strconv.Atoi(v.Text)
	if v.Kind != Number || err != nil || n < 1 || n > maxVotes || n%2 == 0 {
		diags.Add(v.Diagnostic(fmt.Sprintf("votes is %s, expected an odd number from 1 to %d, so that there is a majority", v.Describe(), maxVotes), ""))
		return 1
	}
	return n
}

// rubricTemplate is a rubric with what all cases of a template have of it, and where
// it is among their assertions.
type rubricTemplate struct {
	*Rubric
	index int
	judge *judgeTemplate
}

// rubricTemplates are the rubrics of a template, in their order.
type rubricTemplates []rubricTemplate

// readRubrics compiles the rubrics among the template's assertions and finds their
// judges, and for a cell what it is compared with.
func (d *definition) readRubrics(p *caseTemplate, c *cell, diags *diagnostic.List) rubricTemplates {
	ls, assertions := d.layers(c), p.conversation.assertions(d.assertions, nil)
	var out rubricTemplates
	named := map[string]bool{"": false}
	for i, a := range assertions {
		switch {
		case a.Rubric == nil:
			continue
		case i > maxRubricIndex:
			diags.Add(a.Rubric.text.Diagnostic(fmt.Sprintf("the rubric follows more than %d assertions", maxRubricIndex), ""))
			return out
		case named[a.Name]:
			diags.Add(a.Rubric.text.Diagnostic("duplicate rubric name "+diagnostic.Quote(a.Name)+" in the case",
				"a rubric's score is a metric, and each metric needs a name of its own"))
		}
		named[a.Name] = a.Name != ""
		p.Compile(a.Rubric.text)
		r := rubricTemplate{Rubric: a.Rubric, index: i}
		if a.Rubric.over != nil {
			r.Rubric = d.compared(c, a.Rubric, i, diags)
		}
		r.judge = readJudge(p.Set, ls.judges(a.Rubric.own), a.Rubric.text, diags)
		out = append(out, r)
	}
	return out
}

// compared gives the i-th assertion's rubric with what a cell is compared with.
func (d *definition) compared(c *cell, r *Rubric, i int, diags *diagnostic.List) *Rubric {
	if i >= len(d.assertions) {
		diags.Add(r.over.Diagnostic("prefer compares whole conversations, and cannot be asserted of a turn", "write it under the case's `assert`"))
		return r
	}
	out := *r
	if opponent := opponentOf(c, d.suite.axes, r.over, diags); opponent != nil {
		out.Over = opponent.variant()
		out.Reference = out.Over == c.variant()
	}
	return &out
}

// fill gives the assertions with the rubrics of one case filled in.
func (rp rubricTemplates) fill(sc *template.Scope, media *mediaStore, assertions []Assertion) []Assertion {
	if len(rp) == 0 {
		return assertions
	}
	out := slices.Clone(assertions)
	for _, r := range rp {
		out[r.index].Rubric = r.fill(sc, media)
	}
	return out
}

func (r rubricTemplate) fill(sc *template.Scope, media *mediaStore) *Rubric {
	out := *r.Rubric
	v, ok := sc.Render(r.text)
	if ok && (v.Kind != String || strings.TrimSpace(v.Text) == "") {
		sc.Diags.Add(wrongRubric(r.text, v))
	}
	out.Text = v.Text
	out.Judge = r.judge.make(sc, media)
	return &out
}

// appendDigest writes what the rubrics ask, as it is written and with the
// files that it names. How the variants of a case fill it in makes no other
// question of it.
func (rp rubricTemplates) appendDigest(dst []byte, ts *template.Set) []byte {
	for _, r := range rp {
		dst = fmt.Appendf(dst, "\x00%d\x00", r.Votes)
		if r.MinScore != nil {
			dst = fmt.Appendf(dst, "%g", *r.MinScore)
		}
		if r.over != nil {
			dst = append(append(dst, 0), r.over.Text...)
		}
		dst = ts.AppendSources(append(dst, 0), r.text)
		dst = r.judge.appendDigest(dst, ts)
	}
	return dst
}
