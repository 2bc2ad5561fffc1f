package source

import (
	"strings"
	"testing"
)

func TestParseYAMLValueLimit(t *testing.T) {
	for _, unit := range []string{"-\n", "a: b\n"} {
		text := strings.Repeat(unit, maxValues+1)
		_, list := ParseYAML(New("s.yaml", "s.yaml", text))
		if len(list) != 1 || !strings.Contains(list[0].Message, "2000000 values") {
			t.Errorf("%d times %q gives %v, want one diagnostic on the number of values", maxValues+1, unit, list)
		}
	}
	if n := estimateValues("dashes-in-words, https://x: y?\n- a\n"); n != 4 {
		t.Errorf("the estimate is %d, want 4: a comma, a colon, a question mark and a dash", n)
	}
}

func TestParseYAMLProblemLimit(t *testing.T) {
	_, list := ParseYAML(New("s.yaml", "s.yaml", strings.Repeat("a: 1\n", 1000)))
	if len(list) != maxProblems+1 || !strings.Contains(list[maxProblems].Message, "only the first 100 problems") {
		t.Errorf("999 duplicates give %d diagnostics, want %d, the last of which says so", len(list), maxProblems+1)
	}
}

func TestParseYAMLDirectiveLimit(t *testing.T) {
	_, list := ParseYAML(New("s.yaml", "s.yaml", strings.Repeat("%TAG !a! b\n", 1<<16)+"---\na: 1\n"))
	if len(list) != 1 || list[0].Position.Line != 1 {
		t.Errorf("65,536 directives give %v, want one diagnostic on line 1", list)
	}
}

// Finding positions must not take more than linear time, whatever the scalar.
func BenchmarkPosition(b *testing.B) {
	texts := map[string]string{
		"literal": "v: |\n" + strings.Repeat("  some text\n", 1<<20/12),
		"spaces":  "v: |2\n" + strings.Repeat(" ", 1<<20) + "x\n",
		"folded":  "v: >+\n" + strings.Repeat("  text\n", 1<<16) + strings.Repeat("\n", 1<<19),
		"double":  "v: \"" + strings.Repeat(`\u00e9 \n`, 1<<20/9) + "\"\n",
		"plain":   "v: a" + strings.Repeat("\n  b", 1<<18) + "\n",
	}
	for name, text := range texts {
		b.Run(name, func(b *testing.B) {
			v := mustParse(b, text).Get("v")
			for b.Loop() {
				if p := v.PositionAt(len(v.Text)); p.Line < 1 {
					b.Fatal(p)
				}
			}
		})
	}
}
