package suite

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/slowtest"
)

// hostileSize is about how long hostile texts are, in bytes.
var hostileSize = slowtest.Size(32<<10, 1<<20)

// fill repeats a unit, in which %d is a number, up to hostileSize.
func fill(unit string) string {
	var b strings.Builder
	for i := 0; b.Len() < hostileSize; i++ {
		if strings.Contains(unit, "%d") {
			fmt.Fprintf(&b, unit, i)
			continue
		}
		b.WriteString(unit)
	}
	return b.String()
}

// bomb is n levels of lists that each hold the one before ten times.
func bomb(levels int) string {
	text := "a0: &a0 [" + strings.Repeat("x, ", 10) + "]\n"
	for i := range levels {
		text += fmt.Sprintf("a%d: &a%d [%s]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d, ", i), 10))
	}
	return text
}

// TestHostileTexts lists what texts from outside could make a reader slow, for
// each reader of suites and data. Each ends, with a value or with an error.
func TestHostileTexts(t *testing.T) {
	suite := func(rest string) string {
		return "model: m\nmax_tokens: 1\nassert: text != \"\"\n" + rest + "\n"
	}
	cases := "cases: [{messages: [{user: hi}]}]\n"
	for _, test := range []struct{ name, file, text string }{
		{"a long key of a suite", "s.yaml", suite(cases + fill("x") + ": 1")},
		{"a long key of a case", "s.yaml", suite("cases: [{" + strings.Repeat("x", 1000) + ": 1, ? " + fill("y") + " : 1, messages: [{user: hi}]}]")},
		{"a long role", "s.yaml", suite("cases: [{messages: [{? " + fill("usr") + " : hi}]}]")},
		{"a long block type", "s.yaml", suite("cases: [{messages: [{user: [{? " + fill("txt") + " : hi}]}]}]")},
		{"a long name in a template", "s.yaml", suite("vars: {abc: 1}\nsystem: \"{{ " + fill("ab") + " }}\"\n" + cases)},
		{"a long alias", "s.yaml", suite("x-a: &a 1\nsystem: *" + fill("b") + "\n" + cases)},
		{"many keys that are unknown", "s.yaml", suite(cases + fill("k%d: 1\n"))},
		{"many keys twice", "s.yaml", fill("a: 1\n")},
		{"a long list in brackets", "s.yaml", suite("vars: {a: [" + fill("a, ") + "]}\n" + cases)},
		{"a long list of texts in quotes", "s.yaml", suite("vars: {a: [" + fill("\"é\", ") + "]}\n" + cases)},
		{"maps without colons", "s.yaml", suite("vars: {a: {" + fill("a%d: x, b%d, ") + "}}\n" + cases)},
		{"many anchors", "s.yaml", suite("vars:\n  a:\n" + fill("    - &a%d x\n") + cases)},
		{"many comments in texts", "s.yaml", suite("vars:\n  a:\n" + fill("    - x #%d\n") + cases)},
		{"many colons in texts", "s.yaml", suite("vars:\n  a:\n    - x\n" + fill("    - Note: %d\n") + cases)},
		{"deep lists", "s.yaml", strings.Repeat("[", 9000) + "\n"},
		{"deep entries", "s.yaml", strings.Repeat("- ", 9000) + "x\n"},
		{"deep keys", "s.yaml", strings.Repeat("? ", 9000) + "x\n"},
		{"an alias bomb", "s.yaml", bomb(50)},
		{"directives", "s.yaml", fill("%%TAG !a%d! b\n") + "---\na: 1\n"},
		{"a text of many lines", "s.yaml", suite("system: x\n" + fill("  y\n") + cases)},
		{"a quote that is not closed", "s.yaml", "a: \"" + fill("x\n")},
		{"brackets that are not closed", "s.yaml", "a: " + strings.Repeat("[", 5000) + fill("a, ")},
		{"many errors of syntax", "s.yaml", fill("- @\n")},
		{"many errors in a line", "s.yaml", "a: [" + fill("{a: b: c}, ") + "]\n"},
		{"escapes that are none", "s.yaml", "a: \"" + fill(`\q`) + "\"\n"},
		{"backslashes before a pair", "s.yaml", "a: \"" + fill(`\\`) + `\ud83d\ude00` + "\"\n"},
		{"templates without an end", "s.yaml", suite("system: '" + fill("{{ ") + "'\n" + cases)},
		{"many templates", "s.yaml", suite("vars: {a: x}\nsystem: '" + fill("{{ a }}") + "'\n" + cases)},
		{"braces in a template", "s.yaml", suite("system: '{{ " + fill("{") + "'\n" + cases)},
		{"a deep expression", "s.yaml", suite("system: \"{{ " + fill("(") + " }}\"\n" + cases)},
		{"many axes of a comparison", "s.yaml", suite("judge: {model: m, max_tokens: 1}\ncases: [{messages: [{user: hi}], assert: [{prefer: {rubric: x, over: \"" + fill("a=b ") + "\"}}]}]")},
		{"deep JSON", "s.json", strings.Repeat("[", hostileSize)},
		{"JSON of one text", "s.json", `["` + fill(`\"`) + `"]`},
		{"JSON with many keys", "s.json", "{" + fill("\"k%d\": 1,") + "\"cases\": []}"},
		{"JSON with half pairs", "s.json", "[" + fill(`"\ud83d",`) + "1]"},
		{"a CSV of quotes", "a.csv", "n\n\"" + fill(`""`)},
		{"a CSV of columns", "a.csv", fill("c%d,")},
		{"a CSV of carriage returns", "a.csv", "n\r" + fill("1\r")},
		{"JSON lines without JSON", "a.jsonl", fill("{\n")},
		{"a row with a long key", "a.jsonl", `{"n": 1, "` + fill("assert") + `": 1}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			file := filepath.Join(dir, test.file)
			if err := os.WriteFile(file, []byte(test.text), 0o644); err != nil {
				t.Fatal(err)
			}
			if ext := filepath.Ext(file); ext == ".csv" || ext == ".jsonl" {
				file = write(t, dir, "s.yaml", suite("cases: [{name: \"{{ n }}\", dataset: "+test.file+", messages: [{user: hi}]}]"))
			}
			slowtest.Within(t, fmt.Sprintf("reading %d bytes", len(test.text)), func() {
				set, err := Load([]string{file}, Options{Root: dir})
				if err != nil {
					_ = err.Error()
				} else {
					for _, s := range set.Suites {
						s.MisreadTexts()
					}
				}
			})
		})
	}
}
