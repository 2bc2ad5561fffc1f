package source

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// mustParse reads one YAML document that is right.
func mustParse(t testing.TB, text string) *Value {
	t.Helper()
	documents, list := ParseYAML(New("s.yaml", "s.yaml", text))
	if len(list) > 0 {
		t.Fatalf("parseYAML(%q): %v", text, list)
	}
	if len(documents) != 1 {
		t.Fatalf("parseYAML(%q) gives %d documents, want 1", text, len(documents))
	}
	return documents[0]
}

// caret draws a diagnostic as users see it, without its file.
func caret(d diagnostic.Diagnostic) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d:%d: %s\n", d.Position.Line, d.Position.Column, d.Message)
	if d.Position.Line > 0 {
		pad := strings.Map(func(r rune) rune {
			if r == '\t' {
				return r
			}
			return ' '
		}, string([]rune(d.Source)[:d.Position.Column-1]))
		fmt.Fprintf(&b, "  %s\n  %s%s\n", d.Source, pad, strings.Repeat("^", max(1, d.Width)))
	}
	if d.Hint != "" {
		fmt.Fprintf(&b, "hint: %s\n", d.Hint)
	}
	return b.String()
}

func TestParseYAMLResolvesScalars(t *testing.T) {
	tests := map[string]string{
		"null": "null", "~": "null", "Null": "null", "NULL": "null", "": "null", "nUll": `"nUll"`,
		"true": "true", "True": "true", "TRUE": "true", "false": "false", "FALSE": "false", "tRue": `"tRue"`,
		"yes": `"yes"`, "on": `"on"`, "No": `"No"`, "off": `"off"`, "y": `"y"`,
		"0": "0", "-0": "-0", "42": "42", "+1": "1", "-7": "-7", "123456789012345678901234567890": "123456789012345678901234567890",
		"007": `"007"`, "-01": `"-01"`, "00.5": `"00.5"`, "0123e1": `"0123e1"`,
		"0o17": "15", "0x1F": "31", "0xffffffffffffffffff": "4722366482869645213695", "0o8": `"0o8"`, "-0x1": `"-0x1"`,
		"0b1": `"0b1"`, "1_000": `"1_000"`, "0X1": `"0X1"`,
		"0.70": "0.70", "1e3": "1e3", "1E+3": "1E+3", ".5": "0.5", "5.": "5.0", "-.5": "-0.5", "+.5e1": "0.5e1", "5.e2": "5.0e2", "1.10": "1.10",
		".": `"."`, "+": `"+"`, "-": "[null]", "1e": `"1e"`, "e3": `"e3"`, "+e3": `"+e3"`, "1.2.3": `"1.2.3"`, "..5": `"..5"`,
		"2024-01-01": `"2024-01-01"`, "12:30:45": `"12:30:45"`, "2024-01-01T00:00:00Z": `"2024-01-01T00:00:00Z"`,
		`"1"`: `"1"`, `'true'`: `"true"`, `"null"`: `"null"`, `""`: `""`,
		"!!str 1": `"1"`, "!!str": `""`, "!!str true": `"true"`, "!raw '{{ x }}'": `"{{ x }}"`,
		"<<": `"<<"`, "=": `"="`, "{!!str <<: 1}": `{"<<":1}`, "{'<<': {a: 1}, b: 2}": `{"<<":{"a":1},"b":2}`,
		"|\n  12\n": `"12\n"`, ">-\n  12\n": `"12"`,
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			got := mustParse(t, "v: "+strings.ReplaceAll("\n  "+text, "\n", "\n ")).Get("v").AppendJSON(nil)
			if string(got) != want {
				t.Errorf("%q gives %s, want %s", text, got, want)
			}
		})
	}
}

func TestParseYAMLKeepsOrderAndPositions(t *testing.T) {
	v := mustParse(t, "# head\nzeta: 1\nälpha: {b: [x, 2.50], a: ~}\nlist:\n- !raw |\n  {{ x }}\n-\n  k: &n v\n- *n\n")
	want := `{"zeta":1,"älpha":{"b":["x",2.50],"a":null},"list":["{{ x }}\n",{"k":"v"},"v"]}`
	if diff := cmp.Diff(want, string(v.AppendJSON(nil))); diff != "" {
		t.Error(diff)
	}
	list := v.Get("list").Items
	tests := []struct {
		name      string
		line, col int
		want      string
	}{
		{"root", v.Line, v.Column, "2:1"},
		{"key", v.Members[1].Line, v.Members[1].Column, "3:1"},
		{"flow map", v.Get("älpha").Line, v.Get("älpha").Column, "3:8"},
		{"in a flow list", v.Get("älpha").Get("b").Items[1].Line, v.Get("älpha").Get("b").Items[1].Column, "3:16"},
		{"after a tag", list[0].Line, list[0].Column, "5:8"},
		{"block map", list[1].Line, list[1].Column, "8:3"},
		{"after an anchor", list[1].Get("k").Line, list[1].Get("k").Column, "8:9"},
		{"an alias is its anchor's value", list[2].Line, list[2].Column, "8:9"},
	}
	for _, tt := range tests {
		if got := fmt.Sprintf("%d:%d", tt.line, tt.col); got != tt.want {
			t.Errorf("%s is at %s, want %s", tt.name, got, tt.want)
		}
	}
	if !list[0].Raw || list[1].Raw {
		t.Errorf("Raw is %t and %t, want true and false", list[0].Raw, list[1].Raw)
	}
}

