package compare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/evalrun/evalrun/internal/stats"
)

// The interval of the difference holds the true one in 93 % of comparisons and
// more, from 20 cases on: without a change and with a drop of ten points, of
// cases that are all alike and of such as pass always or never but for a few.
func TestIntervalCoverage(t *testing.T) {
	cases, rates, rounds := []int{20, 50}, []float64{.8, .98}, 1000
	if slow() {
		cases, rates, rounds = []int{10, 20, 30, 50, 100, 400}, []float64{.5, .7, .9, .95, .98}, 10_000
	}
	rows := []string{"| samples | cases |", "|:--|--:|"}
	for _, rate := range rates {
		rows[0] += fmt.Sprintf(" %g |", rate)
		rows[1] += "--:|"
	}
	slack := 4 * math.Sqrt(.93*.07/float64(rounds))
	if slow() {
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

// covers draws the differences of the cases, and says whether their interval
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
