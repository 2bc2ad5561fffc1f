package compare

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/results/stats"
)

// runOf is a side of one of two runs of a world.
func runOf(w world, seed uint64) (old, new *Side) {
	old, new = &Side{Name: "old"}, &Side{Name: "new"}
	old.cases, new.cases = w.runs(rand.New(rand.NewPCG(seed, 2)))
	return old, new
}

// What a plan asks for finds the difference with the power that it says.
func TestPlanKeepsItsWord(t *testing.T) {
	w := world{cases: 60, suites: 1, old: 4, new: 4, rate: .7, drop: .1}
	old, new := runOf(w, 1)
	p, err := NewPlan(old, new, .1, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if p.MoreCases == nil || p.MoreSamples == nil || !p.Measured || p.Cases != 60 || p.Samples != 4 {
		t.Fatalf("%+v", p)
	}
	n, _ := rounds()
	planned := w
	planned.cases = p.MoreCases.Cases
	if got := planned.verdicts(n)[Regressed]; got < .68 || got > .92 {
		t.Errorf("with %d cases it is found in %.2f, want about .8", planned.cases, got)
	}
	planned = w
	planned.old, planned.new = p.MoreSamples.Samples, p.MoreSamples.Samples
	if got := planned.verdicts(n)[Regressed]; got < .68 || got > .95 {
		t.Errorf("with %d samples it is found in %.2f, want about .8", planned.new, got)
	}
}

// What a run costs is with what its judges cost.
func TestPlanCostsJudgesToo(t *testing.T) {
	run, _ := runOf(world{cases: 100, suites: 1, old: 2, new: 2, rate: .8, spread: .1}, 3)
	for _, u := range run.cases {
		for range u.answered() {
			u.cost.add(.01)
			u.judges.add(.02)
		}
	}
	p, err := NewPlan(run, nil, .05, Options{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "a sample", *p.CostUSD, .03, 1e-9)
	near(t, "a run", *p.MoreCases.CostUSD, .03*float64(p.MoreCases.Requests), 1e-6)
}

func TestPlanFromOneRun(t *testing.T) {
	old, _ := runOf(world{cases: 200, suites: 1, old: 5, new: 5, rate: .8, spread: .1}, 3)
	p, err := NewPlan(old, nil, .05, Options{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "variance between cases", p.Between, .01, .005)
	near(t, "variance within a case", p.Within, .15, .02)
	if p.Measured || !p.Repeated || p.CostUSD != nil || len(p.Others) == 0 {
		t.Errorf("%+v", p)
	}
	v := stats.PairVariance{Between: p.Between, Old: p.Within, New: p.Within}
	want, _ := v.NeededPairs(.05, 5, .05, power)
	if p.MoreCases.Cases != want || p.MoreCases.Requests != 5*want {
		t.Errorf("%+v, want %d cases", p.MoreCases, want)
	}
}

func TestPlanFromOneSampleACase(t *testing.T) {
	old, new := runOf(world{cases: 100, suites: 1, old: 1, new: 1, rate: .8}, 3)
	p, err := NewPlan(old, nil, .05, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if p.Repeated || p.MoreSamples != nil || p.MoreCases.Cases < 800 {
		t.Errorf("%+v, more cases %+v", p, p.MoreCases)
	}
	if _, err := NewPlan(old, new, .05, Options{}); err == nil {
		t.Error("two runs of one sample a case tell noise from cases")
	}
	if _, err := NewPlan(&Side{Name: "run", cases: old.cases[:1]}, nil, .05, Options{}); err == nil {
		t.Error("a plan from one case is no error")
	}
}

// Cases that never differ do not make a plan of nothing.
func TestPlanFromPerfectRun(t *testing.T) {
	old, _ := runOf(world{cases: 20, suites: 1, old: 3, new: 3, rate: 1}, 3)
	p, err := NewPlan(old, nil, .05, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if p.MoreCases.Cases != 73 || p.MoreSamples != nil {
		t.Errorf("more cases %+v, more samples %+v", p.MoreCases, p.MoreSamples)
	}
}

// Cases in few clusters are few: no number of answers to them is enough.
func TestNeedsOfClusters(t *testing.T) {
	old, new := table(50, 6, 4, 0)
	for i := range old {
		old[i].cluster = fmt.Sprint(i % 4)
		new[i].cluster = old[i].cluster
		old[i].samples, new[i].samples = strings.Repeat(old[i].samples, 3), strings.Repeat(new[i].samples, 3)
	}
	e := mustCompare(t, old, new).Overall
	if e.Units != 4 || e.MDE != nil || e.Needs == nil || e.Needs.Samples != 0 || e.Needs.MoreCases < 60 {
		t.Errorf("%+v, needs %+v", e, e.Needs)
	}
	plan, err := NewPlan(sideOf(t, old...), nil, .05, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if plan.Units != 4 || plan.Visible != nil || plan.MoreSamples != nil || plan.MoreCases.Cases < 72*15 {
		t.Errorf("%+v, %+v", plan, plan.MoreCases)
	}
}

// A run that never fails shows what as many cases can show, and no more.
func TestPlanShowsNoMoreThanItsCasesCan(t *testing.T) {
	old, _ := runOf(world{cases: 20, suites: 1, old: 1, new: 1, rate: 1}, 3)
	p, err := NewPlan(old, nil, .05, Options{})
	if err != nil || p.Visible == nil {
		t.Fatal(p, err)
	}
	near(t, "visible", *p.Visible, .2405, .0005)
}
