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
	for _, p := range slices.Concat(m.all, m.unanswered) {
		before, after := p.before, p.after
		if before.coverage() != after.coverage() {
			before, after = before.with(base, before.missing), after.with(new, after.missing)
		}
		out.addValues(p.pair, before.with(base, int32(p.noAnswer.Base)), after.with(new, int32(p.noAnswer.New)))
	}
	numberDraws(out.pairs)
	return out
}

// lacks reports whether a value is missing, or an answer.
func (m *metricPairs) lacks() bool {
	return m.missing != (Missing{}) || len(m.unanswered) > 0 ||
		slices.ContainsFunc(m.all, func(p metricPair) bool { return p.noAnswer != (Missing{}) })
}

// addUnanswered adds a pair of which a side has no answer, where its case has the
// metric: what the case line names, or in a baseline the other side.
func (m *metricPairs) addUnanswered(p pair, name string) {
	before, after := p.old.metric(name), p.new.metric(name)
	switch {
	case p.old.all() == 0 || p.new.all() == 0 || before == nil && after == nil: // skipped, or another case's
		return
	case before == nil:
		before = &metricTotal{metricKind: after.metricKind}
	case after == nil:
		after = &metricTotal{metricKind: before.metricKind}
	}
	if before.isOther(after) {
		return
	}
	if one := newMetricPair(p, before, after); one.noAnswer != (Missing{}) {
		m.unanswered = append(m.unanswered, one)
	}
}

// isOther reports whether what is measured by the same name is something else.
func (m *metricTotal) isOther(than *metricTotal) bool {
	return m.expr != than.expr && m.expr != 0 && than.expr != 0
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

// coverage is the share of the answers that have a value; 1 where there is no
// answer.
func (m *metricTotal) coverage() float64 {
	if !m.applies() {
		return 1
	}
	return float64(m.n) / float64(m.n+m.missing)
}

// with is the metric with this value n times more.
func (m *metricTotal) with(value float64, n int32) *metricTotal {
	if n == 0 {
		return m
	}
	out := &metricTotal{metricKind: m.metricKind, total: m.total.plus(totalOf(value, n))}
	if len(m.values) == int(m.n) { // not of a baseline
		out.values = append(slices.Repeat([]float64{value}, int(n)), m.values...)
	}
	return out
}
