package compare

import (
	"math"

	"github.com/evalrun/evalrun/internal/results/stats"
)

// decide gives the verdict over a difference, where up is better: by the test
// where it found something, else by whether the interval rules a drop beyond
// the margin out.
func decide(difference, pAdjusted, low float64, opts Options) Verdict {
	switch {
	case pAdjusted < opts.Alpha && difference < 0:
		return Regressed
	case pAdjusted < opts.Alpha && difference > 0:
		return Improved
	case low >= -opts.Margin:
		return NotWorse
	}
	return Inconclusive
}

// setVerdict sets the verdict of an estimate, and what it lacks.
func (e *Estimate) setVerdict(pairs []pair, opts Options) {
	e.Verdict, e.Needs = Incomparable, nil
	if e.Pairs == 0 {
		return
	}
	e.Verdict = decide(e.Difference, e.PAdjusted, e.Interval[0], opts)
	if e.Verdict == Inconclusive {
		e.Needs = newNeeds(pairs, opts)
	}
}

// setVerdict sets the verdict of a metric that has a better side.
func (m *Metric) setVerdict(opts Options) {
	scale := abs(m.Base.Value)
	difference, low := m.Difference, m.Interval[0]
	switch m.Better {
	case "higher":
	case "lower":
		difference, low = -difference, -m.Interval[1]
	default:
		return
	}
	if m.hidden > opts.Margin {
		low = math.Inf(-1)
	}
	within := opts
	within.Margin *= scale
	m.Verdict = decide(difference, m.PAdjusted, low, within)
	m.Verdict = m.undone(opts)
}

// settle adjusts the p-values of comparisons that are made together and gives
// the verdicts. What is tested over all pairs is one family; the suites and
// metrics beside it are another. Half of alpha is the most that either calls a
// regression where nothing changed, so that alpha is for both together. A
// suite that is all there is, is no test of its own.
func settle(comparisons []*Comparison, pairings []*pairing, opts Options) {
	var overall, parts family
	for _, c := range comparisons {
		if c.Overall.Pairs > 0 {
			overall.add(&c.Overall.PAdjusted)
		}
		if len(c.Suites) > 1 {
			for i := range c.Suites {
				if c.Suites[i].Pairs > 0 {
					parts.add(&c.Suites[i].PAdjusted)
				}
			}
		}
		for _, m := range c.Metrics {
			if m.Better != "" {
				parts.add(&m.PAdjusted)
			}
		}
	}
	overall.adjust()
	parts.adjust()
	for i, c := range comparisons {
		c.setVerdicts(pairings[i], opts)
	}
}

// family are the p-values of tests that are made together.
type family []*float64

func (f *family) add(p *float64) { *f = append(*f, p) }

// adjust applies Holm's adjustment in place.
func (f family) adjust() {
	values := make([]float64, len(f))
	for i := range f {
		values[i] = *f[i]
	}
	for i, adjusted := range stats.Holm(values) {
		*f[i] = adjusted
	}
}

// setVerdicts gives the verdicts, once the p-values are adjusted.
func (c *Comparison) setVerdicts(p *pairing, opts Options) {
	c.Overall.setVerdict(p.pairs, opts)
	inSuite := pairsBySuite(p.pairs)
	for i := range c.Suites {
		if len(c.Suites) == 1 {
			c.Suites[i].PAdjusted = c.Overall.PAdjusted
		}
		c.Suites[i].setVerdict(inSuite[c.Suites[i].Name], opts)
	}
	for _, m := range c.Metrics {
		m.setVerdict(opts)
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
