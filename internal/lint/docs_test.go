package lint_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/evalrun/evalrun/internal/lint"
	"github.com/evalrun/evalrun/suite"
)

// section is the part of docs/lints.md about one lint.
type section struct {
	doc, bad, said, good string
}

// sections reads docs/lints.md: under a heading a sentence, a suite with the
// accident, the message it gets, a suite without.
func sections(t *testing.T) (names []string, found map[string]section) {
	t.Helper()
	text, err := os.ReadFile("../../docs/lints.md")
	if err != nil {
		t.Fatal(err)
	}
	found = map[string]section{}
	for _, part := range strings.Split(string(text), "\n### ")[1:] {
		name, rest, _ := strings.Cut(part, "\n\n")
		doc, rest, _ := strings.Cut(rest, "\n\n")
		pieces := strings.Split(rest, "```")
		if len(pieces) < 6 {
			t.Fatalf("%s: no example that is bad, what is said of it, and one that is good", name)
		}
		names = append(names, name)
		found[name] = section{
			doc:  strings.ReplaceAll(doc, "\n", " "),
			bad:  strings.TrimPrefix(pieces[1], "yaml\n"),
			said: strings.TrimPrefix(pieces[3], "text\n"),
			good: strings.TrimPrefix(pieces[5], "yaml\n"),
		}
	}
	return names, found
}

// TestDocs holds docs/lints.md to the lints: it has each with its sentence,
// and in its examples is found what it says, and nothing else.
func TestDocs(t *testing.T) {
	names, found := sections(t)
	lints := lint.Lints()
	if len(names) != len(lints) {
		t.Errorf("the docs have %d lints, there are %d", len(names), len(lints))
	}
	for _, l := range lints {
		t.Run(l.Name, func(t *testing.T) {
			s, ok := found[l.Name]
			if !ok || s.doc != l.Doc {
				t.Fatalf("the docs say %q, want %q", s.doc, l.Doc)
			}
			platform := ""
			if l.Name == "refused-by-platform" {
				platform = "bedrock"
			}
			if got := said(checkOn(t, platform, s.bad)); got != s.said {
				t.Errorf("of the bad example the docs say\n%swhat is said:\n%s", s.said, got)
			}
			if got := said(checkOn(t, platform, s.good)); got != "" {
				t.Errorf("of the good example is said:\n%s", got)
			}
		})
	}
}

// check looks at a directory with the text of a suite and two prompts.
func check(t *testing.T, text string) *lint.Report {
	t.Helper()
	return checkOn(t, "", text)
}

// checkOn is check for a platform.
func checkOn(t *testing.T, platform, text string) *lint.Report {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{"suite.yaml": text, "prompts/terse.md": "Be terse.", "prompts/polite.md": "Be polite."} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return checkPathOn(t, platform, ".", suite.Options{})
}

// checkPath looks at the suites of a path.
func checkPath(t *testing.T, path string, opts suite.Options) *lint.Report {
	t.Helper()
	return checkPathOn(t, "", path, opts)
}

func checkPathOn(t *testing.T, platform, path string, opts suite.Options) *lint.Report {
	t.Helper()
	set, err := suite.Load([]string{path}, opts)
	if err != nil {
		t.Fatal(err)
	}
	return lint.Check(set, lint.Options{
		Version: "2023-06-01", Platform: platform, ModelInfo: infos, Now: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC),
		Tokens: func(c *suite.Case) float64 { return float64(c.Request.Body.Len()) / 4 },
	})
}

// infos is what an API reports about the models in the examples.
var infos = map[string]*lint.ModelInfo{
	"claude-opus-46": {Unknown: true},
	"claude-example-mini": {
		Lifecycle: "active", MaxInput: 100, Images: new(bool), PDFs: new(bool), Formats: new(bool),
		Effort: map[string]bool{"low": true, "high": false}, Thinking: map[string]bool{"disabled": true},
	},
}

// said is a line for each finding.
func said(r *lint.Report) string {
	var b strings.Builder
	for _, f := range r.Findings {
		b.WriteString(filepath.ToSlash(f.Error()) + "\n")
	}
	return b.String()
}
