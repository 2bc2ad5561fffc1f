package calibration

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/record/recordtest"
)

// judged is one sample with the verdicts of a judge, "" for none.
type judged struct {
	name, cluster string
	sample        int
	passes        bool
}

// openRecord writes a record with the verdicts and opens it.
func openRecord(t *testing.T, answers []judged) *record.File {
	t.Helper()
	lines := []record.Line{record.Run{Suites: []record.Suite{{Name: "s", Path: "s.yaml"}}}}
	for _, a := range answers {
		if a.sample == 1 {
			lines = append(lines, record.Case{Suite: "s", Path: "s.yaml", Case: a.name, Grouping: record.Grouping{Cluster: a.cluster}, Times: 1, Need: 1,
				Assertions: []record.Assertion{{At: "s.yaml:3:5", Level: "fail", Weight: 1, Rubric: "Is it?", Judge: "j", Votes: 1}}})
		}
		outcome := record.Fail
		if a.passes {
			outcome = record.Pass
		}
		lines = append(lines, record.Sample{Suite: "s", Case: a.name, Sample: a.sample, Outcome: outcome,
			Assertions: []record.Check{{Outcome: outcome, Why: "so", Votes: []record.Vote{{Pass: a.passes}}}}})
	}
	return recordtest.Open(t, lines...)
}

// calibrateAll labels each answer as label says and gives the one rubric.
func calibrateAll(t *testing.T, answers []judged, label func(judged) bool) Rubric {
	t.Helper()
	csv := "case,sample,pass\n"
	for _, a := range answers {
		csv += fmt.Sprintf("%s,%d,%t\n", a.name, a.sample, label(a))
	}
	labels, err := ReadLabels(strings.NewReader(csv), "l.csv")
	if err != nil {
		t.Fatal(err)
	}
	found, err := Calibrate(openRecord(t, answers), labels, 0.05)
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Rubrics) != 1 || found.Rubrics[0].Name != "s.yaml:3:5" {
		t.Fatalf("rubrics %+v, want the one at s.yaml:3:5", found.Rubrics)
	}
	return found.Rubrics[0]
}

// TestKappaOfAnExample holds kappa to the example of Cohen's kappa that is
// quoted most: 20, 5, 10, 15 give 0.4 (Kirch 2008, Encyclopedia of Public
// Health, "kappa coefficient").
func TestKappaOfAnExample(t *testing.T) {
	var answers []judged
	people := map[string]bool{}
	for cell, n := range []int{20, 5, 10, 15} {
		for i := range n {
			name := fmt.Sprintf("c%d-%d", cell, i)
			answers = append(answers, judged{name: name, sample: 1, passes: cell < 2})
			people[name] = cell%2 == 0
		}
	}
	r := calibrateAll(t, answers, func(a judged) bool { return people[a.name] })
	if r.Kappa == nil || math.Abs(r.Kappa.Value-0.4) > 1e-12 || math.Abs(r.Agreement.Value-0.7) > 1e-12 {
		t.Errorf("agreement %v, kappa %v; want 0.7 and 0.4", r.Agreement, r.Kappa)
	}
	if want := (Counts{BothPass: 20, JudgeAlone: 5, PeopleOnly: 10, BothFail: 15}); r.Counts != want || len(r.Parted) != 15 {
		t.Errorf("counts %+v and %d that part, want %+v and 15", r.Counts, len(r.Parted), want)
	}
	// McNemar's exact test of 5 against 10.
	if want := 2 * 4944.0 / 32768; math.Abs(r.PValue-want) > 1e-9 {
		t.Errorf("p = %v, want %v", r.PValue, want)
	}
}

// TestAnswersToOneCaseAreOneDraw: ten copies of a case's answer must not make
// the interval narrower than one.
func TestAnswersToOneCaseAreOneDraw(t *testing.T) {
	label := func(a judged) bool { return a.passes != (a.name == "c3" || a.name == "c8" || a.name == "c12") }
	one := func(samples int, cluster string) Rubric {
		var answers []judged
		for i := range 20 {
			for n := range samples {
				a := judged{name: fmt.Sprintf("c%d", i), sample: n + 1, passes: i%2 == 0}
				if cluster != "" {
					a.cluster = fmt.Sprintf("%s%d", cluster, i/2)
				}
				answers = append(answers, a)
			}
		}
		return calibrateAll(t, answers, label)
	}
	alone, copies, clustered := one(1, ""), one(10, ""), one(1, "text")
	if copies.Answers != 200 || copies.Cases != 20 {
		t.Errorf("%d answers of %d cases, want 200 of 20", copies.Answers, copies.Cases)
	}
	width := func(e *Estimate) float64 { return e.High - e.Low }
	if width(copies.Kappa) < width(alone.Kappa) || width(&copies.Agreement) < 0.95*width(&alone.Agreement) {
		t.Errorf("ten answers a case: kappa %v, agreement %v; one: %v, %v", *copies.Kappa, copies.Agreement, *alone.Kappa, alone.Agreement)
	}
	if clustered.Cases != 10 {
		t.Errorf("20 cases in clusters of two are %d draws, want 10", clustered.Cases)
	}
}

func TestKappaIsNotToldWhereAllIsTheSame(t *testing.T) {
	r := calibrateAll(t, []judged{{name: "a", sample: 1, passes: true}, {name: "b", sample: 1, passes: true}}, func(judged) bool { return true })
	if r.Kappa != nil || r.Agreement.Value != 1 || r.Agreement.Low > 0.4 {
		t.Errorf("kappa %v, agreement %v; want none, and an interval that two answers bear", r.Kappa, r.Agreement)
	}
}