func TestParseYAMLDocuments(t *testing.T) {
	tests := map[string]string{
		"":                               "",
		"# only a comment\n":             "",
		"---\n---\n":                     "",
		"---\na: 1\n---\n# no\n---\n2":   `{"a":1} 2`,
		"\uFEFFa: 1\n":                   `{"a":1}`,
		"--- null\n":                     "null",
		"%YAML 1.2\n---\na: 1\n...\n":    `{"a":1}`,
		"a: 1\r\nb: |\r\n  x\r\n  y\r\n": `{"a":1,"b":"x\ny\n"}`,
	}
	for text, want := range tests {
		documents, list := ParseYAML(New("s.yaml", "s.yaml", text))
		var got []string
		for _, d := range documents {
			got = append(got, string(d.AppendJSON(nil)))
		}
		if strings.Join(got, " ") != want || len(list) > 0 {
			t.Errorf("parseYAML(%q) gives %s, %v; want %s", text, got, list, want)
		}
	}
}

// What YAML 1.2 takes for text and 1.1 does not.
func TestParseYAMLIsVersion12(t *testing.T) {
	tests := map[string]string{
		"a: \"\\ud83d\\ude00 \\/ \\u00e9\"":                `{"a":"😀 / é"}`,
		"a: '\\ud83d\\ude00 \\/', b: 1":                    "",
		"{a: '\\uD83d\\uDe00 \\/', b: \"\\ud83D\\udE00\"}": `{"a":"\\uD83d\\uDe00 \\/","b":"😀"}`,
		"{\"\\/\": C:\\/x, b: \"\\\\/\"}":                  `{"/":"C:\\/x","b":"\\/"}`,
		"a: \"\\\\ud83d\\ude00\"":                          "", // a backslash, and half a pair
		"a: x \u2028 y\u2029 \u0085 z\n":                   "{\"a\":\"x \u2028 y\u2029 \u0085 z\"}",
		"a: x \u2028 \u00a1 \ue000 \u0085 z\n":             "{\"a\":\"x \u2028 \u00a1 \ue000 \u0085 z\"}",
		"a: |\n \uFEFFx\nb: \uFEFFy\n":                     "{\"a\":\"\uFEFFx\\n\",\"b\":\"\uFEFFy\"}",
		"%YAML 1.2\n--- \n%: 1\n":                          "",
		"{user: What is 2+2?}":                             `{"user":"What is 2+2?"}`,
		"[a ? b, What?, ?x, http://x?y=1, {?a: b}]":        `["a ? b","What?","?x","http://x?y=1",{"?a":"b"}]`,
		"[? a : b]":             `[{"a":"b"}]`,
		"a: |\n \t x\n":         `{"a":"\t x\n"}`,
		"%YAML 1.2\n---\n- a\n": `["a"]`,
	}
	for text, want := range tests {
		if want == "" {
			if _, list := ParseYAML(New("s.yaml", "s.yaml", text)); len(list) == 0 {
				t.Errorf("%q: want an error", text)
			}
			continue
		}
		if got := string(mustParse(t, text).AppendJSON(nil)); got != want {
			t.Errorf("%q gives %s, want %s", text, got, want)
		}
	}
}

func TestParseYAMLKeys(t *testing.T) {
	v := mustParse(t, "1: a\ntrue: b\n~: c\n\"\": d\n0x1F: e\n\"<<\": f\n!!str 5: g\n? h\n: i\n&k key: *k\n")
	want := `{"1":"a","true":"b","~":"c","":"d","0x1F":"e","<<":"f","5":"g","h":"i","key":"key"}`
	if diff := cmp.Diff(want, string(v.AppendJSON(nil))); diff != "" {
		t.Error(diff)
	}
}

