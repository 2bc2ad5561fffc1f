package compare

import "github.com/evalrun/evalrun/internal/stats"

// newAmounts compares what the pairs took.
func newAmounts(pairs []pair, opts Options) Amounts {
	var a Amounts
	a.Cost = newRatio(pairs, func(u *unit) total { return u.cost }, opts)
	a.Latency = newRatio(pairs, func(u *unit) total { return u.latency }, opts)
	a.Tokens.Input = newRatio(pairs, func(u *unit) total { return u.input }, opts)
	a.Tokens.Output = newRatio(pairs, func(u *unit) total { return u.output }, opts)
	return a
}

// newRatio compares an amount over the pairs that have it on both sides. A
// case counts by its mean, so that runs with more samples do not cost more.
func newRatio(pairs []pair, of func(*unit) total, opts Options) *Ratio {
	var old, new []float64
	var kept []pair
	for _, p := range pairs {
		before, ok := of(p.old).mean()
		after, alsoOK := of(p.new).mean()
		if ok && alsoOK {
			old, new, kept = append(old, before), append(new, after), append(kept, p)
		}
	}
	value, interval, ok := stats.RatioOfSums(old, new, clustersOf(kept), opts.Alpha)
	if !ok {
		return nil
	}
	return &Ratio{
		Pairs:    len(kept),
		Base:     stats.NewMean(old, nil).Value,
		New:      stats.NewMean(new, nil).Value,
		Ratio:    value,
		Interval: Interval{interval.Low, interval.High},
	}
}
