package reporters_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/runreport"
	"github.com/google/go-cmp/cmp"
	"github.com/jstemmer/go-junit-report/v2/junit"
)

func junitXML(t testing.TB, src runreport.Source) string {
	t.Helper()
	var b strings.Builder
	if err := runreport.JUnit(&b, src); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// readJUnit reads a file as a reader of the format does that is not ours.
func readJUnit(t *testing.T, file string) junit.Testsuites {
	t.Helper()
	var out junit.Testsuites
	if err := xml.Unmarshal([]byte(file), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestJUnit(t *testing.T) {
	warned := variantsRun(t)
	warned.Run.Complete = false
	warned.Run.Sources = map[string]int{"fake": 3}
	golden(t, "junit.golden.xml", junitXML(t, mixedRun(t)))
	golden(t, "junit-variants.golden.xml", junitXML(t, warned))
	golden(t, "junit-hostile.golden.xml", junitXML(t, hostileRun(t)))
}

func TestJUnitPassesTheSchema(t *testing.T) {
	xmllint, err := exec.LookPath("xmllint")
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip("xmllint is not installed (Debian: libxml2-utils)")
	}
	for name, src := range map[string]runreport.Source{
		"mixed": mixedRun(t), "variants": variantsRun(t), "hostile": hostileRun(t), "empty": newRun(t), "same names": sameNamesRun(t),
	} {
		t.Run(name, func(t *testing.T) {
			lint := exec.Command(xmllint, "--noout", "--nonet", "--schema", "testdata/junit.xsd", "-")
			lint.Stdin = strings.NewReader(junitXML(t, src))
			if out, err := lint.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

func TestJUnitIsReadByOthers(t *testing.T) {
	src := mixedRun(t)
	got := readJUnit(t, junitXML(t, src))
	var counts summary.Outcomes
	for _, s := range got.Suites {
		if s.Tests != len(s.Testcases) {
			t.Errorf("%s says that it has %d tests and has %d", s.Name, s.Tests, len(s.Testcases))
		}
		counts.Fail += s.Failures
		counts.Error += s.Errors
		counts.Skip += s.Skipped
		counts.Pass += s.Tests - s.Failures - s.Errors - s.Skipped
	}
	if diff := cmp.Diff(src.Run.Totals.Cases, counts); diff != "" {
		t.Error(diff)
	}
	for _, tc := range got.Suites[0].Testcases {
		if tc.Name == "ten times" {
			for _, want := range []string{"suites/ants.yaml:31:7", "usage.output_tokens < 50", "sample 2: usage.output_tokens = 212", "529 overloaded_error: Overloaded"} {
				if !strings.Contains(tc.Failure.Data, want) {
					t.Errorf("%q is not in the failure's text:\n%s", want, tc.Failure.Data)
				}
			}
			return
		}
	}
	t.Error("the case is missing")
}

// sameNamesRun has names that are the same, or become it when made safe.
func sameNamesRun(t testing.TB) runreport.Source {
	c := func(name string) testCase { return newCase(name, passed()) }
	return newRun(t,
		newSuite("s", c("a"), c("a "), c("a (2)"), c(" a  "), c("\x1b"), c(`\x1b`), c(""), c("b\tc"), c("b c")),
		newSuite(" s", c("a")),
	)
}

func TestJUnitNamesAreUnique(t *testing.T) {
	var names []string
	for _, s := range readJUnit(t, junitXML(t, sameNamesRun(t))).Suites {
		for _, tc := range s.Testcases {
			names = append(names, tc.Classname+": "+tc.Name)
		}
	}
	want := []string{"s: a", "s: a (2)", "s: a (2) (2)", "s: a (3)", `s: \x1b`, `s: \x1b (2)`, "s: (no name)", "s: b c", "s: b c (2)", "s (2): a"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}

func TestJUnitOfAHugeAnswerIsBounded(t *testing.T) {
	long := asserting(newCase("long line", failed("0: "+strings.Repeat("x", 1<<20))), "text == \"\"")
	tall := asserting(newCase("many lines", failed("0: "+strings.Repeat("y\n", 10_000)+"end")), "text == \"\"")
	got := junitXML(t, newRun(t, newSuite("s", long, tall)))
	if len(got) > 50_000 {
		t.Errorf("%d bytes", len(got))
	}
	for _, want := range []string{"xxx…xxx", "more lines …", "    end\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing", want)
		}
	}
}

func TestJUnitReturnsTheWritersError(t *testing.T) {
	r, w := io.Pipe()
	r.Close()
	if err := runreport.JUnit(w, mixedRun(t)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got the error %v", err)
	}
}

// FuzzJUnit puts any text wherever a record has one and expects the outputs
// to keep their promises.
func FuzzJUnit(f *testing.F) {
	_, texts := hostileTexts(f)
	for _, text := range texts {
		f.Add(text, text)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		c := asserting(newCase(a, failed("0: "+b)), b)
		c.Assertions[0].At = a
		src := newRun(t, newSuite(a, c, skipped(a+" skipped", b), newCase(b+" errored", errored(500, a, b))))
		file := junitXML(t, src)
		checkSafe(t, file)
		if got := readJUnit(t, file); len(got.Suites) != 1 || len(got.Suites[0].Testcases) != 3 {
			t.Errorf("a reader sees %s", fmt.Sprint(got))
		}
		checkSafe(t, table(t, src, reporters.TableOptions{}))
	})
}
