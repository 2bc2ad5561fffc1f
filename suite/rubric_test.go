package suite_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/suite"
)

const judgedSuite = `
model: claude-haiku-4-5
max_tokens: 16
vars: {language: English}
judge: {model: claude-opus-4-6, max_tokens: 512, system: "{{ template('judge.md') }}"}
assert:
  - rubric: "{{ template('rubric.md') }} Its language is {{ language }}."
    min_score: 0.5
matrix:
  language: {en: {vars: {language: English}}, de: {vars: {language: German}}}
cases:
  - messages: [{user: hi}]
`

// digests gives the digest of each variant of the suite with its files.
func digests(t *testing.T, text string, files map[string]string) []string {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("a.yaml", text)
	for name, text := range files {
		write(name, text)
	}
	set, err := suite.Load([]string{filepath.Join(dir, "a.yaml")}, suite.Options{Root: dir})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for c, err := range set.Suites[0].Cases() {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, c.Digest)
	}
	return out
}

// TestDigestCoversWhatAJudgeIsAsked: a comparison of two runs must see that
// their judges were asked the same, and one of two variants that they were.
func TestDigestCoversWhatAJudgeIsAsked(t *testing.T) {
	files := func(rubric, part, judge string) map[string]string {
		return map[string]string{"rubric.md": rubric, "part.txt": part, "judge.md": judge}
	}
	const rubric = "Is polite. {{ file('part.txt') }}"
	kept := digests(t, judgedSuite, files(rubric, "Is short.", "Be strict."))
	if len(kept) != 2 || kept[0] != kept[1] {
		t.Errorf("the variants' digests are %q, want two that are equal", kept)
	}
	same := digests(t, judgedSuite, files(rubric, "Is short.", "Be strict."))
	if same[0] != kept[0] {
		t.Errorf("the digest of the same suite is %s and %s", kept[0], same[0])
	}
	for what, changed := range map[string][]string{
		"the rubric's file":      digests(t, judgedSuite, files(rubric+" ", "Is short.", "Be strict.")),
		"a file in that":         digests(t, judgedSuite, files(rubric, "Is long.", "Be strict.")),
		"the judge's file":       digests(t, judgedSuite, files(rubric, "Is short.", "Be kind.")),
		"the rubric":             digests(t, strings.ReplaceAll(judgedSuite, "Its language", "The language"), files(rubric, "Is short.", "Be strict.")),
		"the judge's model":      digests(t, strings.ReplaceAll(judgedSuite, "claude-opus-4-6", "claude-opus-4-5"), files(rubric, "Is short.", "Be strict.")),
		"the judge's max_tokens": digests(t, strings.ReplaceAll(judgedSuite, "512", "513"), files(rubric, "Is short.", "Be strict.")),
		"the judge's mode":       digests(t, strings.ReplaceAll(judgedSuite, "512", "512, mode: tool"), files(rubric, "Is short.", "Be strict.")),
		"what it is shown":       digests(t, strings.ReplaceAll(judgedSuite, "512", "512, show_thinking: true"), files(rubric, "Is short.", "Be strict.")),
		"min_score":              digests(t, strings.ReplaceAll(judgedSuite, "0.5", "0.6"), files(rubric, "Is short.", "Be strict.")),
		"votes":                  digests(t, strings.ReplaceAll(judgedSuite, "min_score", "votes: 3\n    min_score"), files(rubric, "Is short.", "Be strict.")),
	} {
		if changed[0] == kept[0] {
			t.Errorf("the digest stays where %s changed", what)
		}
	}
}
