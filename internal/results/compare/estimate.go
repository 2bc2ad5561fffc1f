package compare

import (
	"math"
	"slices"

	"github.com/evalrun/evalrun/internal/results/stats"
	"github.com/evalrun/evalrun/record"
)

// power is that of the smallest difference a comparison could have seen.
const power = 0.8

// Options are how much evidence a verdict takes.
type Options struct {
	// Alpha is the level of the tests and one less that of the intervals; 0
	// means 0.05.
	Alpha float64
	// Margin is the drop of a rate that does not matter, and of a metric as a
	// share of its base; 0 means 0.05.
	Margin float64
	// Judge judges the base of cases whose assertions changed by the new ones. Nil:
	// such cases are not compared.
	Judge Judge

	chosenByOutcome bool // as of the pairing
}

func (o Options) withDefaults() Options {
	if o.Alpha == 0 {
		o.Alpha = 0.05
	}
	if o.Margin == 0 {
		o.Margin = 0.05
	}
	return o
}

// newEstimate compares the pass rates of pairs. Those that cannot be compared
// count for the bounds of the errors. The verdict is still to be judged.
func newEstimate(name string, pairs, notComparable []pair, opts Options) Estimate {
	e := Estimate{Name: name, Pairs: len(pairs), PValue: 1, PAdjusted: 1, Interval: Interval{-1, 1}}
	e.difference = difference{unknown: true, limit: e.Interval}
	old, new, d := pairValues(pairs)
	cluster := clustersOf(pairs)
	e.BaseRate = newRate(old, cluster, opts.Alpha)
	e.NewRate = newRate(new, cluster, opts.Alpha)
	e.BaseRate.bound(pairs, notComparable, func(p pair) *caseSamples { return p.old })
	e.NewRate.bound(pairs, notComparable, func(p pair) *caseSamples { return p.new })
	for _, p := range pairs {
		if p.newlyFails() {
			e.NewlyFailing++
		}
		if p.newlyPasses() {
			e.NewlyPassing++
		}
	}
	if len(pairs) == 0 {
		return e
	}
	r := stats.NewRateDifference(d, cluster)
	e.Units, e.Difference = r.Units, r.Value
	e.difference = newDifference(r.Mean, r, withMissing(pairs, notComparable), Interval{-1, 1})
	e.PValue = e.difference.p()
	e.PAdjusted = e.PValue
	e.MDE = detectable(r.Units, r.Detectable(opts.Alpha, power), opts)
	return e
}

// detectable is the smallest difference that the test would have found, nil
// where so few units leave it no p-value below alpha.
func detectable(units int, difference float64, opts Options) *float64 {
	if stats.LeastP(units) >= opts.Alpha {
		return nil
	}
	return finite(difference)
}

func pairValues(pairs []pair) (old, new, d []float64) {
	n := len(pairs)
	old, new, d = make([]float64, n), make([]float64, n), make([]float64, n)
	for i, p := range pairs {
		old[i], new[i] = p.values()
		d[i] = new[i] - old[i]
	}
	return old, new, d
}

func newRate(values []float64, cluster []int, alpha float64) Rate {
	m := stats.NewMean(values, cluster)
	if !m.Known() {
		return Rate{Value: m.Value, Low: 0, High: 1}
	}
	interval := stats.ShareInterval(m, alpha)
	return Rate{Value: m.Value, Low: interval.Low, High: interval.High}
}

// bound adds what errors leave open.
func (r *Rate) bound(pairs, notComparable []pair, side func(pair) *caseSamples) {
	low, high, n := 0.0, 0.0, 0.0
	for _, list := range [][]pair{pairs, notComparable} {
		for _, p := range list {
			u := side(p)
			lowest, highest, ok := p.extremes(u)
			if !ok {
				continue
			}
			if lowest < highest {
				r.Errors += int(u.error)
			}
			low, high, n = low+lowest, high+highest, n+1
		}
	}
	if r.Errors > 0 {
		r.Bounds = &Interval{low / n, high / n}
	}
}

