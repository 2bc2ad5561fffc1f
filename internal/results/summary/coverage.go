package summary

import (
	"cmp"
	"slices"

	"github.com/evalrun/evalrun/record"
)

// Coverage is how many samples have a value of a metric, of those that were
// asked in the cases that have the metric.
type Coverage struct {
	// Samples have a value or lack one, and Missing is how many lack it: an
	// answer that did not come lacks all.
	Samples, Missing int
	// Without are some of those that lack it, the first in the record, and
	// Reason is what went wrong with one of them.
	Without []SampleName
	Reason  string
}

// Share is the share of the samples that have a value; 0 where there is none.
func (c *Coverage) Share() float64 {
	if c.Samples == 0 {
		return 0
	}
	return float64(c.Samples-c.Missing) / float64(c.Samples)
}

// SampleName names a sample.
type SampleName struct {
	Case    string `json:"case"`
	Variant string `json:"variant"`
	Sample  int    `json:"sample"`
}

// maxWithout is how many samples without a value are named.
const maxWithout = 3

// coverage is a Coverage while it is counted.
type coverage struct {
	samples, missing int
	without          []lacking
}

// lacking is a sample without a value, and where the record has its case.
type lacking struct {
	SampleName
	reason string
	index  int
}

// addMissing counts the metrics that a sample of the case lacks.
func (p *part) addMissing(c *Case, s *record.Sample) {
	for name := range c.Metrics {
		if reason, missing := c.Unmeasured(s, name); missing {
			p.sum(name).coverage.miss(c, s, reason)
		}
	}
}

// miss counts a sample without a value.
func (c *coverage) miss(of *Case, s *record.Sample, reason string) {
	c.samples++
	c.missing++
	one := lacking{SampleName{of.Case.Case, of.Variant, s.Sample}, reason, of.index}
	if of.Times < 2 && len(of.Samples) < 2 {
		one.Sample = 0
	}
	c.keep(one)
}

// keep keeps the first samples, and one more whose reason is known where it is
// not of those.
func (c *coverage) keep(one lacking) {
	c.without = append(c.without, one)
	slices.SortStableFunc(c.without, func(a, b lacking) int { return cmp.Compare(a.index, b.index) })
	if len(c.without) <= maxWithout {
		return
	}
	known := slices.IndexFunc(c.without, func(l lacking) bool { return l.reason != "" })
	kept := c.without[:maxWithout]
	if known >= maxWithout {
		kept = append(kept, c.without[known])
	}
	c.without = kept
}

// join adds the samples of another variant.
func (c *coverage) join(other *coverage) {
	c.samples += other.samples
	c.missing += other.missing
	for _, one := range other.without {
		c.keep(one)
	}
}

// result is what was counted.
func (c *coverage) result() Coverage {
	out := Coverage{Samples: c.samples, Missing: c.missing}
	for i, one := range c.without {
		if i < maxWithout {
			out.Without = append(out.Without, one.SampleName)
		}
		out.Reason = cmp.Or(out.Reason, one.reason)
	}
	if c.missing > 0 {
		out.Reason = cmp.Or(out.Reason, "no answer came")
	}
	return out
}
