package compare

import (
	"fmt"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/record"
)

// Through records: what the simulated regimes assume of the reader.

// failing are n cases that failed, or pass now.
func failing(n int, samples string) []question {
	var out []question
	for i := range n {
		out = append(out, question{name: fmt.Sprint("case ", i), samples: samples})
	}
	return out
}

func TestCasesThatFailedBeforeAreNoImprovement(t *testing.T) {
	old := sideOf(t, failing(40, "f")...)
	chosen := record.Run{Source: "api", Scope: record.Scope{Choice: &record.Choice{By: []string{"--tag smoke", "--failed"}}}}
	new := openSide(t, writeRecord(t, chosen, failing(40, "p")...))
	kept, err := fromText(t, baselineOf(t, new))
	if err != nil {
		t.Fatal(err)
	}
	for name, side := range map[string]*Side{"record": new, "baseline": kept} {
		c, err := Compare(old, side, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if c.Verdict != Inconclusive || !warns(c, "chosen") || c.Overall.PValue > .01 {
			t.Errorf("%s: %s, p %g, %v", name, c.Verdict, c.Overall.PValue, c.Warnings)
		}
	}
	tagged := record.Run{Source: "api", Scope: record.Scope{Choice: &record.Choice{By: []string{"--tag smoke"}}}}
	c, err := Compare(old, openSide(t, writeRecord(t, tagged, failing(40, "p")...)), Options{})
	if err != nil || c.Verdict != Improved {
		t.Errorf("chosen by tag: %s, %v", c.Verdict, err)
	}
}

// Of a run whose cases were ended once they had failed, metrics count only the
// samples that were sure to be asked: what came later says how it came out.
func TestMetricsOfStoppedSamples(t *testing.T) {
	var old, new []question
	for i := range 40 {
		length := func(x float64) map[string]float64 { return map[string]float64{"length": x + float64(i%3)} }
		full := question{name: fmt.Sprint("case ", i), times: 3, need: 3, samples: "pff", better: "lower", perSample: []map[string]float64{length(100), length(900), length(900)}}
		stopped := full
		stopped.samples, stopped.perSample = "f", full.perSample[:1]
		if i%2 == 0 {
			stopped.samples, stopped.perSample = "pf", full.perSample[:2]
		}
		old, new = append(old, full), append(new, stopped)
	}
	baseline, err := fromText(t, baselineOf(t, sideOf(t, old...)))
	if err != nil {
		t.Fatal(err)
	}
	for name, base := range map[string]*Side{"record": sideOf(t, old...), "baseline": baseline} {
		c, err := Compare(base, sideOf(t, new...), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if m := c.Metrics["length"]; m == nil || m.Difference != 0 || m.Pairs != 40 || m.Base.Value > 103 {
			t.Errorf("%s: %+v", name, m)
		}
	}
}

// A template that no longer fills in what makes its cases differ is said before
// all else.
func TestRequestsThatAreNoLongerDifferent(t *testing.T) {
	old, new := failing(40, "p"), failing(40, "f")
	for i := range new {
		new[i].request = `{"model":"m","messages":[{"role":"user","content":"Question:"}]}`
	}
	c := mustCompare(t, old, new)
	if w := c.Warnings[0]; w.Code != "requests" || !strings.Contains(w.Message, "40 different requests in the base, and send 1 now") {
		t.Errorf("%+v", c.Warnings)
	}
	if c := mustCompare(t, old, failing(40, "f")); warns(c, "requests") {
		t.Errorf("requests that differ: %+v", c.Warnings)
	}
}

func TestOneClusterDoesNotDecide(t *testing.T) {
	old, new := table(100, 30, 0, 0)
	for i := range old {
		cluster := fmt.Sprint(max(0, i-50))
		old[i].cluster, new[i].cluster = cluster, cluster
	}
	c := mustCompare(t, old, new)
	if c.Verdict != Inconclusive || !warns(c, "dominant") || c.Overall.Interval != (Interval{-1, 1}) {
		t.Errorf("%s, %v, %v", c.Verdict, c.Overall.Interval, c.Warnings)
	}
}

// An old baseline has no values: a metric of which one side has more is not
// compared by means that chance makes differ.
func TestBaselineWithoutValues(t *testing.T) {
	var old, new []question
	for i := range 20 {
		q := question{name: fmt.Sprint("case ", i), samples: "pp", better: "lower", perSample: []map[string]float64{{"length": 1}, {"length": 3}}}
		old = append(old, q)
		q.samples, q.perSample = "p", q.perSample[:1]
		new = append(new, q)
	}
	text := baselineOf(t, sideOf(t, old...))
	if !strings.Contains(text, `"values":{"length":[1,3]}`) {
		t.Fatalf("no values in %s", text)
	}
	bare, err := fromText(t, strings.ReplaceAll(text, `"values":{"length":[1,3]},`, ""))
	if err != nil {
		t.Fatal(err)
	}
	c, err := Compare(bare, sideOf(t, new...), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Metrics) > 0 || !warns(c, "missing") {
		t.Errorf("%+v, %v", c.Metrics, c.Warnings)
	}
}

// Samples that a complete record has not are missing: those that failed may be gone.
func TestSamplesThatARecordHasNot(t *testing.T) {
	old, new := failing(60, "p"), failing(60, "p")
	for i := range 20 {
		old[i].samples, new[i] = "f", question{name: new[i].name}
	}
	if c := mustCompare(t, old, new); c.Verdict != Inconclusive || !warns(c, "missing-answers") {
		t.Errorf("%s, %v", c.Verdict, c.Warnings)
	}
}
