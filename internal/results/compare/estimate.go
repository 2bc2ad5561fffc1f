package compare

import (
	"slices"

	"github.com/evalrun/evalrun/internal/results/stats"
	"github.com/evalrun/evalrun/record"
)

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

	// verdictOnly leaves out what no verdict takes.
	verdictOnly bool

	chosenByOutcome, chosenFromNew bool // as of the pairing
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
	if !opts.verdictOnly {
		e.BaseRate = newRate(old, cluster, opts.Alpha)
		e.NewRate = newRate(new, cluster, opts.Alpha)
	}
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
	return e
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
	if !slices.ContainsFunc(all, func(p pair) bool { return p.byVerdict || p.old.error > 0 || p.new.error > 0 }) {
		return nil
	}
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
