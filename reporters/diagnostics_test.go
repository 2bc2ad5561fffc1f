package reporters_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/reporters/checkreport"
)

func at(line, column int) diagnostic.Position {
	return diagnostic.Position{File: "ants.yaml", Line: line, Column: column}
}

func TestDiagnostics(t *testing.T) {
	tests := []struct {
		name string
		in   diagnostic.Diagnostic
		want string
	}{
		{
			"message, source, caret, hint",
			diagnostic.Diagnostic{Position: at(7, 5), Width: 5, Message: `unknown key "asert"`, Source: "    asert: len(text) > 0", Hint: `did you mean "assert"?`},
			`ants.yaml:7:5: unknown key "asert"
      asert: len(text) > 0
      ^~~~~
hint: did you mean "assert"?
`,
		},
		{
			"warning with its rule",
			diagnostic.Diagnostic{Position: at(2, 1), Severity: diagnostic.Warning, Rule: "always-true", Message: "this is true of every answer", Source: "text != 5"},
			`ants.yaml:2:1: warning: this is true of every answer [always-true]
      text != 5
      ^
`,
		},
		{
			"no place",
			diagnostic.Diagnostic{Message: "no API key", Hint: "set ANTHROPIC_API_KEY, or answer from a record with --replay FILE"},
			"no API key\nhint: set ANTHROPIC_API_KEY, or answer from a record with --replay FILE\n",
		},
		{
			"a whole file",
			diagnostic.Diagnostic{Position: diagnostic.Position{File: "a.yaml"}, Message: "is empty"},
			"a.yaml: is empty\n",
		},
		{
			"wide characters and marks before the place",
			diagnostic.Diagnostic{Position: at(1, 8), Width: 2, Message: "m", Source: "日本e\u0301: {ab}"},
			"ants.yaml:1:8: m\n      日本e\u0301: {ab}\n              ^~\n",
		},
		{
			"wide characters underlined",
			diagnostic.Diagnostic{Position: at(1, 3), Width: 2, Message: "m", Source: "- 日本"},
			"ants.yaml:1:3: m\n      - 日本\n        ^~~~\n",
		},
		{
			"tabs are one cell",
			diagnostic.Diagnostic{Position: at(1, 4), Message: "m", Source: "\ta\tb"},
			"ants.yaml:1:4: m\n      a b\n        ^\n",
		},
		{
			"the place is in the margin",
			diagnostic.Diagnostic{Position: at(1, 1), Message: "a tab cannot indent", Source: "\ta: b"},
			"ants.yaml:1:1: a tab cannot indent\n       a: b\n      ^\n",
		},
		{
			"after the last character",
			diagnostic.Diagnostic{Position: at(1, 4), Message: "m", Source: "a: "},
			"ants.yaml:1:4: m\n      a: \n         ^\n",
		},
		{
			"at the end",
			diagnostic.Diagnostic{Position: at(1, 3), Width: 9, Message: "m", Source: "a:"},
			"ants.yaml:1:3: m\n      a:\n        ^\n",
		},
		{
			"beyond the line",
			diagnostic.Diagnostic{Position: at(1, 40), Message: "m", Source: "a: b"},
			"ants.yaml:1:40: m\n      a: b\n",
		},
		{
			"escapes before the place",
			diagnostic.Diagnostic{Position: at(1, 3), Message: "\x1b[2Jm", Hint: "\u202eh", Source: "\x1b\xffx"},
			`ants.yaml:1:3: \x1b[2Jm` + "\n" + `      \x1b\xffx` + "\n" + `              ^` + "\n" + `hint: \u202eh` + "\n",
		},
		{
			"a file named like a workflow command",
			diagnostic.Diagnostic{Position: diagnostic.Position{File: "::error::x"}, Message: "m"},
			`\x3a:error::x: m` + "\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got strings.Builder
			if err := checkreport.Diagnostics(&got, diagnostic.List{tt.in}, false); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDiagnosticsShowTheCaretInALongLine(t *testing.T) {
	source := strings.Repeat("a", 5000) + "HERE" + strings.Repeat("b", 5000)
	var got strings.Builder
	d := diagnostic.Diagnostic{Position: at(1, 5001), Width: 4, Message: "m", Source: source}
	if err := checkreport.Diagnostics(&got, diagnostic.List{d}, false); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(got.String(), "\n")
	shown, caret := []rune(lines[1]), []rune(lines[2])
	if len(shown) > 110 {
		t.Errorf("the line is %d characters long: %s", len(shown), lines[1])
	}
	i := strings.IndexRune(lines[2], '^')
	if i < 0 || string(shown[i:len(caret)]) != "HERE" {
		t.Errorf("the caret misses its place:\n%s", got.String())
	}
}

func TestDiagnosticsInColour(t *testing.T) {
	list := diagnostic.List{
		{Position: at(1, 1), Message: "m", Source: "a", Hint: "h"},
		{Position: at(2, 1), Severity: diagnostic.Warning, Rule: "r", Message: "n"},
	}
	var got strings.Builder
	if err := checkreport.Diagnostics(&got, list, true); err != nil {
		t.Fatal(err)
	}
	want := "\x1b[1mants.yaml:1:1:\x1b[0m m\n      a\n      \x1b[31m^\x1b[0m\n\x1b[1mhint:\x1b[0m h\n" +
		"\x1b[1mants.yaml:2:1:\x1b[0m \x1b[33mwarning:\x1b[0m n\x1b[2m [r]\x1b[0m\n"
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Error(diff)
	}
}

// A source line may be as long as its file, and every problem may be in it.
func TestDiagnosticsOfALongLineAreBounded(t *testing.T) {
	line := strings.Repeat("é{\"key\": 1}, ", 40_000)
	var list diagnostic.List
	for i := range 200 {
		list = append(list, diagnostic.Diagnostic{Position: diagnostic.Position{File: "s.json", Line: 1, Column: 1 + 13*200*i%400_000}, Width: 5, Message: "wrong", Source: line})
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var out strings.Builder
	if err := checkreport.Diagnostics(&out, list, false); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if bytes := after.TotalAlloc - before.TotalAlloc; bytes > 32<<20 { // one copy of the line for each is 100 MB
		t.Errorf("it takes %d bytes", bytes)
	}
	if !strings.Contains(out.String(), "\n      …") || strings.Count(out.String(), "^~~~~") != len(list) {
		t.Errorf("%.600s", out.String())
	}
}