// extremes are the value of one of the pair's sides if all samples without an
// answer had failed, and if all had passed.
func (p pair) extremes(u *caseSamples) (low, high float64, ok bool) {
	all := u.all()
	if all == 0 {
		return 0, 0, false
	}
	if p.byVerdict {
		decided := u.decided()
		return oneIf(decided == record.Pass), oneIf(decided != record.Fail), true
	}
	return float64(u.pass) / float64(all), float64(u.pass+u.error) / float64(all), true
}

func oneIf(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// withMissing are the differences if all new samples without an answer had
// failed and all old ones passed, and the other way round; none where no answer
// is missing.
func withMissing(pairs, notComparable []pair) []tested {
	all := slices.Concat(pairs, notComparable)
	numberDraws(all)
	worst, best := make([]float64, 0, len(all)), make([]float64, 0, len(all))
	var kept []pair
	open := false
	for _, p := range all {
		if p.byVerdict && (p.old.times != p.new.times || p.old.required() != p.new.required()) {
			continue // of another kind, whatever its answers are
		}
		oldLow, oldHigh, okOld := p.extremes(p.old)
		newLow, newHigh, okNew := p.extremes(p.new)
		if okOld && okNew {
			worst, best, kept = append(worst, newLow-oldHigh), append(best, newHigh-oldLow), append(kept, p)
			open = open || oldLow < oldHigh || newLow < newHigh
		}
	}
	if !open {
		return nil
	}
	cluster := clustersOf(kept)
	return []tested{stats.NewRateDifference(worst, cluster), stats.NewRateDifference(best, cluster)}
}

// newNeeds is what would settle an inconclusive estimate: enough to see the
// margin, or where that is not the trouble, the difference that was observed.
func newNeeds(pairs []pair, opts Options) *Needs {
	_, _, d := pairValues(pairs)
	r := stats.NewRateDifference(d, clustersOf(pairs))
	need := &Needs{Detect: opts.Margin}
	if r.Units < 2 {
		return need
	}
	n := len(pairs)
	spread := stats.PairVariance{Between: r.SE * r.SE * float64(n)}
	units := max(unseenCases(need.Detect, opts.Alpha), fewestUnits(opts.Alpha))
	total, ok := spread.NeededPairs(need.Detect, 1, opts.Alpha, power)
	total = max(total, int(math.Ceil(float64(units)*float64(n)/float64(r.Units))))
	if ok && total <= n && r.Value != 0 {
		need.Detect = math.Abs(r.Value)
		total, ok = spread.NeededPairs(need.Detect, 1, opts.Alpha, power)
	}
	if ok {
		need.MoreCases = max(0, total-n)
	}
	if v, known := pairVariance(pairs); known && r.Units >= max(unseenCases(need.Detect, opts.Alpha), fewestUnits(opts.Alpha)) {
		independent := int(float64(n) / max(1, r.DesignEffect))
		need.Samples, _ = v.NeededSamples(need.Detect, independent, opts.Alpha, power)
	}
	return need
}

// fewestUnits is how many independent draws it takes for a p-value below alpha.
func fewestUnits(alpha float64) int {
	n := 1
	for stats.LeastP(n) >= alpha {
		n++
	}
	return n
}

// unseenCases is how many cases without a difference rule one of a share
// larger than margin out.
func unseenCases(margin, alpha float64) int {
	if margin >= 1 {
		return 1
	}
	exact := math.Log(alpha/2) / math.Log1p(-margin)
	z := stats.NormalQuantile(1 - alpha/2)
	return int(math.Floor(max(exact, z*z*(1-margin)/margin))) + 1 // the score interval's
}

// pairVariance splits the variance of the pairs' differences into that of the
// cases and that of the samples.
func pairVariance(pairs []pair) (stats.PairVariance, bool) {
	var old, new [][]float64
	for _, p := range pairs {
		if p.byVerdict {
			return stats.PairVariance{}, false
		}
		old, new = append(old, p.old.draws()), append(new, p.new.draws())
	}
	return stats.NewPairVariance(old, new)
}

// draws are the answered samples of a case: 1 for a pass, 0 for a fail.
func (u *caseSamples) draws() []float64 {
	out := make([]float64, u.answered())
	for i := range u.pass {
		out[i] = 1
	}
	return out
}
