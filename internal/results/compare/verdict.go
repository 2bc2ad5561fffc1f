package compare

import (
	"github.com/evalrun/evalrun/internal/results/stats"
)

// decide gives the verdict over a difference with this interval, where up is
// better.
func decide(iv Interval, margin float64) Verdict {
	switch {
	case iv[0] > 0:
		return Improved
	case iv[1] < 0 && iv[0] <= -margin:
		return Regressed
	case iv[0] > -margin:
		return NotWorse
	}
	return Inconclusive
}

// setVerdict sets the interval at its level and the verdict of an estimate.
func (e *Estimate) setVerdict(level float64, opts Options) {
	e.Verdict, e.Level = Incomparable, level
	if e.Pairs == 0 {
		return
	}
	e.Interval = e.difference.interval(level)
	e.Verdict = opts.believed(decide(e.Interval, opts.Margin))
}

// setVerdict sets the interval of a metric at its level, and the verdict of one
// that has a better side. The margin is a share of the base.
func (m *Metric) setVerdict(level float64, opts Options) {
	m.Level, m.Interval = level, m.difference.interval(level)
	if m.Better == "" {
		return
	}
	m.Verdict = m.decidedBy(m.Interval, opts.Margin)
	if opts.chosenByOutcome { // answers that failed may be longer than others, or shorter
		m.Verdict = Inconclusive
	}
}

// decidedBy is the verdict over an interval of the metric's difference.
func (m *Metric) decidedBy(iv Interval, margin float64) Verdict {
	if m.Better == "lower" {
		iv = Interval{-iv[1], -iv[0]}
	}
	return decide(iv, margin*abs(m.Base.Value))
}

// believed is the verdict, but for one that cases which were chosen by how they
// came out before make likely though nothing changed: those that failed pass more
// often when they are asked again.
func (o Options) believed(v Verdict) Verdict {
	if o.chosenByOutcome && (v == Improved || v == NotWorse) || o.chosenFromNew && v == Regressed {
		return Inconclusive
	}
	return v
}

// settle gives the verdicts of comparisons that are made together. All that is
// tested in them is one family: the cases of each, its suites and its metrics
// with a better side. Half of alpha is the most that the family calls a
// regression where nothing changed. A suite that is all there is, is no test of
// its own.
func settle(comparisons []*Comparison, pairings []*pairing, opts Options) {
	var tests family
	for _, c := range comparisons {
		if c.Overall.Pairs > 0 {
			tests.add(&c.Overall.PAdjusted)
		}
		if len(c.Suites) > 1 {
			for i := range c.Suites {
				if c.Suites[i].Pairs > 0 {
					tests.add(&c.Suites[i].PAdjusted)
				}
			}
		}
		for _, m := range c.Metrics {
			if m.Better != "" {
				tests.add(&m.PAdjusted)
			}
		}
	}
	levels := tests.adjust(opts.Alpha)
	for i, c := range comparisons {
		c.setVerdicts(pairings[i], levels, opts)
	}
}

// family are the p-values of tests that are made together.
type family []*float64

func (f *family) add(p *float64) { *f = append(*f, p) }

// adjust applies Holm's adjustment in place, and gives the level of each test by
// where its p-value is: the interval at that level leaves 0 out just where the
// adjusted p-value is alpha at most.
func (f family) adjust(alpha float64) map[*float64]float64 {
	values := make([]float64, len(f))
	for i := range f {
		values[i] = *f[i]
	}
	levels := make(map[*float64]float64, len(f))
	for i, level := range stats.HolmLevels(values, alpha) {
		levels[f[i]] = level
	}
	for i, adjusted := range stats.Holm(values) {
		*f[i] = adjusted
	}
	return levels
}

// setVerdicts gives the verdicts at the levels of the tests. What is no test is
// shown at alpha.
func (c *Comparison) setVerdicts(p *pairing, levels map[*float64]float64, opts Options) {
	level := func(of *float64) float64 {
		if level, ok := levels[of]; ok {
			return level
		}
		return opts.Alpha
	}
	opts.chosenByOutcome, opts.chosenFromNew = p.chosenByOutcome, p.chosenFromNew
	c.Overall.setVerdict(level(&c.Overall.PAdjusted), opts)
	for i := range c.Suites {
		s := &c.Suites[i]
		if len(c.Suites) == 1 {
			s.PAdjusted = c.Overall.PAdjusted
			s.setVerdict(level(&c.Overall.PAdjusted), opts)
			continue
		}
		s.setVerdict(level(&s.PAdjusted), opts)
	}
	for _, m := range c.Metrics {
		m.setVerdict(level(&m.PAdjusted), opts)
	}
	c.conclude()
}

// conclude gives the verdict of the whole comparison: that over all pairs,
// but for a regression in a suite or a metric.
func (c *Comparison) conclude() {
	c.Verdict = c.Overall.Verdict
	if c.Verdict == Incomparable {
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
