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
		cases, rates, rounds = []int{10, 20, 30, 50, 100, 400}, []float64{.5, .7, .9, .95, .98}, 5_000
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

// oneRun are the values of one run: of what they are drawn, with their mean, and
// how the cases come in clusters.
type oneRun struct {
	name    string
	mean    float64
	share   bool // between 0 and 1
	draw    func(*rand.Rand) float64
	cluster func(*rand.Rand) (size int, alike float64)
}

func constant(size int, alike float64) func(*rand.Rand) (int, float64) {
	return func(*rand.Rand) (int, float64) { return size, alike }
}

func unequal(r *rand.Rand) (int, float64) { return 1 + r.IntN(8), .5 }

func passes(rate float64, samples int) func(*rand.Rand) float64 {
	return func(r *rand.Rand) float64 {
		n := 0.0
		for range samples {
			n += oneIf(r.Float64() < rate)
		}
		return n / float64(samples)
	}
}

var oneRuns = []oneRun{
	{"passed, 50 %", .5, true, passes(.5, 1), nil},
	{"passed, 90 %", .9, true, passes(.9, 1), nil},
	{"passed, 98 %", .98, true, passes(.98, 1), nil},
	{"passed, 90 %, clusters of 10 all alike", .9, true, passes(.9, 1), constant(10, 1)},
	{"passed, 90 %, unequal clusters half alike", .9, true, passes(.9, 1), unequal},
	{"5 samples a case, 90 %", .9, true, passes(.9, 5), nil},
	{"10 samples a case, 98 %", .98, true, passes(.98, 10), nil},
	{"10 samples a case, 6 % of the cases fail as a whole", .94 * .9, true, func(r *rand.Rand) float64 { return oneIf(r.Float64() < .94) * passes(.9, 10)(r) }, nil},
	{"scores, evenly spread", .5, true, (*rand.Rand).Float64, nil},
	{"scores of 0.8, 0.9 or 1", .9, true, func(r *rand.Rand) float64 { return .8 + .1*float64(r.IntN(3)) }, nil},
	{"scores, 70 % 1, 20 % 0.7, 10 % 0.2", .86, true, func(r *rand.Rand) float64 {
		return []float64{1, 1, 1, 1, 1, 1, 1, .7, .7, .2}[r.IntN(10)]
	}, nil},
	{"scores crowded below 1", 20. / 21, true, func(r *rand.Rand) float64 { return math.Pow(r.Float64(), 1./20) }, nil},
	{"scores of 0.9 or 1, and 5 % 0", .95 * .95, true, func(r *rand.Rand) float64 {
		return oneIf(r.Float64() < .95) * (.9 + .1*float64(r.IntN(2)))
	}, nil},
	{"a metric, normal", 100, false, func(r *rand.Rand) float64 { return 100 + 20*r.NormFloat64() }, nil},
	{"a metric, exponential", 1, false, (*rand.Rand).ExpFloat64, nil},
	{"a metric, lognormal of 0.5", math.Exp(.125), false, func(r *rand.Rand) float64 { return math.Exp(.5 * r.NormFloat64()) }, nil},
	{"a metric, lognormal of 1", math.Exp(.5), false, func(r *rand.Rand) float64 { return math.Exp(r.NormFloat64()) }, nil},
	{"the same, unequal clusters half alike", math.Exp(.5), false, func(r *rand.Rand) float64 { return math.Exp(r.NormFloat64()) }, unequal},
	{"a metric, Student's t of 3", 0, false, func(r *rand.Rand) float64 {
		return r.NormFloat64() / math.Sqrt((math.Pow(r.NormFloat64(), 2)+math.Pow(r.NormFloat64(), 2)+math.Pow(r.NormFloat64(), 2))/3)
	}, nil},
}

// run draws so many independent cases, or clusters of them.
func (w oneRun) run(r *rand.Rand, units int) stats.Mean {
	var x []float64
	var cluster []int
	for unit := range units {
		first, size, alike := w.draw(r), 1, 0.0
		if w.cluster != nil {
			size, alike = w.cluster(r)
		}
		for i := range size {
			value := first
			if i > 0 && r.Float64() >= alike {
				value = w.draw(r)
			}
			x, cluster = append(x, value), append(cluster, unit)
		}
	}
	if w.cluster == nil {
		cluster = nil
	}
	return stats.NewMean(x, cluster)
}

// The interval of a rate or a metric of one run holds the true one in 93 % of
// runs and more. What is said to be not known counts for neither.
func TestOneRunCoverage(t *testing.T) {
	cases, rounds := []int{6, 20, 50}, 500
	if slowtest.Full() {
		cases, rounds = []int{6, 10, 20, 50, 200}, 10_000
	}
	rows := []string{"| values |", "|:--|"}
	for _, n := range cases {
		rows[0] += fmt.Sprintf(" %d |", n)
		rows[1] += "--:|"
	}
	slack := 4 * math.Sqrt(.93*.07/float64(rounds))
	for _, w := range oneRuns {
		row := "| " + w.name + " |"
		for _, n := range cases {
			hits, width := w.coverage(n, rounds)
			if width == 0 {
				row += " unknown |"
				continue
			}
			row += fmt.Sprintf(" %.1f %% (%.3g) |", 100*hits, width)
			if hits < .93-slack {
				t.Errorf("%s, %d cases: the interval holds the mean in %.1f %%, want 93 %%", w.name, n, 100*hits)
			}
		}
		rows = append(rows, row)
	}
	holdTable(t, "one run", rows)
}

// coverage is the share of the intervals that hold the mean, of those that are
// known, and their mean width.
func (w oneRun) coverage(cases, rounds int) (hits, width float64) {
	type one struct {
		known, hit bool
		width      float64
	}
	found := make([]one, rounds)
	inParallel(rounds, func(i int) {
		m := w.run(rand.New(rand.NewPCG(uint64(i), 9)), cases)
		if !m.Known() {
			return
		}
		iv := m.Interval(.05)
		if w.share {
			iv = stats.ShareInterval(m, .05)
		}
		found[i] = one{true, iv.Low <= w.mean+1e-9 && w.mean <= iv.High+1e-9, iv.High - iv.Low}
	})
	known := 0.0
	for _, f := range found {
		known += oneIf(f.known)
		hits += oneIf(f.hit)
		width += f.width
	}
	return hits / max(1, known), width / max(1, known)
}
