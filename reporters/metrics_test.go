package reporters_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/results/summary"
	decide "github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/runreport"
)

// gatesRun has suites with metrics, repeats and gates of each outcome.
func gatesRun(t testing.TB) runreport.Source {
	length := summary.Metric{
		Name: "length", Better: "lower", Cases: 20, Mean: 312.25, P50: 300, P95: 1420.5, Min: 3, Max: 2000,
		Interval: &summary.Interval{Low: 298.125, High: 326.375},
	}
	ratio := summary.Metric{Name: "ratio", Cases: 1, Mean: .5, P50: .5, P95: .5, Coverage: summary.Coverage{Samples: 4, Missing: 3, Without: []summary.SampleName{{Case: "b"}, {Case: "c"}, {Case: "d"}}, Reason: "division by zero"}}
	none := summary.Metric{Name: "never", Coverage: summary.Coverage{Samples: 1200, Missing: 1200, Without: []summary.SampleName{{Case: "a\x1b[31m", Sample: 2}, {Case: "c", Variant: "prompt=x"}}, Reason: "no such \x1b[31mkey"}}
	const terse, polite = "prompt=terse", "prompt=polite"
	src := newRun(t,
		newSuite("rates",
			newCase("a", passed(), passed()), newCase("b", passed(), failed("0: it is false")),
			newCase("c", errored(529, "overloaded_error", "Overloaded"))),
		newSuite("variants", variant(newCase("a", passed()), terse), variant(newCase("a", failed("0: it is false")), polite)))
	one, two := &src.Run.Suites[0], &src.Run.Suites[1]
	one.Metrics, one.Gated = []summary.Metric{length, none, ratio}, true
	one.Repeats = &summary.Repeats{K: 2, Cases: 2, Left: 1, PassAt1: .75, PassAtK: 1, PassHatK: .5}
	one.Gates = []summary.Gate{
		{Expr: "cases.pass_rate >= 0.3", Outcome: record.Pass, Value: "with errors as failures cases.pass_rate = 0.3333; as passes cases.pass_rate = 0.6667"},
		{Expr: `latency.p95 < duration("8s")`, Outcome: record.Pass, Value: "latency.p95 = 772ms"},
	}
	long := length
	long.Mean = 1234567
	two.Metrics = []summary.Metric{length}
	two.Variants[0].Metrics, two.Variants[0].Repeats = []summary.Metric{length}, one.Repeats
	two.Variants[1].Metrics = []summary.Metric{long}
	two.Gates = []summary.Gate{
		{Expr: `by("prompt=polite").cases.pass_rate > 0.5`, Outcome: record.Fail, Value: `by("prompt=polite").cases.pass_rate = 0`},
		{Expr: "cost.total < 2", Outcome: record.Errored, Value: "the cost of 2 answers is not known \x1b[31m"},
	}
	src.Verdict = decide.OfRun(src.Run, decide.Options{})
	return src
}

func TestGatesAndMetrics(t *testing.T) {
	golden(t, "table-gates.golden", table(t, gatesRun(t), reporters.TableOptions{}))
	file := junitXML(t, gatesRun(t))
	golden(t, "junit-gates.golden.xml", file)
	checkSafe(t, file)
	failures, errors := 0, 0
	for _, s := range readJUnit(t, file).Suites {
		failures, errors = failures+s.Failures, errors+s.Errors
		if s.Tests != len(s.Testcases) {
			t.Errorf("%s says %d tests and has %d", s.Name, s.Tests, len(s.Testcases))
		}
	}
	if failures != 2 || errors != 1 { // of variants a case and a gate; a gate. The gates of rates passed
		t.Errorf("%d failures, %d errors", failures, errors)
	}
}

// TestALargeRunShowsItsGates holds that gates are told where all cases of
// their suite are left out.
func TestALargeRunShowsItsGates(t *testing.T) {
	var cases []testCase
	for i := range 101 {
		cases = append(cases, newCase(fmt.Sprint(i), passed()))
	}
	src := newRun(t, newSuite("large", cases...))
	src.Run.Suites[0].Gates = []summary.Gate{{Expr: "cases.pass_rate >= 0.9", Outcome: record.Pass, Value: "cases.pass_rate = 1"}}
	got := table(t, src, reporters.TableOptions{})
	if want := "gate cases.pass_rate >= 0.9: ✓ pass (cases.pass_rate = 1)"; !strings.Contains(got, want) {
		t.Errorf("no gate in\n%s", got)
	}
}
