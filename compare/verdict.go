package compare

import "github.com/evalrun/evalrun/internal/stats"

// judge gives the verdict over a difference, where up is better: by the test
// where it found something, else by whether the interval rules a drop beyond
// the margin out.
func judge(difference, pAdjusted, low float64, opts Options) Verdict {
	switch {
	case pAdjusted < opts.Alpha && difference < 0:
		return Regressed
	case pAdjusted < opts.Alpha && difference > 0:
		return Improved
	case low >= -opts.Margin:
		return Unchanged
	}
	return Inconclusive
}

// judge sets the verdict of an estimate, and what it lacks.
func (e *Estimate) judge(pairs []pair, opts Options) {
	e.Verdict, e.Needs = Broken, nil
	if e.Pairs == 0 {
		return
	}
	e.Verdict = judge(e.Difference, e.PAdjusted, e.Interval[0], opts)
	if e.Verdict == Inconclusive {
		e.Needs = newNeeds(pairs, opts)
	}
}

// judge sets the verdict of a metric that has a better side.
func (m *Metric) judge(opts Options) {
	scale := abs(m.Base.Value)
	difference, low := m.Difference, m.Interval[0]
	switch m.Better {
	case "higher":
	case "lower":
		difference, low = -difference, -m.Interval[1]
	default:
		return
	}
	opts.Margin *= scale
	m.Verdict = judge(difference, m.PAdjusted, low, opts)
}

// adjust applies Holm's adjustment to p-values in place.
func adjust(p []*float64) {
	values := make([]float64, len(p))
	for i := range p {
		values[i] = *p[i]
	}
	for i, adjusted := range stats.Holm(values) {
		*p[i] = adjusted
	}
}

// conclude gives the verdict of the whole comparison: that over all pairs,
// but for a regression in a suite or a metric.
func (c *Comparison) conclude() {
	c.Verdict = c.Overall.Verdict
	if c.Verdict == Broken {
		return
	}
	for _, s := range c.Suites {
		if s.Verdict == Regressed {
			c.Verdict = Regressed
		}
	}
	for _, m := range c.Metrics {
		if m.Verdict == Regressed {
			c.Verdict = Regressed
		}
	}
}
