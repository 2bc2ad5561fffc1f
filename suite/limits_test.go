package suite

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/slowtest"
	"github.com/evalrun/evalrun/suite/internal/work"
)

// What few lines can stand for is bounded: a load says so, and ends.
func TestWorkLimits(t *testing.T) {
	const head = "model: m\nmax_tokens: 1\nmessages: [{user: hi}]\nassert: |\n  text != \"\"\n"
	var texts, lists, maps strings.Builder
	for i := range 40 {
		fmt.Fprintf(&texts, "  v%d: \"{{ v%d }}{{ v%d }}\"\n", i+1, i, i)
		fmt.Fprintf(&lists, "  v%d: [\"{{ v%d }}\", \"{{ v%d }}\"]\n", i+1, i, i)
		fmt.Fprintf(&maps, "  v%d: {a: \"{{ v%d }}\", b: \"{{ v%d }}\"}\n", i+1, i, i)
	}
	labels := func(axis string) string {
		return "  " + axis + ": {a: {top_k: 1}, b: {top_k: 2}, c: {top_k: 3}, d: {top_k: 4}, e: {top_k: 5}}\n"
	}
	for name, test := range map[string]struct{ text, want string }{
		"texts":      {"vars:\n  v0: text\n" + texts.String() + "cases: [{}]\n", "fill in more than 64 MB"},
		"lists":      {"vars:\n  v0: text\n" + lists.String() + "cases: [{}]\n", "fill in more than 64 MB"},
		"maps":       {"vars:\n  v0: text\n" + maps.String() + "cases: [{}]\n", "fill in more than 64 MB"},
		"body":       {"system: [" + strings.Repeat("{document: big.txt}, ", 3) + "]\ncases: [{}]\n", "larger than 64 MB"},
		"escapes":    {"system: [{document: lines.txt}]\ncases: [{}]\n", "larger than 40 MB as JSON"},
		"files":      {"system: \"{{ template('0.md') }}\"\ncases: [{}]\n", "fill in more than 64 MB"},
		"variants":   {"matrix:\n" + labels("a") + labels("b") + labels("c") + labels("d") + labels("e") + "cases:\n" + strings.Repeat("  - {}\n", 2000), "too much work"},
		"assertions": {strings.Repeat("  text != \"\"\n", 9999) + "cases:\n" + strings.Repeat("  - {}\n", 1000), "too much work"},
		"steps":      {"system: \"{{ count(1..900000, # > 5) }} times\"\nmatrix:\n" + labels("a") + labels("b") + labels("c") + "cases: [{}]\n", "too much work"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for i := range 18 {
				write(t, dir, fmt.Sprintf("%d.md", i), strings.Repeat(fmt.Sprintf("{{ template('%d.md') }}", i+1), 3))
			}
			write(t, dir, "18.md", strings.Repeat("text ", 1000))
			for file, size := range map[string]int{"lines.txt": 21 << 20, "big.txt": 30 << 20} {
				if strings.Contains(test.text, file) {
					write(t, dir, file, strings.Repeat("\n", size))
				}
			}
			file := write(t, dir, "s.yaml", head+test.text)
			_, err := load([]string{file}, Options{Root: dir}, work.New(1_500_000))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %q", err, test.want)
			}
		})
	}
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// Thousands of variables that use each other, in one chain or in pairs, are put
// in order and compiled by work that is linear in their number.
func TestManyVariablesAreBounded(t *testing.T) {
	var chain, pairs strings.Builder
	for i := range slowtest.Size(500, 3_000) {
		fmt.Fprintf(&chain, `, "v%d": "{{ v%d }}"`, i+1, i)
		fmt.Fprintf(&pairs, `, "v%04da": "x{{ 1 }}", "v%04db": "{{ v%04da }}"`, i, i, i)
	}
	for _, vars := range []string{`"v0": "x"` + chain.String(), `"v": "x"` + pairs.String()} {
		text := `{"model": "m", "max_tokens": 1, "cases": [{"name": "x", "vars": {` + vars + `}, "messages": [{"user": "hi"}], "assert": "true"}]}`
		dir := t.TempDir()
		file := filepath.Join(dir, "s.json")
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		slowtest.Within(t, "loading them", func() {
			if _, err := Load([]string{file}, Options{Root: dir}); err != nil {
				t.Errorf("%.300v", err)
			}
		})
	}
}
