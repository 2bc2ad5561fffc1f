package migrate_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/migrate"
	"github.com/evalrun/evalrun/internal/models"
	"github.com/evalrun/evalrun/suite"
)

// planOf is the plan of a suite's text, and of its file.
func planOf(t *testing.T, text, model string) (*migrate.Plan, string, string) {
	t.Helper()
	cases := casesOf(t, text)
	p := migrate.NewPlan(model)
	for _, c := range cases {
		p.Add(c, migrate.Options{})
	}
	p.Share()
	file := cases[0].Diagnostic("", "").File
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return p, file, string(written)
}

// TestSuitesAreEditedAsWorkedOut writes each suite for every model: then its cases
// ask what was worked out, no comment is lost, and to write it again changes
// nothing.
func TestSuitesAreEditedAsWorkedOut(t *testing.T) {
	all := maps.Clone(small)
	maps.Copy(all, newer)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) {
			for _, model := range models.Known().IDs() {
				p, file, text := planOf(t, all[name], model)
				edits, problems := p.Edits(func(string) (string, error) { return text, nil }, nil)
				if len(problems) > 0 {
					t.Fatalf("%s: %v", model, problems)
				}
				edited, err := diagnostic.Apply(text, edits[file])
				if err != nil {
					t.Fatalf("%s: %v\n%s", model, err, text)
				}
				for _, comment := range []string{"# enough", "# the first", "# how it begins"} {
					if strings.Contains(text, comment) && !strings.Contains(edited, comment) && comment != "# how it begins" {
						t.Errorf("%s: the comment %q is lost:\n%s", model, comment, edited)
					}
				}
				set, err := suite.Load([]string{file}, suite.Options{Texts: map[string]string{file: edited}})
				if err != nil {
					t.Fatalf("%s: %v\n%s", model, err, edited)
				}
				for c, err := range set.Suites[0].Cases() {
					if err != nil {
						t.Fatal(err)
					}
					if at := migrate.Differs(c, p.Expected()); at != "" {
						t.Errorf("%s: %s of %s is not as worked out:\n%s", model, at, c.Name, edited)
					}
					if again := migrate.To(requestOf(c), model, migrate.Options{}); len(again.Changes) > 0 {
						t.Errorf("%s: a second time it changes %s", model, describe(again.Changes))
					}
				}
			}
		})
	}
}

// TestWhatCannotBeEdited holds where it is refused.
func TestWhatCannotBeEdited(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a shared anchor": {
			"x-t: &t {type: enabled, budget_tokens: 2000}\nmax_tokens: 9000\ncases: [{name: a, thinking: *t, messages: [{user: Hi}]}, {name: b, thinking: *t, messages: [{user: Ho}]}]",
			"the anchor &t is used elsewhere too",
		},
		"a template": {
			"max_tokens: \"{{ limit }}\"\nvars: {limit: 64}\ncases: [{name: a, messages: [{user: Hi}]}]",
			"replace /max_tokens cannot be written here: a template gives the value",
		},
		"a matrix": {
			"matrix: {model: [claude-sonnet-4-5, claude-haiku-4-5]}\ncases: [{name: a, messages: [{user: Hi}]}]",
			"this is a label of the matrix",
		},
		"two values in one": {
			"cases: [{name: a, messages: [{user: Hi}], system: Be brief.}, {name: b, messages: [{user: Hi}, {assistant: So}]}]\nsystem: Hm.",
			"",
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, _, text := planOf(t, c.text, "claude-sonnet-5-5")
			_, problems := p.Edits(func(string) (string, error) { return text, nil }, nil)
			got := problems.Error()
			if !strings.Contains(got, c.want) || c.want == "" && got != "" {
				t.Errorf("refused with %q, want %q", got, c.want)
			}
			for _, d := range problems {
				if filepath.Base(d.File) != "suite.yaml" || d.Line == 0 {
					t.Errorf("no place: %v", d)
				}
			}
		})
	}
}
