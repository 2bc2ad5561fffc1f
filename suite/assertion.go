package suite

import (
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/exprlang"
)

// Assertion is an assertion as it is written. It is not compiled here: what
// names it may use is known to package assert.
type Assertion struct {
	// Expr is the expression. Of a rubric or a check it has no text, and the
	// position where that is.
	Expr Expression
	// Rubric is what a judge decides, Check what a command of the user's does;
	// both are nil for an expression.
	Rubric *Rubric
	Check  *Check
	// Name is what reports call it, "" where it has none.
	Name string
	// Warn is set where a failure is reported and does not fail the case.
	Warn bool
	// When, unless nil, reports whether it is asked.
	When *Expression
	// Weight is what it counts in the score, above 0.
	Weight float64
	// Turn is the number, from 1, of the sampled turn at whose end it is
	// asked; 0 where that is the end of the conversation.
	Turn int
}

// ScoreMetrics are the metrics that the assertion gives: the score of a rubric or
// a check that has a name, and then the other numbers of a check. There are none
// of an expression, and of a comparison of a variant with itself.
func (a *Assertion) ScoreMetrics() []string {
	if a.Name == "" || a.Check == nil && (a.Rubric == nil || a.Rubric.Reference) {
		return nil
	}
	names := []string{a.Name + ".score"}
	if a.Check != nil {
		for _, metric := range a.Check.Metrics {
			names = append(names, a.Name+"."+metric)
		}
	}
	return names
}

// Expression is the text of an expression with its position.
type Expression struct {
	Text string

	value  *Value
	offset int
}

// Path is where the expression starts, with its file relative to the root:
// what a record keeps.
func (e Expression) Path() string {
	p := e.value.PositionAt(e.offset)
	p.File = e.value.Rel()
	return p.String()
}

// Diagnostic is a problem at a byte offset of the expression.
func (e Expression) Diagnostic(offset, length int, message, hint string) diagnostic.Diagnostic {
	return e.value.DiagnosticAt(e.offset+offset, length, message, hint)
}

// assertionTable lists the keys of an assertion that is a map.
var assertionTable = []key{
	{name: "expr", kinds: []Kind{String, Bool, Number}, notNull: true, example: "len(text) > 0",
		doc: "The expression."},
	{name: "name", kinds: []Kind{String}, notNull: true, shape: "reason",
		doc: "What reports call the assertion."},
	{name: "level", kinds: []Kind{String}, shape: "level", example: "warn",
		doc: "warn: the assertion is reported and does not fail the case."},
	{name: "when", kinds: []Kind{String, Bool}, example: "vars.reference != \"\"",
		doc: "An expression; where it is false the assertion is not asked."},
	{name: "weight", kinds: []Kind{Number}, shape: "weight", example: 2,
		doc: "How much the assertion counts for min_score; 1 if it is not said."},
	{name: "rubric", kinds: []Kind{String}, notNull: true, shape: "reason", example: "Agrees with this reference: {{ reference }}",
		doc: "In place of an expression: what a good answer is, which a judge decides by. With a name its score is a metric."},
	{name: "min_score", kinds: []Kind{Number}, notNull: true, shape: "share", example: 0.7,
		doc: "The score of the judge, or of the check, from which on the assertion passes; without it their pass decides."},
	{name: "check", kinds: []Kind{String}, notNull: true, shape: "reason", example: "citations",
		doc: "In place of an expression: a check of the file that --tools names, which runs a command of yours. With a name its score is a metric."},
	{name: "with", kinds: []Kind{Map}, notNull: true, example: map[string]any{"sources": "{{ sources }}"},
		doc: "What the check is given beside the answer."},
	{name: "metrics", kinds: []Kind{List}, notNull: true, shape: "texts", example: []any{"recall"},
		doc: "The numbers that the check gives beside its score; they become metrics by the names NAME.recall."},
	{name: "prefer", kinds: []Kind{Map}, notNull: true, shape: "prefer", example: map[string]any{"rubric": "Is the more helpful answer", "over": "prompt=terse"},
		doc: "In place of an expression: a rubric by which a judge compares the answer with that of another variant. Its score is 1 for a win, 0.5 for a tie, 0 for a loss; only a loss fails unless min_score says otherwise."},
	{name: "judge", kinds: []Kind{Map}, notNull: true, shape: "judge",
		doc: "The judge of this rubric, over the case's and the suite's, field by field."},
	{name: "votes", kinds: []Kind{Number}, notNull: true, shape: "votes", example: 3,
		doc: "How often the judge is asked; the majority decides, and the score is the median."},
}

