package compare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/evalrun/evalrun/internal/stats"
	"github.com/evalrun/evalrun/record"
)

// The tests of package stats hold each interval and each test by itself. These
// simulate whole comparisons: several suites, a metric, clusters and repeats,
// with all that can call a regression.

// world is a population of cases and what a change does to them.
type world struct {
	cases, suites, samples int
	rate                   float64 // mean probability to pass
	spread                 float64 // of the cases' own rates
	cluster                int     // cases a cluster, which pass and fail together
	drop                   float64 // what the change takes from every case's rate
	metric                 bool    // whether there is a metric, which nothing changes
}

func (w world) String() string {
	return fmt.Sprintf("%d cases × %d, %d suites, rate %g ± %g, clusters of %d, drop %g", w.cases, w.samples, w.suites, w.rate, w.spread, w.cluster, w.drop)
}

// pairs draws the cases of two runs.
func (w world) pairs(random *rand.Rand) []pair {
	pairs := make([]pair, w.cases)
	var sharedOld, sharedNew float64 // the luck of a cluster
	for i := range pairs {
		if w.cluster > 0 && i%w.cluster == 0 {
			sharedOld, sharedNew = random.NormFloat64(), random.NormFloat64()
		}
		own := min(1, max(0, w.rate+w.spread*random.NormFloat64()))
		old, new := w.unit(i), w.unit(i)
		luck := 0.0
		if w.cluster > 0 {
			luck = 0.15
		}
		w.ask(old, random, own+luck*sharedOld)
		w.ask(new, random, own+luck*sharedNew-w.drop)
		pairs[i] = pair{old: old, new: new}
	}
	return pairs
}

func (w world) unit(i int) *unit {
	u := &unit{id: record.ID{Suite: fmt.Sprint("suite ", i%w.suites), Case: fmt.Sprint("case ", i)}, counts: counts{times: w.samples, need: w.samples}}
	if w.cluster > 0 {
		u.cluster = fmt.Sprint("cluster ", i/w.cluster)
	}
	return u
}

// ask draws the samples of a case.
func (w world) ask(u *unit, random *rand.Rand, rate float64) {
	if w.metric {
		u.metrics = []metricTotal{{name: "length", better: "lower"}}
	}
	for range w.samples {
		if random.Float64() < rate {
			u.pass++
		} else {
			u.fail++
		}
		if w.metric {
			u.addMetric("length", math.Round(100+20*random.NormFloat64()))
		}
	}
}

// verdictOf compares as Compare does.
func verdictOf(pairs []pair) Verdict {
	opts := Options{}.withDefaults()
	numberDraws(pairs)
	p := &pairing{pairs: pairs}
	c := newComparison("base", "new", p, opts)
	c.settle(p, opts)
	return c.Verdict
}

// alarms is the share of rounds that come out as the verdict.
func (w world) alarms(rounds int, verdict Verdict) float64 {
	hits := make([]bool, rounds)
	inParallel(rounds, func(i int) {
		hits[i] = verdictOf(w.pairs(rand.New(rand.NewPCG(uint64(i), 5)))) == verdict
	})
	return float64(countIf(hits, func(hit bool) bool { return hit })) / float64(rounds)
}

// rounds is how many comparisons are simulated, and how far a share of 5 %
// may be from what it is by chance alone (four standard errors).
func rounds() (n int, slack float64) {
	n = 150
	if os.Getenv("EVALRUN_SLOW") != "" {
		n = 4000
	}
	return n, 4 * math.Sqrt(.05*.95/float64(n))
}

func TestFalseAlarms(t *testing.T) {
	n, slack := rounds()
	for _, w := range []world{
		{cases: 40, suites: 1, samples: 1, rate: .8, metric: true},
		{cases: 60, suites: 3, samples: 1, rate: .8, spread: .3, metric: true},
		{cases: 30, suites: 3, samples: 5, rate: .9, spread: .1, metric: true},
		{cases: 60, suites: 2, samples: 2, rate: .7, spread: .2, cluster: 4, metric: true},
		{cases: 120, suites: 6, samples: 3, rate: .95, spread: .05, metric: true},
	} {
		if got := w.alarms(n, Regressed); got > .05+slack {
			t.Errorf("%v: %.1f %% of comparisons of the same are REGRESSED, want 5 %% at most (and %.1f of chance)", w, 100*got, 100*slack)
		} else {
			t.Logf("%v: %.2f %%", w, 100*got)
		}
	}
}

// With one sample a case, a regression is exactly what McNemar's exact test
// calls one, so that the power is its power.
func TestPowerIsMcNemars(t *testing.T) {
	for broke := range 30 {
		for fixed := range 30 {
			w := world{cases: 60, suites: 1, samples: 1}
			pairs := make([]pair, w.cases)
			for i := range pairs {
				old, new := w.unit(i), w.unit(i)
				old.pass, new.pass = 1, 1
				switch {
				case i < broke:
					new.pass, new.fail = 0, 1
				case i < broke+fixed:
					old.pass, old.fail = 0, 1
				}
				pairs[i] = pair{old: old, new: new}
			}
			want := broke > fixed && stats.McNemar(broke, fixed) < .05
			if got := verdictOf(pairs) == Regressed; got != want {
				t.Errorf("broke %d, fixed %d: regressed is %v, McNemar's test says %v", broke, fixed, got, want)
			}
		}
	}
}

// More samples a case find more.
func TestRepeatsBuyPower(t *testing.T) {
	n, _ := rounds()
	once := world{cases: 60, suites: 1, samples: 1, rate: .85, drop: .15}
	often := once
	often.samples = 5
	few, many := once.alarms(n, Regressed), often.alarms(n, Regressed)
	if few < .3 || many < few+.2 {
		t.Errorf("a drop of 15 points is found in %.2f with one sample and in %.2f with five", few, many)
	}
}

// UNCHANGED is said of a drop beyond the margin no more often than the
// interval misses.
func TestUnchangedIsNotSaidOfADrop(t *testing.T) {
	n, slack := rounds()
	for _, w := range []world{
		{cases: 100, suites: 1, samples: 1, rate: .99, drop: .06},
		{cases: 100, suites: 1, samples: 5, rate: .9, drop: .06},
	} {
		if got := w.alarms(n, Unchanged); got > .05+slack {
			t.Errorf("%v: UNCHANGED in %.1f %%", w, 100*got)
		}
	}
}

// A/A of a run finds no more than it should, and that a snapshot test does.
func TestAA(t *testing.T) {
	w := world{cases: 40, suites: 2, samples: 10, rate: .9, spread: .05}
	side := &Side{Name: "run"}
	for _, p := range w.pairs(rand.New(rand.NewPCG(1, 1))) {
		side.cases = append(side.cases, p.old)
	}
	side.cases = append(side.cases, &unit{id: record.ID{Case: "once"}, counts: counts{times: 1, need: 1, pass: 1}})
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
