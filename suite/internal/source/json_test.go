package source

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseJSON(t *testing.T) {
	text := "\uFEFF{\"z\": [1, 2.50, -0, 1E+3],\n \"ä\\/\": {\"b\":\"\\ud83d\\ude00\\n\", \"a\": null}, \"<\": true,\n\t\"e\": [], \"f\": {}}\n"
	documents, list := ParseJSON(New("s.json", "s.json", text))
	if len(list) > 0 || len(documents) != 1 {
		t.Fatalf("got %d documents and %v, want one and no problem", len(documents), list)
	}
	v := documents[0]
	want := `{"z":[1,2.50,-0,1E+3],"ä/":{"b":"😀\n","a":null},"<":true,"e":[],"f":{}}`
	if diff := cmp.Diff(want, string(v.AppendJSON(nil))); diff != "" {
		t.Error(diff)
	}
	places := map[string]string{
		"s.json:1:1": v.Position().String(), "s.json:1:7": v.Get("z").Position().String(),
		"s.json:1:11": v.Get("z").Items[1].Position().String(), "s.json:2:9": v.Get("ä/").Position().String(),
		"s.json:2:27": v.Get("ä/").Get("b").PositionAt(4).String(), "s.json:3:7": v.Get("e").Position().String(),
	}
	for want, got := range places {
		if got != want {
			t.Errorf("a value is at %s, want %s", got, want)
		}
	}
	if m := v.Members[1]; m.Line != 2 || m.Column != 2 {
		t.Errorf("the key %q is at %d:%d, want 2:2", m.Key, m.Line, m.Column)
	}
}

func TestParseJSONRefuses(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", "1:1: the file is empty, expected a JSON value\n  \n  ^\n"},
		{"{\"ä\": 1, \"ä\": 2}", "1:10: duplicate key \"ä\"; the first is on line 1\n  {\"ä\": 1, \"ä\": 2}\n           ^^^\nhint: remove one of them\n"},
		{"[1,\n 2,\n]", "2:3: found a comma before ']', expected another value\n   2,\n    ^\nhint: remove the comma\n"},
		{"{'a': 1}", "1:2: found '\\'', expected a key in double quotes\n  {'a': 1}\n   ^\nhint: JSON puts text in double quotes\n"},
		{"{a: 1}", "1:2: found 'a', expected a key in double quotes\n  {a: 1}\n   ^\n"},
		{"[1 // one\n]", "1:4: found '/', expected \",\" or \"]\"\n  [1 // one\n     ^\nhint: JSON has no comments\n"},
		{"{\"a\": 1\n\"b\": 2}", "2:1: found '\"', expected \",\" or \"}\"\n  \"b\": 2}\n  ^\nhint: is a comma missing before it?\n"},
		{"{\"a\" 1}", "1:6: found '1', expected \":\"\n  {\"a\" 1}\n       ^\n"},
		{"{} {}", "1:4: found '{', expected nothing after the value\n  {} {}\n     ^\nhint: a .json file holds one value; several, one a line, are a .jsonl file\n"},
		{"[\"a\nb\"]", "1:4: found '\\n', expected the closing quote\n  [\"a\n     ^\nhint: write a line break as \\n, a tab as \\t\n"},
		{"[\"\\q\"]", "1:4: found 'q', expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u\n  [\"\\q\"]\n     ^\nhint: write a backslash as \\\\\n"},
		{"[{\"a\": [1, 2}", "1:13: found '}', expected \",\" or \"]\"\n  [{\"a\": [1, 2}\n              ^\nhint: is a comma missing before it?\n"},
		{"[{\"a\": \"]\"}, {", "1:14: this '{' is not closed before the end of the file\n  [{\"a\": \"]\"}, {\n               ^\n"},
		{"[\n\"a\\\"", "2:1: this '\"' is not closed before the end of the file\n  \"a\\\"\n  ^\n"},
		{"tru", "1:4: the file ends within a value\n  tru\n     ^\n"},
		{"[NaN]", "1:2: found 'N', expected a value\n  [NaN]\n   ^\nhint: JSON has no NaN; use null or text\n"},
		{"[01]", "1:3: found '1', expected \",\" or \"]\"\n  [01]\n    ^\nhint: is a comma missing before it?\n"},
		{"[1.]", "1:4: found ']', expected a digit\n  [1.]\n     ^\n"},
		{"[é]", "1:2: found 'é', expected a value\n  [é]\n   ^\n"},
		{"[\"\xff\"]", "1:3: byte 0xFF is not valid UTF-8\n  [\"\xff\"]\n    ^\nhint: save the file as UTF-8\n"},
	}
	for _, tt := range tests {
		_, list := ParseJSON(New("s.json", "s.json", tt.text))
		if len(list) != 1 {
			t.Errorf("%q gives %v, want one diagnostic", tt.text, list)
			continue
		}
		if diff := cmp.Diff(tt.want, caret(list[0])); diff != "" {
			t.Errorf("%q: %s", tt.text, diff)
		}
	}
}

func TestParseJSONLimits(t *testing.T) {
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	if _, list := ParseJSON(New("s.json", "s.json", nested(maxDepth))); len(list) > 0 {
		t.Errorf("%d levels: %v, want no problem", maxDepth, list)
	}
	for _, text := range []string{nested(maxDepth + 1), nested(20000), strings.Repeat("[", 20000), "[0" + strings.Repeat(",0", maxValues) + "]"} {
		if _, list := ParseJSON(New("s.json", "s.json", text)); len(list) != 1 {
			t.Errorf("%.10s… gives %d diagnostics, want 1", text, len(list))
		}
	}
	_, list := ParseJSON(New("s.json", "s.json", "{\"a\":1"+strings.Repeat(",\"a\":1", 1000)+"}"))
	if len(list) != maxProblems+1 {
		t.Errorf("a thousand duplicates give %d diagnostics, want %d", len(list), maxProblems+1)
	}
}

func FuzzParseJSON(f *testing.F) {
	for _, text := range []string{`{"a": [1, "\ud83d\ude00", {"b": null}]}`, `["\ud800 \\u0041", 1e5, ""]`, `{"a":1,"a":2}`, "[", "1 2", `"\/\u00e4"`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		src := New("s.json", "s.json", text)
		documents, list := ParseJSON(src)
		if (len(documents) == 1) != json.Valid([]byte(src.text)) && len(list) == 0 {
			t.Fatalf("%q: %d documents without a problem", text, len(documents))
		}
		for _, v := range documents {
			if encoded := v.AppendJSON(nil); !json.Valid(encoded) {
				t.Fatalf("%q is encoded as %q", text, encoded)
			}
			checkPositions(t, src, v)
		}
	})
}

func BenchmarkParseJSON(b *testing.B) {
	text := "[" + strings.Repeat(`{"name": "case", "n": 12.50, "messages": [{"role": "user", "content": "é"}]}, `, 1<<20/79) + "null]"
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, list := ParseJSON(New("s.json", "s.json", text)); len(list) > 0 {
			b.Fatal(list)
		}
	}
}