// assertionKeys names them.
var assertionKeys = namesOf(assertionTable)

// readAssertions adds the assertions of the layers up, outermost first.
func (d *definition) readAssertions(diags *diagnostic.List) []Assertion {
	from := d.inherited()
	if v := d.own.other["inherit_assert"].Value; v != nil && v.Text == "false" {
		from = layers{d.own}
	}
	var out []Assertion
	wrong := len(*diags)
	for _, v := range from.all("assert") {
		out = append(out, readAssert(v, diags)...)
	}
	if len(out) == 0 && len(*diags) == wrong && !d.inherited().has("assert") && !d.inherited().assertOfTurns() &&
		!d.suite.opts.AssertOptional {
		diags.Add(d.nameAt().Diagnostic("the case has no assertion",
			"write `assert:` in the case or in its suite; `--explore` runs cases without"))
	}
	return out
}

// readAssert reads the three shapes of assert: an expression, a block with
// one a line, a list of expressions and maps.
func readAssert(v *Value, diags *diagnostic.List) []Assertion {
	switch v.Kind {
	case List:
		if len(v.Items) == 0 {
			diags.Add(v.Diagnostic("assert is empty, expected at least one assertion", ""))
		}
		var out []Assertion
		for _, item := range v.Items {
			out = append(out, readEntry(item, diags)...)
		}
		return out
	case Map:
		if d, cut := v.CutExpression(assertionKeys); cut {
			diags.Add(d)
			return nil
		}
		diags.Add(v.Diagnostic("assert is a map, expected an expression, a block of them or a list", "begin the map with a dash: `- expr: …`"))
		return nil
	}
	return readBlock(v, diags)
}

// readEntry reads one entry of a list.
func readEntry(v *Value, diags *diagnostic.List) []Assertion {
	switch v.Kind {
	case Map:
		return readMap(v, diags)
	case String, Bool, Number:
		return readBlock(v, diags)
	}
	diags.Add(v.Diagnostic("an assertion is "+v.Describe()+", expected an expression", ""))
	return nil
}

// readBlock reads text with one expression a line.
func readBlock(v *Value, diags *diagnostic.List) []Assertion {
	if d, cut := v.CutExpression(nil); cut {
		diags.Add(d)
		return nil
	}
	var out []Assertion
	for _, line := range exprlang.Lines(v.Text) {
		out = append(out, Assertion{Expr: Expression{Text: line.Text, value: v, offset: line.Offset}, Weight: 1})
	}
	if len(out) == 0 {
		diags.Add(v.Diagnostic("the assertion is empty", ""))
	}
	return out
}

