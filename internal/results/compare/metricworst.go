package compare

import "slices"

// worst are the pairs as they would be if the values that are missing had been
// as good as can be in the base, and as bad in the new run: what they could take
// from an improvement. Of a case that lacks as large a share on either side
// nothing is supposed.
func (m *metricPairs) worst() *metricPairs {
	best, worst := m.extremes()
	out := &metricPairs{better: m.better, score: m.score}
	for _, p := range m.all {
		before, after := p.before, p.after
		if before.coverage() != after.coverage() {
			before, after = before.with(best), after.with(worst)
		}
		if before.n > 0 && after.n > 0 {
			out.addValues(p.pair, before, after)
		}
		out.all = append(out.all, p)
	}
	return out
}

// extremes are the best and the worst that a missing value is supposed to be: 1
// and 0 of a score, and of any other metric between 0 and twice what was seen.
func (m *metricPairs) extremes() (best, worst float64) {
	low, high := 0.0, 1.0
	if !m.score {
		low, high = m.seen()
		low, high = min(0, 2*low), max(0, 2*high)
	}
	if m.better == "lower" {
		return low, high
	}
	return high, low
}

// seen are the least and the largest value of either side; of a baseline they
// are means.
func (m *metricPairs) seen() (low, high float64) {
	low, high = m.old[0], m.old[0]
	for _, p := range m.all {
		for _, t := range []*metricTotal{p.before, p.after} {
			if mean, ok := t.mean(); ok {
				low, high = min(low, mean), max(high, mean)
			}
			for _, x := range t.values {
				low, high = min(low, x), max(high, x)
			}
		}
	}
	return low, high
}

// coverage is the share of the answers that have a value.
func (m *metricTotal) coverage() float64 { return float64(m.n) / float64(m.n+m.missing) }

// with is the metric with a value for each that is missing.
func (m *metricTotal) with(value float64) *metricTotal {
	if m.missing == 0 {
		return m
	}
	out := &metricTotal{metricKind: m.metricKind, total: m.total.plus(totalOf(value, m.missing))}
	if len(m.values) == int(m.n) { // not of a baseline
		out.values = append(slices.Repeat([]float64{value}, int(m.missing)), m.values...)
	}
	return out
}

// undone is the verdict, but for an improvement that the missing values could
// undo, and for a drop that they do not rule out. p-values are adjusted here as
// far as those without the missing values were.
func (m *Metric) undone(opts Options) Verdict {
	if m.worst == nil || m.Verdict != Improved && m.Verdict != NotWorse {
		return m.Verdict
	}
	worst := *m.worst
	worst.PAdjusted = max(m.PAdjusted, worst.PValue)
	if m.PValue > 0 {
		worst.PAdjusted = max(worst.PAdjusted, min(1, worst.PValue*m.PAdjusted/m.PValue))
	}
	worst.setVerdict(opts)
	switch worst.Verdict {
	case Improved:
		return m.Verdict
	case NotWorse:
		return NotWorse
	}
	return Inconclusive
}
