package suite

import (
	"strings"
	"testing"
)

func TestParseYAMLValueLimit(t *testing.T) {
	for _, unit := range []string{"-\n", "a: b\n"} {
		text := strings.Repeat(unit, maxValues+1)
		_, list := parseYAML(newSource("s.yaml", "s.yaml", text))
		if len(list) != 1 || !strings.Contains(list[0].Message, "2000000 values") {
			t.Errorf("%d times %q gives %v, want one diagnostic on the number of values", maxValues+1, unit, list)
		}
	}
	if n := estimateValues("dashes-in-words, https://x: y?\n- a\n"); n != 4 {
		t.Errorf("the estimate is %d, want 4: a comma, a colon, a question mark and a dash", n)
	}
}

func TestParseYAMLProblemLimit(t *testing.T) {
	_, list := parseYAML(newSource("s.yaml", "s.yaml", strings.Repeat("a: 1\n", 1000)))
	if len(list) != maxProblems+1 || !strings.Contains(list[maxProblems].Message, "more problems than the 100") {
		t.Errorf("999 duplicates give %d diagnostics, want %d, the last of which says that there are more", len(list), maxProblems+1)
	}
}
