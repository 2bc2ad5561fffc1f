package assert

import (
	"strings"
	"testing"
)

// What a function does counts as steps, and so do the schemas that look at a
// model's text: so the steps of an expression bound its work. The least of each
// is what its texts and lists come to.
func TestTheWorkOfFunctionsCounts(t *testing.T) {
	c, scope := NewCompiler(), &Scope{Vars: hostileVars}
	s := subject(t)
	s.Vars = hostileVars
	for _, test := range []struct {
		expr  string
		least int
	}{
		{`matches_schema(vars.a, {"pattern": "(a?){500}a{500}b"})`, 20_000},
		{`matches_schema(vars.words, {"pattern": "(x|y)*z"})`, 40_000},
		{`matches_schema(vars.object, {"patternProperties": {"(a?){50}b": {}, "(b?){50}c": {}, "(c?){50}d": {}}, "maxProperties": 1})`, 30_000},
		{`matches_schema(vars.pattern, {"$schema": "http://json-schema.org/draft-07/schema#", "format": "regex", "maxLength": 1})`, 500},
		{`matches_schema(vars.collisions, {"uniqueItems": true, "maxItems": 1})`, 80_000},
		{`normalize(vars.dots) == "x"`, 30_000},
		{`words(vars.words) == 1`, 15_000},
		{`lines(vars.lines) == []`, 15_000},
		{`is_json(vars.open)`, 300},
		{`similarity(vars.a, vars.a + "b") == 2`, 1_500},
	} {
		p, err := c.program(test.expr, scope)
		if err != nil {
			t.Errorf("%s: %v", test.expr, err)
			continue
		}
		values := s.names(p)
		if _, steps, _ := p.RunCounted(values); steps < test.least {
			t.Errorf("%s: it counts %d steps, want at least %d", test.expr, steps, test.least)
		}
	}
}

// A schema cannot have regular expressions without end.
func TestThePatternsOfASchemaAreBounded(t *testing.T) {
	for schema, want := range map[string]string{
		`{"pattern": "(a{100}){100}"}`:               "invalid repeat count",
		`{"pattern": "([a-z][0-9][A-Z]abcd){1000}"}`: "the regular expression is too large",
		`{"anyOf": [` + manyPatterns(5) + `true]}`:   "",
		`{"anyOf": [` + manyPatterns(26) + `true]}`:  "come to more than 50000 instructions",
	} {
		_, err := NewCompiler().Compile(`matches_schema(json, `+schema+`)`, scope())
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%.80s: %v, want %q", schema, err, want)
		}
	}
}

func manyPatterns(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(`{"pattern": "` + string(rune('a'+i)) + `(xyz){999}"}, `)
	}
	return b.String()
}

var hostileVars = func() map[string]any {
	object, collisions := map[string]any{}, []any{}
	for i := range 20_000 {
		object[strings.Repeat("a", 40)+string(rune('a'+i%26))+strings.Repeat("b", i/26)] = 1
	}
	for i := range 9_000 { // every one joins to the same text, cut in other places
		var parts []any
		part := ""
		for bit := range 14 {
			part += "x"
			if i>>bit&1 == 1 {
				parts, part = append(parts, part), ""
			}
		}
		collisions = append(collisions, append(parts, part))
	}
	return map[string]any{
		"a": strings.Repeat("a", 1000), "words": strings.Repeat("x ", 500_000), "dots": strings.Repeat(".", 1_000_000), "lines": strings.Repeat("\n", 1_000_000),
		"open": strings.Repeat("[", 9_000), "object": object, "collisions": collisions, "pattern": strings.Repeat("(a{10}){100}", 50),
	}
}()
