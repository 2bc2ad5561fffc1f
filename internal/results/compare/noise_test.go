package compare

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// A/A of a run finds no more than it should, and that a snapshot test does.
func TestAA(t *testing.T) {
	w := world{cases: 40, suites: 2, old: 10, new: 10, rate: .9, spread: .05}
	side := &Side{Name: "run"}
	side.cases, _ = w.runs(rand.New(rand.NewPCG(1, 1)))
	side.cases = append(side.cases, &caseSamples{suiteVariant: &suiteVariant{}, name: "once", counts: counts{times: 1, need: 1, pass: 1}})
	n, err := AA(side, 400, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if n.Cases != 40 || n.LeftOut != 1 || n.Rounds != 400 {
		t.Errorf("%+v", n)
	}
	if n.Regressed > 40 || n.Improved > 40 || n.AnyDrop < 300 || n.Dropped < 1 {
		t.Errorf("%d regressed, %d improved, any drop in %d, %.1f cases each", n.Regressed, n.Improved, n.AnyDrop, n.Dropped)
	}
	again, err := AA(side, 400, Options{})
	if err != nil || *again != *n {
		t.Errorf("it is not the same again: %+v, %v", again, err)
	}
	if _, err := AA(&Side{Name: "run", cases: side.cases[40:]}, 10, Options{}); err == nil {
		t.Error("an A/A test of cases that were asked once is no error")
	}
}

// A metric can cry wolf where no answer ever fails, and then does so as seldom
// as the rates.
func TestAAComparesMetrics(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 3))
	var questions []question
	for i := range 30 {
		q := question{name: fmt.Sprint("case ", i), samples: "pppppp", better: "lower"}
		for range q.samples {
			q.perSample = append(q.perSample, map[string]float64{"length": 100 + 20*random.NormFloat64()})
		}
		questions = append(questions, q)
	}
	n, err := AA(sideOf(t, questions...), 400, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if n.Regressed == 0 || n.Regressed > 40 || n.AnyDrop > 0 {
		t.Errorf("%d of 400 regressed, %d with a drop", n.Regressed, n.AnyDrop)
	}
}
