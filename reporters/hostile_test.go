package reporters_test

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/checkreport"
	"github.com/evalrun/evalrun/reporters/runreport"
)

// hostileTexts is the corpus of internal/safetext, by name.
func hostileTexts(t testing.TB) (names, texts []string) {
	t.Helper()
	data, err := os.ReadFile("../internal/safetext/testdata/hostile.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		name, quoted, _ := strings.Cut(strings.TrimSpace(line), " ")
		text, err := strconv.Unquote(strings.TrimSpace(quoted))
		if name == "#" {
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		names, texts = append(names, name), append(texts, text)
	}
	return names, texts
}

// hostileRun has each text of the corpus wherever a record has one.
func hostileRun(t testing.TB) runreport.Source {
	names, texts := hostileTexts(t)
	var suites []testSuite
	for i, text := range texts {
		c := asserting(newCase(text, failed("0: "+text), errored(500, text, text)), text)
		c.Assertions[0].Name, c.Assertions[0].At = text, text
		skip := variant(skipped("skip", text), text)
		s := newSuite(names[i], c, skip)
		s.name, s.path = text, text
		for j := range s.cases {
			s.cases[j].Suite, s.cases[j].Path = text, text
		}
		suites = append(suites, s)
	}
	src := newRun(t, suites...)
	src.Run.Sources = map[string]int{texts[0]: 1}
	return src
}

var workflowCommands = regexp.MustCompile(`(?m)^[\s\pZ]*::|##[A-Za-z]*\[`)

// checkSafe holds an output to what all text outputs promise.
func checkSafe(t *testing.T, out string) {
	t.Helper()
	if !utf8.ValidString(out) {
		t.Error("not UTF-8")
	}
	for line := range strings.Lines(out) {
		for _, r := range strings.TrimSuffix(line, "\n") {
			if r != '\t' && r != '\u200c' && r != '\u200d' && unicode.In(r, unicode.C, unicode.Zl, unicode.Zp) {
				t.Errorf("%U in %q", r, line)
			}
		}
	}
	if m := workflowCommands.FindString(out); m != "" {
		t.Errorf("a CI system would read the command %q", m)
	}
}

func TestHostileTextIsShownAsText(t *testing.T) {
	t.Run("table", func(t *testing.T) {
		for _, opts := range []reporters.TableOptions{{All: true}, {All: true, Wide: true}, {All: true, Width: 1}} {
			checkSafe(t, table(t, hostileRun(t), opts))
		}
	})
	t.Run("junit", func(t *testing.T) {
		file := junitXML(t, hostileRun(t))
		checkSafe(t, file)
		if got := len(readJUnit(t, file).Suites); got < 100 {
			t.Errorf("a reader sees %d test suites", got)
		}
	})
	t.Run("diagnostics", func(t *testing.T) {
		var list diagnostic.List
		_, texts := hostileTexts(t)
		for _, text := range texts {
			list.Add(diagnostic.Diagnostic{
				Position: diagnostic.Position{File: text, Line: 1, Column: 2}, Width: 3,
				Severity: diagnostic.Warning, Rule: text, Message: text, Hint: text, Source: text,
			})
		}
		var b strings.Builder
		if err := checkreport.Diagnostics(&b, list, false); err != nil {
			t.Fatal(err)
		}
		checkSafe(t, b.String())
	})
}
