package suite

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestInputsChange saves files one by one, and expects that a change of what
// the suites read is seen, and no other.
func TestInputsChange(t *testing.T) {
	dir := t.TempDir()
	for _, d := range []string{".git", "suites/rows", "suites/prompts", "suites/.hidden", "suites/node_modules", "suites/testdata"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write(t, dir, "suites/ants.yaml", `
model: m
max_tokens: 10
system: "{{ file(\"prompts/system.md\") }}"
assert: text != ""
cases:
  - {name: "a {{ n }}", dataset: rows/*.csv, messages: [{user: "Hi {{ n }}"}]}
  - {name: b, dataset: more.jsonl, messages: [{user: "{{ n }}"}]}
`)
	write(t, dir, "suites/notes.yaml", "just: data\n")
	write(t, dir, "suites/rows/one.csv", "n\n1\n")
	write(t, dir, "suites/more.jsonl", `{"n": "x"}`)
	write(t, dir, "suites/prompts/system.md", "Be brief.")
	write(t, dir, "suites/log.txt", "nothing\n")
	write(t, dir, "suites/prompts/other.md", "Not read.")
	written := filepath.Join(dir, "suites", "report.yaml")
	for _, test := range []struct {
		file string
		want bool
	}{
		{"suites/log.txt", false},
		{"suites/new.txt", false},
		{"suites/prompts/other.md", false},
		{"suites/.ants.yaml.swp", false},
		{"suites/ants.yaml~", false},
		{"suites/.#ants.yaml", false},
		{"suites/#ants.yaml#", false},
		{"suites/4913", false},
		{"suites/.hidden/a.yaml", false},
		{"suites/node_modules/a.yaml", false},
		{"suites/testdata/a.yaml", false},
		{"suites/rows/two.txt", false},
		{"other.yaml", false},
		{".git/index", false},
		{"suites/report.yaml", false}, // which the run writes
		{"suites/ants.yaml", true},
		{"suites/notes.yaml", true}, // which may become a suite
		{"suites/more.yaml", true},
		{"suites/rows/one.csv", true},
		{"suites/rows/two.csv", true},
		{"suites/more.jsonl", true},
		{"suites/prompts/system.md", true},
		{"evalrun.yaml", true},
	} {
		t.Run(test.file, func(t *testing.T) {
			path := filepath.Join(dir, filepath.FromSlash(test.file))
			set, err := Load([]string{filepath.Join(dir, "suites")}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			changed := func() bool { return set.Inputs().Changed(func(path string) bool { return path == written }) }
			if changed() {
				t.Fatal("it changed by itself")
			}
			before, readErr := os.ReadFile(path)
			touch(t, path, before)
			if got := changed(); got != test.want {
				t.Errorf("once it was saved: changed is %t, want %t", got, test.want)
			}
			if readErr != nil {
				if err := os.Remove(path); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// touch saves a file, as it was or with a comment, at another time than before.
func touch(t *testing.T, path string, text []byte) {
	t.Helper()
	if text == nil {
		text = []byte("# nothing\n")
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(time.Minute)
	if err := os.Chtimes(path, later, later); err != nil {
		t.Fatal(err)
	}
}

// What is wrong with a suite is mended in a file that was looked for.
func TestInputsOfSuitesThatAreWrong(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "ants.yaml", "model: m\nmax_tokens: 10\nassert: text != ''\ncases: [{name: a, dataset: rows.csv, messages: [{user: Hi}]}]\n")
	missing := filepath.Join(dir, "bees.yaml")
	set, err := Load([]string{filepath.Join(dir, "ants.yaml"), missing}, Options{Root: dir})
	if err == nil {
		t.Fatal("two files are missing, and nothing is wrong")
	}
	none := func(string) bool { return false }
	if set.Inputs().Changed(none) {
		t.Error("it changed by itself")
	}
	for _, file := range []string{filepath.Join(dir, "rows.csv"), missing} {
		if err := os.WriteFile(file, []byte("n\n1\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		if !set.Inputs().Changed(none) {
			t.Errorf("%s is there, and nothing changed", file)
		}
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
}
