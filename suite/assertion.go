package suite

import (
	"slices"
	"strings"

	"github.com/evalrun/evalrun/diagnostic"
	"github.com/evalrun/evalrun/internal/exprlang"
)

// Assertion is an assertion as it is written. It is not compiled here: what
// names it may use is known to package assert.
type Assertion struct {
	Expr Expression
	// Name is what reports call it, "" where it has none.
	Name string
}

// Expression is the text of an expression with its place.
type Expression struct {
	Text string

	value  *Value
	offset int
}

// Position is where the expression starts.
func (e Expression) Position() diagnostic.Position { return e.value.at(e.offset) }

// Path is where the expression starts, with its file relative to the root:
// what a record keeps.
func (e Expression) Path() string {
	p := e.Position()
	p.File = e.value.source.rel
	return p.String()
}

// Diagnostic places a problem at a byte offset of the expression.
func (e Expression) Diagnostic(offset, length int, message, hint string) diagnostic.Diagnostic {
	return e.value.diag(e.offset+offset, length, message, hint)
}

// assertionTable lists the keys of an assertion that is a map.
var assertionTable = []key{
	{name: "expr", kinds: []Kind{String, Bool, Number}, example: "len(text) > 0",
		doc: "The expression."},
	{name: "name", kinds: []Kind{String}, shape: "reason",
		doc: "What reports call the assertion."},
	{name: "level", kinds: []Kind{String}, notYet: true,
		doc: "warn: the assertion is reported and does not fail the case."},
	{name: "when", kinds: []Kind{String, Bool}, notYet: true,
		doc: "An expression; where it is false the assertion is not asked."},
	{name: "weight", kinds: []Kind{Number}, notYet: true,
		doc: "How much the assertion counts for min_score; 1 if it is not said."},
	{name: "rubric", kinds: []Kind{String}, notYet: true,
		doc: "What a judge decides about the answer."},
	{name: "min_score", kinds: []Kind{Number}, notYet: true,
		doc: "The judge's score from which on the rubric passes; without it the judge's pass decides."},
	{name: "prefer", notYet: true,
		doc: "What a judge prefers one answer to another by."},
	{name: "judge", kinds: []Kind{Map}, notYet: true,
		doc: "The judge of this rubric, over the suite's."},
	{name: "votes", kinds: []Kind{Number}, notYet: true,
		doc: "How many judgements decide together."},
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
	if len(out) == 0 && len(*diags) == wrong && !d.inherited().meant("assert") && !d.suite.opts.AssertOptional {
		diags.Add(d.nameAt().problem("the case has no assertion",
			"write `assert:` in the case or in its suite; `--explore` runs cases without"))
	}
	return out
}

// readAssert reads the three shapes of assert: an expression, a block with
// one a line, a list of expressions and maps.
func readAssert(v *Value, diags *diagnostic.List) []Assertion {
	switch v.Kind {
	case List:
		var out []Assertion
		for _, item := range v.Items {
			out = append(out, readEntry(item, diags)...)
		}
		return out
	case Map:
		if d, cut := accident(v); cut && !meansAssertion(v) {
			diags.Add(d)
			return nil
		}
		diags.Add(v.problem("assert is a map, expected an expression, a block of them or a list", "begin the map with a dash: `- expr: …`"))
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
	diags.Add(v.problem("an assertion is "+describe(v)+", expected an expression", ""))
	return nil
}

// readBlock reads text with one expression a line.
func readBlock(v *Value, diags *diagnostic.List) []Assertion {
	if d, cut := accident(v); cut {
		diags.Add(d)
		return nil
	}
	var out []Assertion
	for _, line := range exprlang.Lines(v.Text) {
		out = append(out, Assertion{Expr: Expression{Text: line.Text, value: v, offset: line.Offset}})
	}
	if len(out) == 0 {
		diags.Add(v.problem("the assertion is empty", ""))
	}
	return out
}

// readMap reads an assertion with a name or other keys.
func readMap(v *Value, diags *diagnostic.List) []Assertion {
	if d, cut := accident(v); cut && !meansAssertion(v) {
		diags.Add(d)
		return nil
	}
	var name string
	var exprs []Assertion
	wrong := len(*diags)
	for _, m := range v.Members {
		switch m.Key {
		case "expr":
			exprs = readExpr(m.Value, diags)
		case "name":
			name = readName(m.Value, diags)
		default:
			diags.Add(v.keyProblem(m, assertionKeyMessage(m.Key), ""))
		}
	}
	if v.Get("expr") == nil && wrong == len(*diags) {
		diags.Add(v.problem("the assertion has no `expr`", ""))
	}
	for i := range exprs {
		exprs[i].Name = name
	}
	return exprs
}

// meansAssertion tells whether the first key of a map is one of an
// assertion's, or near one, so that it is no expression that YAML cut.
func meansAssertion(v *Value) bool {
	first := v.Members[0].Key
	return !strings.HasPrefix(v.source.text[v.source.offset(v.Line, v.Column):], "{") &&
		(slices.Contains(assertionKeys, first) || nearest(first, assertionKeys) != "")
}

// readExpr reads the one expression of a map.
func readExpr(v *Value, diags *diagnostic.List) []Assertion {
	if v.Kind == List || v.Kind == Map || v.Kind == Null {
		diags.Add(v.problem("expr is "+describe(v)+", expected an expression", ""))
		return nil
	}
	out := readBlock(v, diags)
	if len(out) > 1 {
		diags.Add(v.diag(out[1].Expr.offset, len(out[1].Expr.Text), "expr holds more than one expression",
			"give each its own entry, or indent the lines that go on"))
	}
	return out
}

func readName(v *Value, diags *diagnostic.List) string {
	if v.Kind != String || strings.TrimSpace(v.Text) == "" {
		diags.Add(v.problem("name is "+describe(v)+", expected text", ""))
	}
	return v.Text
}

func assertionKeyMessage(key string) string {
	for _, known := range assertionKeys {
		if key == known {
			return quote(key) + " is part of the suite format, but this version of evalrun does not do it yet"
		}
	}
	if near := nearest(key, assertionKeys); near != "" {
		return "unknown key " + quote(key) + " in an assertion; did you mean " + quote(near) + "?"
	}
	return "unknown key " + quote(key) + " in an assertion, expected " + joinOr(assertionKeys)
}
