package record

import "slices"

// sharing has the parts that consecutive cases have in common stand in memory
// once: the rows of a data set differ in little but their names, and a reader
// that keeps a million of them keeps what they share a million times.
type sharing struct {
	last   Case
	checks []Check // of a sample that passed
}

// share puts what a case has in common with the one before in its place.
func (s *sharing) share(result *CaseResult) {
	c := &result.Case
	shareText(&c.Suite, s.last.Suite)
	shareText(&c.Path, s.last.Path)
	shareText(&c.Variant, s.last.Variant)
	if slices.Equal(c.Assertions, s.last.Assertions) {
		c.Assertions = s.last.Assertions
	}
	s.last = *c
	for i := range result.Samples {
		sample := &result.Samples[i]
		sample.Suite, sample.Case, sample.Variant = c.Suite, c.Case, c.Variant
		s.shareChecks(sample)
	}
}

func shareText(text *string, last string) {
	if *text == last {
		*text = last
	}
}

// shareChecks shares checks that say no more than that they passed.
func (s *sharing) shareChecks(sample *Sample) {
	plain := func(a, b Check) bool {
		return a.I == b.I && a.Outcome == b.Outcome && a.Why == "" && a.Trace == nil && a.Score == nil
	}
	switch {
	case sample.Outcome != Pass, len(sample.Assertions) == 0:
	case slices.EqualFunc(sample.Assertions, s.checks, plain):
		sample.Assertions = s.checks
	case slices.EqualFunc(sample.Assertions, sample.Assertions, plain):
		s.checks = slices.Clip(sample.Assertions)
	}
}
