package compare

import "slices"

// withMissing are the differences if the values that are missing had been as
// good as can be in the base, and as bad in the new run, and the other way round.
// Of a case that lacks as large a share on either side nothing is supposed.
func (m *metricPairs) withMissing() []tested {
	best, worst := m.extremes()
	return []tested{m.supposing(best, worst).test(), m.supposing(worst, best).test()}
}

// supposing are the pairs with these values for those that are missing.
func (m *metricPairs) supposing(base, new float64) *metricPairs {
	out := &metricPairs{better: m.better, score: m.score}
	for _, p := range m.all {
		before, after := p.before, p.after
		if before.coverage() != after.coverage() {
			before, after = before.with(base), after.with(new)
		}
		out.addValues(p.pair, before, after)
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