// readMap reads an assertion with a name or other keys.
func readMap(v *Value, diags *diagnostic.List) []Assertion {
	if d, cut := v.CutExpression(assertionKeys); cut {
		diags.Add(d)
		return nil
	}
	wrong := len(*diags)
	out := Assertion{Weight: 1, Check: readCheck(v, diags)}
	if out.Check == nil {
		out.Rubric = readRubric(v, diags)
	}
	for _, m := range v.Members {
		switch m.Key {
		case "expr":
			out.Expr, _ = readExpr(m.Key, m.Value, diags)
		case "name":
			out.Name = readName(m.Value, diags)
		case "level":
			out.Warn = readLevel(m.Value, diags)
		case "when":
			if when, ok := readExpr(m.Key, m.Value, diags); ok {
				out.When = &when
			}
		case "weight":
			out.Weight = readWeight(m.Value, diags)
		case "rubric", "prefer", "min_score", "votes", "judge", "check", "with", "metrics": // read as a rubric or a check
		default:
			diags.Add(m.Misspelt("unknown key "+diagnostic.Quote(m.Key)+" in an assertion"+diagnostic.MeantOrExpected(m.Key, assertionKeys),
				assertionKeyHint(m.Key), diagnostic.Nearest(m.Key, assertionKeys)))
		}
	}
	if out.Rubric != nil {
		out.Expr = Expression{value: out.Rubric.text}
	}
	if out.Check != nil {
		out.Expr = Expression{value: out.Check.name}
	}
	if v.Get("expr") == nil && out.Rubric == nil && out.Check == nil && wrong == len(*diags) {
		diags.Add(v.Diagnostic("the assertion has no `expr`", ""))
	}
	if wrong < len(*diags) && !out.readable() {
		return nil
	}
	return []Assertion{out}
}

// readable reports whether there is something to look for further problems in,
// though another key of the entry is wrong.
func (a *Assertion) readable() bool {
	if a.Check != nil {
		return a.Check.name.Kind == String && a.Check.Name != ""
	}
	if a.Rubric == nil {
		return a.Expr.Text != ""
	}
	text := a.Rubric.text
	return text != nil && text.Kind == String && strings.TrimSpace(text.Text) != ""
}

// readLevel reads what a failed assertion means: warn or fail.
func readLevel(v *Value, diags *diagnostic.List) (warn bool) {
	if v.Kind != String || v.Text != "warn" && v.Text != "fail" {
		diags.Add(v.Diagnostic("level is "+v.Describe()+", expected warn or fail", ""))
	}
	return v.Text == "warn"
}

// readWeight reads a number above 0.
func readWeight(v *Value, diags *diagnostic.List) float64 {
	weight, err := strconv.ParseFloat(v.Text, 64)
	if v.Kind != Number || err != nil || weight <= 0 {
		diags.Add(v.Diagnostic("weight is "+v.Describe()+", expected a number above 0", "`level: warn` reports an assertion without counting it"))
	}
	return weight
}

// readExpr reads the one expression under a key. Where there is none to read,
// ok is false, the reason is reported, and there is nothing to compile.
func readExpr(key string, v *Value, diags *diagnostic.List) (e Expression, ok bool) {
	if v.Kind == List || v.Kind == Map || v.Kind == Null {
		diags.Add(v.Diagnostic(key+" is "+v.Describe()+", expected an expression", ""))
		return Expression{}, false
	}
	if d, cut := v.CutExpression(nil); cut {
		diags.Add(d)
		return Expression{}, false
	}
	lines := exprlang.Lines(v.Text)
	switch {
	case len(lines) == 0:
		diags.Add(v.Diagnostic(key+" is empty, expected an expression", ""))
		return Expression{}, false
	case len(lines) > 1:
		diags.Add(v.DiagnosticAt(lines[1].Offset, len(lines[1].Text), key+" holds more than one expression",
			"give each its own entry, or indent the lines that go on"))
	}
	return Expression{Text: lines[0].Text, value: v, offset: lines[0].Offset}, true
}

func readName(v *Value, diags *diagnostic.List) string {
	if v.Kind != String || strings.TrimSpace(v.Text) == "" {
		diags.Add(v.Diagnostic("name is "+v.Describe()+", expected text", ""))
	}
	return v.Text
}

// assertionKeyHint is for the key that the assertions of other tools begin with.
func assertionKeyHint(key string) string {
	if key == "type" {
		return "what is asserted is an expression, such as `text contains \"Paris\"` (docs/assertions.md)"
	}
	return ""
}
