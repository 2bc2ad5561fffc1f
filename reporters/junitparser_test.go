package reporters_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/runreport"
)

// parsedSuite is a test suite as junitparser sees it, which is what GitHub's
// publish-unit-test-result-action reads results with.
type parsedSuite struct {
	Name                             string
	Tests, Failures, Errors, Skipped int
	Time                             float64
	Properties                       map[string]string
	Cases                            []parsedCase
}

type parsedCase struct {
	Name, Classname, Outcome string
	File, Line               string
	Time                     float64
	Message, Text, Out       string
}

// junitparserPython is a Python that has junitparser; the test is skipped
// where there is none.
func junitparserPython(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		if path, err := exec.LookPath(name); err == nil && exec.Command(path, "-c", "import junitparser").Run() == nil {
			return path
		}
	}
	t.Skip("junitparser is not installed (Debian: python3-junitparser); the JUnit report is not read by it")
	return ""
}

func parseJUnit(t *testing.T, python, file string) []parsedSuite {
	t.Helper()
	path := filepath.Join(t.TempDir(), "results.xml")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	read := exec.Command(python, "testdata/readjunit.py", path)
	read.Env = append(os.Environ(), "PYTHONIOENCODING=utf-8")
	out, err := read.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var suites []parsedSuite
	if err := json.Unmarshal(out, &suites); err != nil {
		t.Fatal(err)
	}
	return suites
}

// TestJUnitIsReadByJunitparser holds the report to a reader that is not ours:
// it counts what evalrun prints, by the suites' numbers and by their cases.
func TestJUnitIsReadByJunitparser(t *testing.T) {
	python := junitparserPython(t)
	for name, src := range map[string]runreport.Source{
		"recorded": recordedRun(t), "mixed": mixedRun(t), "variants": variantsRun(t), "hostile corpus": hostileSource(t),
		"hostile": hostileRun(t), "same names": sameNamesRun(t), "empty": newRun(t),
	} {
		t.Run(name, func(t *testing.T) {
			said, counted := summary.Outcomes{}, summary.Outcomes{}
			seen := map[string]bool{}
			for _, s := range parseJUnit(t, python, report(t, runreport.JUnit, src)) {
				said.Pass += s.Tests - s.Failures - s.Errors - s.Skipped
				said.Fail, said.Error, said.Skip = said.Fail+s.Failures, said.Error+s.Errors, said.Skip+s.Skipped
				for _, c := range s.Cases {
					countParsed(t, &counted, c)
					if key := c.Classname + "\x00" + c.Name; seen[key] {
						t.Errorf("%s: %s is there twice", c.Classname, c.Name)
					} else {
						seen[key] = true
					}
				}
			}
			want := src.Run.Totals.Cases
			for _, r := range src.Verdict.Reasons {
				if !r.Shown() {
					want.Error++
				}
			}
			for _, s := range src.Run.Suites {
				for _, g := range s.Gates {
					countGate(&want, g.Outcome)
				}
			}
			if diff := cmp.Diff(want, said); diff != "" {
				t.Errorf("the suites' numbers: %s", diff)
			}
			if diff := cmp.Diff(want, counted); diff != "" {
				t.Errorf("the cases: %s", diff)
			}
		})
	}
}

func countParsed(t *testing.T, o *summary.Outcomes, c parsedCase) {
	t.Helper()
	switch c.Outcome {
	case "passed":
		o.Pass++
	case "failure":
		o.Fail++
	case "error":
		o.Error++
	case "skipped":
		o.Skip++
	default:
		t.Errorf("the case %q has the result %q", c.Name, c.Outcome)
	}
	if c.Outcome == "failure" && strings.TrimSpace(c.Text) == "" {
		t.Errorf("the failure of %q says nothing", c.Name)
	}
}

func countGate(o *summary.Outcomes, outcome string) {
	switch outcome {
	case "pass":
		o.Pass++
	case "fail":
		o.Fail++
	default:
		o.Error++
	}
}

// TestJunitparserSeesWhatEvalrunPrinted compares what it reads of a record
// with the table's own line, and looks at one case of each kind.
func TestJunitparserSeesWhatEvalrunPrinted(t *testing.T) {
	python := junitparserPython(t)
	src := recordedRun(t)
	var counts summary.Outcomes
	cases := map[string]parsedCase{}
	var france parsedSuite
	for _, s := range parseJUnit(t, python, report(t, runreport.JUnit, src)) {
		if s.Name == "capitals · prompt=polite" {
			france = s
		}
		for _, c := range s.Cases {
			if !strings.HasPrefix(c.Name, "gate: ") {
				countParsed(t, &counts, c)
			}
			cases[c.Classname+": "+c.Name] = c
		}
	}
	line := fmt.Sprintf("%d passed, %d failed, %d errored, %d skipped", counts.Pass, counts.Fail, counts.Error, counts.Skip)
	if printed := table(t, src, reporters.TableOptions{}); !strings.Contains(printed, line) {
		t.Errorf("the reader counts %s, and evalrun prints\n%s", line, printed)
	}
	for name, want := range map[string]parsedCase{
		"capitals · prompt=terse: capital of Japan": {Outcome: "failure", File: "suites/capitals.yaml", Line: "9", Time: 1.775,
			Message: `assertion failed in 1 of 2: text contains "Tokyo": sample 1: text = "Kyoto"`},
		"support: overloaded": {Outcome: "error", File: "suites/support.yaml", Line: "20", Message: "no answer: 529 overloaded_error: Overloaded"},
		"support: later":      {Outcome: "skipped", File: "suites/support.yaml", Line: "30", Message: "the image has no licence yet"},
	} {
		got := cases[name]
		got = parsedCase{Outcome: got.Outcome, File: got.File, Line: got.Line, Time: got.Time, Message: got.Message}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if got := france.Properties["pass_rate"]; got != "1.0000" {
		t.Errorf("the suite's pass rate is %q", got)
	}
}
