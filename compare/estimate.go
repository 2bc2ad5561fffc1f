package compare

import (
	"math"
	"slices"

	"github.com/evalrun/evalrun/internal/stats"
)

const (
	// power is that of the smallest difference a comparison could have seen.
	power = 0.8
	// seed makes that equal records give equal p-values.
	seed = 1
)

// Options are how much evidence a verdict takes.
type Options struct {
	// Alpha is the level of the tests and one less that of the intervals; 0
	// means 0.05.
	Alpha float64
	// Margin is the drop of a rate that does not matter, and of a metric as a
	// share of its base; 0 means 0.05.
	Margin float64
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
	e := Estimate{Name: name, Pairs: len(pairs), PValue: 1, PAdjusted: 1, MDE: 1, Interval: Interval{-1, 1}}
	old, new, d := pairValues(pairs)
	cluster := clustersOf(pairs)
	e.BaseRate = newRate(old, cluster, opts.Alpha)
	e.NewRate = newRate(new, cluster, opts.Alpha)
	e.BaseRate.bound(pairs, notComparable, func(p pair) *unit { return p.old })
	e.NewRate.bound(pairs, notComparable, func(p pair) *unit { return p.new })
	for _, p := range pairs {
		if p.broke() {
			e.Broke++
		}
		if p.fixed() {
			e.Fixed++
		}
	}
	if len(pairs) == 0 {
		return e
	}
	r := stats.NewRateDifference(d, cluster)
	interval := r.Interval(opts.Alpha)
	e.Units, e.Difference, e.Interval = r.Units, r.Value, Interval{interval.Low, interval.High}
	e.PValue = stats.SignFlip(d, cluster, seed)
	e.PAdjusted = e.PValue
	e.MDE = r.Detectable(opts.Alpha, power)
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
	interval := stats.RateInterval(m, alpha)
	return Rate{Value: m.Value, Low: min(interval.Low, m.Value), High: max(interval.High, m.Value)}
}

// bound adds what errors leave open.
func (r *Rate) bound(pairs, notComparable []pair, side func(pair) *unit) {
	low, high, n := 0.0, 0.0, 0.0
	for _, p := range slices.Concat(pairs, notComparable) {
		u := side(p)
		all := float64(u.answered() + u.error)
		if all == 0 {
			continue
		}
		r.Errors += u.error
		low += float64(u.pass) / all
		high += float64(u.pass+u.error) / all
		n++
	}
	if r.Errors > 0 {
		r.Bounds = &Interval{low / n, high / n}
	}
}

// errorsDecide says whether the samples without an answer could have made or
// unmade a regression: whether the test comes to another end where all new
// ones failed and all old ones passed, or the other way round.
func errorsDecide(pairs, notComparable []pair, found Verdict, alpha float64) bool {
	all := slices.Concat(pairs, notComparable)
	numberDraws(all)
	for _, oldErrorsPass := range []bool{true, false} {
		d := make([]float64, 0, len(all))
		var kept []pair
		for _, p := range all {
			old, okOld := bounded(p.old, oldErrorsPass)
			new, okNew := bounded(p.new, !oldErrorsPass)
			if okOld && okNew {
				d, kept = append(d, new-old), append(kept, p)
			}
		}
		mean := stats.NewMean(d, nil).Value
		regressed := mean < 0 && stats.SignFlip(d, clustersOf(kept), seed) < alpha
		if regressed != (found == Regressed) {
			return true
		}
	}
	return false
}

// bounded is the share that passed if all errors had passed or failed.
func bounded(u *unit, errorsPass bool) (float64, bool) {
	all := u.answered() + u.error
	pass := u.pass
	if errorsPass {
		pass += u.error
	}
	return float64(pass) / float64(max(all, 1)), all > 0
}

// newNeeds is what would settle an inconclusive estimate: enough to see the
// margin, or where that is not the trouble, the difference that was observed.
func newNeeds(pairs []pair, opts Options) *Needs {
	_, _, d := pairValues(pairs)
	r := stats.NewRateDifference(d, clustersOf(pairs))
	if r.Units < 2 {
		return &Needs{Detect: opts.Margin}
	}
	n := len(pairs)
	spread := stats.PairVariance{Between: r.SE * r.SE * float64(n)}
	need := &Needs{Detect: opts.Margin}
	total, ok := spread.NeededPairs(need.Detect, 1, opts.Alpha, power)
	total = max(total, unseenCases(need.Detect, opts.Alpha))
	if ok && total <= n && r.Value != 0 {
		need.Detect = math.Abs(r.Value)
		total, ok = spread.NeededPairs(need.Detect, 1, opts.Alpha, power)
	}
	if ok {
		need.MoreCases = max(0, total-n)
	}
	if v, known := pairVariance(pairs); known {
		independent := int(float64(n) / max(1, r.DesignEffect))
		need.Samples, _ = v.NeededSamples(need.Detect, independent, opts.Alpha, power)
	}
	return need
}

// unseenCases is how many cases without a difference rule one of a share
// larger than margin out.
func unseenCases(margin, alpha float64) int {
	if margin >= 1 {
		return 1
	}
	return int(math.Ceil(math.Log(alpha/2) / math.Log1p(-margin)))
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
func (u *unit) draws() []float64 {
	out := make([]float64, u.answered())
	for i := range u.pass {
		out[i] = 1
	}
	return out
}
