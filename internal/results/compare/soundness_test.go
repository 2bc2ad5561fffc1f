package compare

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/evalrun/evalrun/internal/results/stats"
)

var update = flag.Bool("update", false, "write the simulations' tables to docs/statistics.md")

// The tests of package stats hold each interval and each test by itself. These
// simulate whole comparisons: several suites, a metric, clusters and repeats,
// with all that can call a regression.

// Runs of which nothing changed are REGRESSED in one of twenty comparisons at
// most.
func TestFalseAlarms(t *testing.T) {
	n, slack := rounds()
	rows := []string{"| cases × samples | pass rate | false REGRESSED | false IMPROVED |", "|:--|--:|--:|--:|"}
	for _, w := range []world{
		{cases: 20, old: 1, new: 1, rate: .7},
		{cases: 100, old: 1, new: 1, rate: .9},
		{cases: 400, old: 1, new: 1, rate: .5},
		{cases: 40, old: 1, new: 1, rate: .8, metric: true},
		{cases: 60, old: 1, new: 1, rate: .8, spread: .3, suites: 3, metric: true},
		{cases: 20, old: 5, new: 5, rate: .9},
		{cases: 100, old: 10, new: 10, rate: .8, spread: .2},
		{cases: 30, old: 5, new: 5, rate: .9, spread: .1, suites: 3, metric: true},
		{cases: 120, old: 3, new: 3, rate: .95, spread: .05, suites: 6, metric: true},
		{cases: 40, old: 1, new: 10, rate: .9},
		{cases: 20, old: 1, new: 10, rate: .95},
		{cases: 100, old: 10, new: 1, rate: .98},
		{cases: 40, old: 10, new: 3, rate: .8, spread: .2, metric: true},
		{cases: 40, old: 1, new: 5, rate: .9, cluster: 4},
		{cases: 60, old: 5, new: 5, rate: .7, shake: .25},
		{cases: 60, old: 1, new: 5, rate: .7, shake: .25},
		{cases: 40, old: 1, new: 1, rate: .8, cluster: 4},
		{cases: 100, old: 1, new: 1, rate: .9, cluster: 20},
		{cases: 60, old: 3, new: 3, rate: .7, spread: .2, cluster: 4, suites: 2, metric: true},
		{cases: 90, old: 2, new: 2, rate: .8, variants: 3, metric: true},
		{cases: 60, old: 3, new: 3, rate: .8, spread: .2, errors: .1},
		{cases: 60, old: 10, new: 10, rate: .9, spread: .05, stop: true},
		{cases: 60, old: 3, new: 3, rate: .8, spread: .2, stop: true, errors: .05},
	} {
		got := w.verdicts(n)
		rows = append(rows, fmt.Sprintf("| %v | %g | %.1f %% | %.1f %% |", w, w.rate, 100*got[Regressed], 100*got[Improved]))
		if got[Regressed] > .05+slack {
			t.Errorf("%v: %.1f %% of comparisons of the same are REGRESSED, want 5 %% at most (and %.1f of chance)", w, 100*got[Regressed], 100*slack)
		}
	}
	holdTable(t, "false alarms", rows)
}

// With one sample a case, a regression is exactly what McNemar's test calls one,
// and what his exact test calls one is among them.
func TestRegressionsAreMcNemars(t *testing.T) {
	w := world{cases: 60, suites: 1}
	for broke := range 30 {
		for fixed := range 30 {
			var before, after []*caseSamples
			for i := range w.cases {
				old, new := w.unit(i, 1), w.unit(i, 1)
				old.pass, new.pass = 1, 1
				switch {
				case i < broke:
					new.pass, new.fail = 0, 1
				case i < broke+fixed:
					old.pass, old.fail = 0, 1
				}
				before, after = append(before, old), append(after, new)
			}
			z := float64(broke-fixed) / math.Sqrt(max(1, float64(broke+fixed)))
			want := z > 1.959964
			if got := verdictOf(before, after) == Regressed; got != want {
				t.Errorf("broke %d, fixed %d: regressed is %v, McNemar's test says %v", broke, fixed, got, want)
			}
			if exact := broke > fixed && stats.McNemar(broke, fixed) < .05; exact && !want {
				t.Errorf("broke %d, fixed %d is no regression, but the exact test says so", broke, fixed)
			}
		}
	}
}

