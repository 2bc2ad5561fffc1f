package compare

import "github.com/evalrun/evalrun/internal/results/stats"

// newAmounts compares what the pairs took.
func newAmounts(pairs []pair, opts Options) Amounts {
	var a Amounts
	a.Cost = newRatio(pairs, func(u *caseSamples) total { return u.cost }, opts)
	a.JudgeCost = newRatio(pairs, func(u *caseSamples) total { return u.judges }, opts)
	a.Latency = newRatio(pairs, func(u *caseSamples) total { return u.latency }, opts)
	a.Tokens.Input = newRatio(pairs, func(u *caseSamples) total { return u.input }, opts)
	a.Tokens.Output = newRatio(pairs, func(u *caseSamples) total { return u.output }, opts)
	return a
}

// newRatio compares an amount over the pairs that have it on both sides. A
// case counts by its mean, so that runs with more samples do not cost more.
func newRatio(pairs []pair, of func(*caseSamples) total, opts Options) *Ratio {
	m := valuesOf(pairs, func(u *caseSamples) (float64, bool) { return of(u).mean() })
	value, interval, ok := stats.RatioOfSums(m.old, m.new, m.cluster, opts.Alpha)
	if !ok {
		return nil
	}
	return &Ratio{
		Pairs:    len(m.old),
		Base:     stats.NewMean(m.old, nil).Value,
		New:      stats.NewMean(m.new, nil).Value,
		Ratio:    value,
		Interval: Interval{interval.Low, interval.High},
	}
}

// bothValues are the values of the pairs that have one on both sides.
type bothValues struct {
	old, new []float64
	cluster  []int // as in stats.NewMean
}

func valuesOf(pairs []pair, of func(*caseSamples) (float64, bool)) bothValues {
	var m bothValues
	var kept []pair // nil while all are
	for i, p := range pairs {
		old, okOld := of(p.old)
		new, okNew := of(p.new)
		switch has := okOld && okNew; {
		case !has && kept == nil:
			kept = append(make([]pair, 0, len(pairs)), pairs[:i]...)
		case has:
			if m.old == nil {
				m.old, m.new = make([]float64, 0, len(pairs)), make([]float64, 0, len(pairs))
			}
			m.old, m.new = append(m.old, old), append(m.new, new)
			if kept != nil {
				kept = append(kept, p)
			}
		}
	}
	if kept == nil {
		kept = pairs
	}
	m.cluster = clustersOf(kept)
	return m
}
