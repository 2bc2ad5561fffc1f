package compare

import (
	"github.com/evalrun/evalrun/internal/stats"
)

// newMetrics compares the metrics that both sides of some pair have.
func newMetrics(pairs []pair, opts Options) map[string]Metric {
	out := map[string]Metric{}
	names := map[string]bool{}
	for _, p := range pairs {
		for i := range p.new.metrics {
			names[p.new.metrics[i].name] = true
		}
	}
	for name := range names {
		if m, ok := newMetric(name, pairs, opts); ok {
			out[name] = m
		}
	}
	return out
}

// newMetric compares a metric's means over the pairs that have it on both
// sides. Where cases disagree on what is better there is no better side.
func newMetric(name string, pairs []pair, opts Options) (Metric, bool) {
	var old, new, d []float64
	var kept []pair
	better := map[string]bool{}
	for _, p := range pairs {
		before, after := p.old.metric(name), p.new.metric(name)
		if before == nil || after == nil || before.n == 0 || after.n == 0 {
			continue
		}
		x, _ := before.mean()
		y, _ := after.mean()
		old, new, d, kept = append(old, x), append(new, y), append(d, y-x), append(kept, p)
		better[after.better] = true
	}
	if len(d) == 0 {
		return Metric{}, false
	}
	cluster := clustersOf(kept)
	mean := stats.NewMean(d, cluster)
	interval := mean.Interval(opts.Alpha)
	m := Metric{
		Pairs:      len(d),
		Base:       newMean(old, cluster, opts.Alpha),
		New:        newMean(new, cluster, opts.Alpha),
		Difference: mean.Value,
		Interval:   Interval{interval.Low, interval.High},
		PValue:     stats.SignFlip(d, cluster, seed),
		MDE:        finite(mean.Detectable(opts.Alpha, power)),
	}
	m.PAdjusted = m.PValue
	if len(better) == 1 {
		m.Better = onlyKey(better)
	}
	return m, true
}

func newMean(values []float64, cluster []int, alpha float64) Mean {
	m := stats.NewMean(values, cluster)
	interval := m.Interval(alpha)
	return Mean{Value: m.Value, Low: finite(interval.Low), High: finite(interval.High)}
}