// A drop is found as often as by McNemar's exact test over the same cases, and
// with more samples a case more often.
func TestPower(t *testing.T) {
	n, _ := rounds()
	n /= 2
	rows := []string{"| cases | pass rate | drop | McNemar's test | 1 sample | 3 samples | 10 samples |", "|--:|--:|--:|--:|--:|--:|--:|"}
	for _, w := range []world{
		{cases: 50, rate: .9, drop: .1}, {cases: 50, rate: .8, spread: .2, drop: .2},
		{cases: 100, rate: .9, drop: .1}, {cases: 100, rate: .8, spread: .2, drop: .1},
		{cases: 200, rate: .95, drop: .05}, {cases: 200, rate: .7, spread: .3, drop: .1},
		{cases: 400, rate: .9, drop: .05}, {cases: 400, rate: .6, spread: .2, drop: .05},
	} {
		row := fmt.Sprintf("| %d | %g | %.0f points |", w.cases, w.rate, 100*w.drop)
		last := 0.0
		for _, samples := range []int{1, 3, 10} {
			w.old, w.new = samples, samples
			exact, ours := w.power(n)
			if samples == 1 {
				row += fmt.Sprintf(" %.0f %% |", 100*exact)
				if ours < exact {
					t.Errorf("%v: found in %.3f, by McNemar's exact test in %.3f", w, ours, exact)
				}
			}
			if row += fmt.Sprintf(" %.0f %% |", 100*ours); ours < max(last, exact)-.04 {
				t.Errorf("%v, a drop of %g: found in %.3f, with fewer samples in %.3f, by McNemar's test of one sample in %.3f", w, w.drop, ours, last, exact)
			}
			last = ours
		}
		rows = append(rows, row)
	}
	holdTable(t, "power", rows)
}

// power is the share of comparisons in which a regression is found: by
// McNemar's exact test over the first samples, and by the verdict.
func (w world) power(rounds int) (exact, ours float64) {
	byTest, byVerdict := make([]bool, rounds), make([]bool, rounds)
	inParallel(rounds, func(i int) {
		random := rand.New(rand.NewPCG(uint64(i), 6))
		old, new := w.runs(random)
		broke, fixed := 0, 0
		for i := range old {
			before, after := old[i].first(random), new[i].first(random)
			if before && !after {
				broke++
			}
			if after && !before {
				fixed++
			}
		}
		byTest[i] = broke > fixed && stats.McNemar(broke, fixed) < .05
		byVerdict[i] = verdictOf(old, new) == Regressed
	})
	is := func(found bool) bool { return found }
	return float64(countIf(byTest, is)) / float64(rounds), float64(countIf(byVerdict, is)) / float64(rounds)
}

// first is whether the first of a case's samples passed, any of which it may
// have been.
func (u *caseSamples) first(random *rand.Rand) bool { return random.IntN(u.answered()) < int(u.pass) }

// NOT WORSE is said of a drop beyond the margin no more often than the
// interval misses.
func TestNotWorseIsNotSaidOfADrop(t *testing.T) {
	n, slack := rounds()
	for _, w := range []world{
		{cases: 100, old: 1, new: 1, rate: .99, drop: .06},
		{cases: 100, old: 5, new: 5, rate: .9, drop: .06},
		{cases: 400, old: 1, new: 1, rate: .95, drop: .055, cluster: 4},
	} {
		if got := w.verdicts(n)[NotWorse]; got > .05+slack {
			t.Errorf("%v: NOT WORSE in %.1f %%", w, 100*got)
		}
	}
}