func TestParseYAMLRefuses(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"a duplicate key", "a: 1\nb: 2\na: 3\n", `3:1: duplicate key "a"; the first is on line 1
  a: 3
  ^
hint: remove one of them
`},
		{"a duplicate key in a flow map", "x: {über: 1, 'über': 2}\n", `1:14: duplicate key "über"; the first is on line 1
  x: {über: 1, 'über': 2}
               ^^^^
hint: remove one of them
`},
		{"a list as key", "? [a]\n: 1\n", `1:3: a list or a map cannot be a key, expected text
  ? [a]
    ^
hint: quote the key if it is meant as text
`},
		{"no key", "a: 1\n?\n: 2\n", `2:2: found no key before the colon
  ?
   ^
hint: write the key, or "" for an empty one
`},
		{"merge keys", "a: &a {b: 1}\nc: {<<: *a, '<<': x, !!str <<: y}\n", `2:5: merge keys (<<) are not supported
  c: {<<: *a, '<<': x, !!str <<: y}
      ^^
hint: write the keys out here, or take a whole value by its alias: ` + "`key: *anchor`" + `; a key of that name is quoted: "<<"
2:28: duplicate key "<<"; the first is on line 2
  c: {<<: *a, '<<': x, !!str <<: y}
                             ^^
hint: remove one of them
`},
		{"infinity", "a: -.inf\n", `1:4: -.inf is a number that JSON does not have
  a: -.inf
     ^^^^^
hint: quote it if it is meant as text
`},
		{"a negated expression", "- ! is_json(text)\n", `1:3: YAML takes ! for a tag; expected no tag, !raw or !!str
  - ! is_json(text)
    ^
hint: quote the text if it is an expression or begins with "!", or write it under "assert: |"
`},
		{"a negated call", "- !is_json(text)\n", `1:3: YAML takes !is_json(text) for a tag; expected no tag, !raw or !!str
  - !is_json(text)
    ^^^^^^^^^^^^^^
hint: quote the text if it is an expression or begins with "!", or write it under "assert: |"
`},
		{"another tag", "a: &x !!binary aGk=\n", `1:7: YAML takes !!binary for a tag; expected no tag, !raw or !!str
  a: &x !!binary aGk=
        ^^^^^^^^
hint: quote the text if it is an expression or begins with "!", or write it under "assert: |"
`},
		{"a verbatim tag", "a: !<tag:yaml.org,2002:str> x\n", `1:4: YAML takes !<tag:yaml.org for a tag; expected no tag, !raw or !!str
  a: !<tag:yaml.org,2002:str> x
     ^^^^^^^^^^^^^^
hint: quote the text if it is an expression or begins with "!", or write it under "assert: |"
`},
		{"text as a tag of a list", "a: !!str [1]\n", `1:4: a list or a map cannot be tagged !!str
  a: !!str [1]
     ^^^^^
hint: remove the tag
`},
		{"a raw key", "!raw a: 1\n", `1:1: a key cannot be tagged !raw: keys hold no templates
  !raw a: 1
  ^^^^
hint: remove the tag
`},
		{"a cycle", "a: &x\n  b: [*x]\n", `2:7: the alias *x is inside its own anchor, which begins on line 2
    b: [*x]
        ^^
hint: a value cannot hold itself
`},
		{"a NUL", "a: b\x00\n", "1:5: found a NUL byte, expected UTF-8 text\n  a: b\x00\n      ^\nhint: is this a binary file, or UTF-16? save it as UTF-8\n"},
		{"UTF-16", "\xff\xfea\x00", "0:0: the file is UTF-16, expected UTF-8\nhint: save it as UTF-8\n"},
		{"Latin-1", "a: b\nä: \xe4\n", "2:4: byte 0xE4 is not valid UTF-8\n  ä: \xe4\n     ^\nhint: save the file as UTF-8\n"},
		{"a control character", "a: \x1b[0m\n", "1:4: found the control character U+001B, which YAML does not allow\n  a: \x1b[0m\n     ^\n" +
			"hint: write it as \\u001b in double quotes\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, list := ParseYAML(New("s.yaml", "s.yaml", tt.text))
			var got strings.Builder
			for _, d := range list {
				got.WriteString(caret(d))
			}
			if diff := cmp.Diff(tt.want, got.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseYAMLGoesOnAfterAFault(t *testing.T) {
	documents, list := ParseYAML(New("s.yaml", "s.yaml", "a: !x 1\nb: {c: 1, c: 2}\n---\nd: .nan\n"))
	if len(list) != 3 || len(documents) != 2 {
		t.Fatalf("got %d documents and %v, want 2 and three diagnostics", len(documents), list)
	}
	if !documents[0].Get("a").faulty || documents[0].Get("b").faulty || !documents[1].Get("d").faulty {
		t.Error("the values that a diagnostic is about are to be marked faulty, and no others")
	}
}

// bomb is n levels of lists that each hold the one before ten times.
func bomb(levels int) string {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i <= levels; i++ {
		alias := fmt.Sprintf("*a%d", i-1)
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.Join(strings.Split(strings.Repeat(alias+" ", 10), " ")[:10], ", "))
	}
	return b.String()
}

func TestParseYAMLAliasBudget(t *testing.T) {
	if _, list := ParseYAML(New("s.yaml", "s.yaml", bomb(3))); len(list) > 0 {
		t.Errorf("11,110 values by aliases: %v, want no problem", list)
	}
	_, list := ParseYAML(New("s.yaml", "s.yaml", bomb(30)))
	if len(list) != 1 || list[0].Position.Line != 6 || !strings.Contains(list[0].Message, "1000000 values or 256 MB") {
		t.Errorf("an alias bomb gives %v, want one diagnostic on line 6", list)
	}
	text := "a: &a " + strings.Repeat("x", 1<<20) + "\nb: [" + strings.Repeat("*a, ", 300) + "]\n"
	if _, list = ParseYAML(New("s.yaml", "s.yaml", text)); len(list) != 1 {
		t.Errorf("300 MB of text by aliases gives %d diagnostics, want 1", len(list))
	}
}

func TestParseYAMLDepth(t *testing.T) {
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	if _, list := ParseYAML(New("s.yaml", "s.yaml", nested(maxDepth))); len(list) > 0 {
		t.Errorf("%d levels: %v, want no problem", maxDepth, list)
	}
	if _, list := ParseYAML(New("s.yaml", "s.yaml", nested(maxDepth+1))); len(list) != 1 || list[0].Position.Column != maxDepth+1 {
		t.Errorf("%d levels: %v, want one diagnostic at column %d", maxDepth+1, list, maxDepth+1)
	}
	for _, text := range []string{
		nested(9000), nested(20_000), strings.Repeat("[", 10_000), strings.Repeat("{a: ", 10_000),
		strings.Repeat("- ", 10_000) + "x", strings.Repeat("? ", 10_000),
	} {
		_, list := ParseYAML(New("s.yaml", "s.yaml", text))
		if len(list) != 1 || list[0].Message != "nested more than 200 levels deep" || list[0].Line != 1 || list[0].Column < maxDepth {
			t.Errorf("%.20q… gives %v, want one diagnostic that names the limit", text, list)
		}
	}
	var chain strings.Builder
	chain.WriteString("- &a0 x\n")
	for i := 1; i < maxDepth+5; i++ {
		fmt.Fprintf(&chain, "- &a%d [*a%d]\n", i, i-1)
	}
	if _, list := ParseYAML(New("s.yaml", "s.yaml", chain.String())); len(list) == 0 || !strings.Contains(list[0].Message, "with the alias") {
		t.Errorf("levels by aliases: %v, want a diagnostic at the alias", list)
	}
}

func TestParseYAMLSizeLimit(t *testing.T) {
	_, list := ParseYAML(New("s.yaml", "s.yaml", strings.Repeat("#", MaxFileSize+1)))
	if len(list) != 1 || list[0].Position.Line != 0 {
		t.Errorf("a file over the limit gives %v, want one diagnostic on the file", list)
	}
}

func BenchmarkParseYAML(b *testing.B) {
	row := "- name: case %d\n  vars: {country: France, n: 12.50}\n  messages:\n  - user: \"What is the capital?\"\n  assert: |\n    text contains \"Paris\"\n    usage.output_tokens < 50\n"
	var text strings.Builder
	for i := 0; text.Len() < 1<<20; i++ {
		fmt.Fprintf(&text, row, i)
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if _, list := ParseYAML(New("s.yaml", "s.yaml", text.String())); len(list) > 0 {
			b.Fatal(list)
		}
	}
}

func BenchmarkParseYAMLAliasBomb(b *testing.B) {
	text := bomb(50)
	b.ReportAllocs()
	for b.Loop() {
		if _, list := ParseYAML(New("s.yaml", "s.yaml", text)); len(list) != 1 {
			b.Fatal(list)
		}
	}
}

// A line of a megabyte with many values must not take quadratic time.
func BenchmarkParseYAMLLongLine(b *testing.B) {
	text := "[" + strings.Repeat("!raw äx, ", 1<<20/10) + "]"
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, list := ParseYAML(New("s.yaml", "s.yaml", text)); len(list) > 0 {
			b.Fatal(list)
		}
	}
}
