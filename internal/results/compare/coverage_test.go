package compare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/evalrun/evalrun/internal/results/stats"
	"github.com/evalrun/evalrun/internal/slowtest"
)

// The interval of the difference holds the true one in 93 % of comparisons and
// more, from 20 cases on: without a change and with a drop of ten points, of
// cases that are all alike and of such as pass always or never but for a few.
func TestIntervalCoverage(t *testing.T) {
	cases, rates, rounds := []int{20, 50}, []float64{.8, .98}, 1000
	if slowtest.Full() {
		cases, rates, rounds = []int{10, 20, 30, 50, 100, 400}, []float64{.5, .7, .9, .95, .98}, 10_000
	}
	rows := []string{"| samples | cases |", "|:--|--:|"}
	for _, rate := range rates {
		rows[0] += fmt.Sprintf(" %g |", rate)
		rows[1] += "--:|"
	}
	slack := 4 * math.Sqrt(.93*.07/float64(rounds))
	if slowtest.Full() {
		slack = 0
	}
	for _, w := range []world{{old: 1, new: 1}, {old: 5, new: 5}, {old: 1, new: 10}, {old: 1, new: 1, cluster: 4}} {
		for _, n := range cases {
			row := fmt.Sprintf("| %s | %d |", w.samplesText(), n)
			for _, rate := range rates {
				w.cases, w.rate = n, rate
				got := w.lowestCoverage(rounds)
				row += fmt.Sprintf(" %.1f %% |", 100*got)
				if n >= 20 && got < .93-slack {
					t.Errorf("%s, %d cases, rate %g: the interval holds the difference in %.2f %%, want 93 %%", w.samplesText(), n, rate, 100*got)
				}
			}
			rows = append(rows, row)
		}
	}
	holdTable(t, "coverage", rows)
}

func (w world) samplesText() string {
	switch {
	case w.cluster > 0:
		return fmt.Sprintf("%d, clusters of %d", w.old, w.cluster)
	case w.old != w.new:
		return fmt.Sprintf("%d and %d", w.old, w.new)
	}
	return fmt.Sprint(w.old)
}

// lowestCoverage is that of the worlds of a rate in which the interval holds
// the true difference least often.
func (w world) lowestCoverage(rounds int) float64 {
	lowest := 1.0
	for _, drop := range []float64{0, .1} {
		for _, split := range []bool{false, true} {
			w.drop = drop
			hits := make([]bool, rounds)
			inParallel(rounds, func(i int) { hits[i] = w.covers(rand.New(rand.NewPCG(uint64(i), 7)), split) })
			lowest = min(lowest, float64(countIf(hits, func(hit bool) bool { return hit }))/float64(rounds))
		}
	}
	return lowest
}

// covers draws the differences of the cases, and reports whether their interval
// holds the true one. Cases that are split pass always or never, but for one
// of ten; what drops are then some that always passed.
func (w world) covers(random *rand.Rand, split bool) bool {
	d := make([]float64, w.cases)
	var cluster []int
	if w.cluster > 0 {
		cluster = make([]int, w.cases)
	}
	var sharedOld, sharedNew float64
	for i := range d {
		if cluster != nil {
			cluster[i] = i / w.cluster
			if i%w.cluster == 0 {
				sharedOld, sharedNew = random.Float64(), random.Float64()
			}
		}
		old, new := w.rate, w.rate-w.drop
		if split {
			old, new = w.splitRates(random)
		}
		d[i] = w.passed(random, w.new, new, sharedNew) - w.passed(random, w.old, old, sharedOld)
	}
	iv := stats.NewRateDifference(d, cluster).Interval(.05)
	return iv.Low <= -w.drop && -w.drop <= iv.High
}

func (w world) splitRates(random *rand.Rand) (old, new float64) {
	switch fate := random.Float64(); {
	case fate < w.drop:
		return 1, 0
	case fate < .1+w.drop:
		return .5, .5
	case fate < max(w.rate, .1+w.drop):
		return 1, 1
	}
	return 0, 0
}

// passed is the share of samples that pass; those of a cluster come out alike
// every other time.
func (w world) passed(random *rand.Rand, samples int, rate, shared float64) float64 {
	n := 0
	for range samples {
		fate := random.Float64()
		if w.cluster > 0 && random.IntN(2) == 0 {
			fate = shared
		}
		if fate < rate {
			n++
		}
	}
	return float64(n) / float64(samples)
}

// scores are worlds of a judge's scores, with their mean.
var scores = []struct {
	name string
	mean float64
	draw func(*rand.Rand) float64
}{
	{"0 or 1, 90 % of them 1", .9, func(r *rand.Rand) float64 { return oneIf(r.Float64() < .9) }},
	{"evenly spread", .5, (*rand.Rand).Float64},
	{"0.8, 0.9 or 1", .9, func(r *rand.Rand) float64 { return .8 + .1*float64(r.IntN(3)) }},
	{"70 % 1, 20 % 0.7, 10 % 0.2", .86, func(r *rand.Rand) float64 {
		return []float64{1, 1, 1, 1, 1, 1, 1, .7, .7, .2}[r.IntN(10)]
	}},
	{"crowded below 1", 20. / 21, func(r *rand.Rand) float64 { return math.Pow(r.Float64(), 1./20) }},
	{"0.9 or 1, and 5 % 0", .95 * .95, func(r *rand.Rand) float64 {
		if r.Float64() < .05 {
			return 0
		}
		return .9 + .1*float64(r.IntN(2))
	}},
}

// The interval of a mean score holds the true mean about as often as Student's
// interval, which the page shows beside it, or more often.
func TestScoreCoverage(t *testing.T) {
	cases, rounds := []int{3, 10, 50}, 1000
	if slowtest.Full() {
		cases, rounds = []int{3, 5, 10, 20, 50, 200}, 10_000
	}
	rows := []string{"| scores |", "|:--|"}
	for _, n := range cases {
		rows[0] += fmt.Sprintf(" %d |", n)
		rows[1] += "--:|"
	}
	slack := .02 + 4*math.Sqrt(.9*.1/float64(rounds))
	for _, world := range scores {
		row := "| " + world.name + " |"
		for _, n := range cases {
			ours, students := make([]bool, rounds), make([]bool, rounds)
			inParallel(rounds, func(i int) {
				random := rand.New(rand.NewPCG(uint64(i), 9))
				x := make([]float64, n)
				for j := range x {
					x[j] = world.draw(random)
				}
				m := stats.NewMean(x, nil)
				holds := func(iv stats.Interval) bool { return iv.Low <= world.mean+1e-9 && world.mean <= iv.High+1e-9 }
				ours[i], students[i] = holds(stats.ScoreInterval(m, .05)), holds(m.Interval(.05))
			})
			hit := func(hits []bool) float64 {
				return float64(countIf(hits, func(hit bool) bool { return hit })) / float64(rounds)
			}
			row += fmt.Sprintf(" %.1f (%.1f) %% |", 100*hit(ours), 100*hit(students))
			if hit(ours) < hit(students)-slack {
				t.Errorf("%s, %d cases: the interval holds the mean in %.1f %%, Student's in %.1f %%", world.name, n, 100*hit(ours), 100*hit(students))
			}
		}
		rows = append(rows, row)
	}
	holdTable(t, "score coverage", rows)
}
