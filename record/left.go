package record

import (
	"slices"
	"sort"
)

// A run that was resumed leaves behind what its suites no longer have: cases,
// samples, later turns of a conversation, votes of judges. The lines stay, and
// their answers can be used again, but they are no part of the run.

// isGone reports whether the run that ended the record left the line of a case
// or of a sample behind.
func (f *File) isGone(offset int64) bool {
	return offset < f.begun && f.Summary != nil && f.Summary.Complete
}

// leavesBehind reports whether there may be exchanges that are no part of the
// run. It does not write those anew that the record has, so that their
// order shows nothing.
func (f *File) leavesBehind() bool { return f.isGone(0) }

// kept gives those of a case's exchanges that belong to its samples.
func (f *File) kept(c *CaseResult, exchanges []exchangeEntry) []exchangeEntry {
	if !f.leavesBehind() {
		return exchanges
	}
	return slices.DeleteFunc(exchanges, func(e exchangeEntry) bool { return !c.has(&e) })
}

// has reports whether an exchange belongs to a sample of the case.
func (c *CaseResult) has(e *exchangeEntry) bool {
	i := sort.Search(len(c.Samples), func(i int) bool { return c.Samples[i].Sample >= int(e.sample) })
	switch {
	case i == len(c.Samples) || c.Samples[i].Sample != int(e.sample):
		return false
	case !e.judge:
		return c.Samples[i].Turns == 0 || int(e.part) <= c.Samples[i].Turns
	case int(e.part) >= len(c.Case.Assertions) || c.Case.Assertions[e.part].Rubric == "":
		return false
	}
	// Rubrics that say the same share the votes of the first one.
	most := 0
	for _, a := range c.Case.Assertions[e.part:] {
		most = max(most, a.asked())
	}
	return int(e.vote) <= most
}

// asked is how often a judge is asked about an answer: twice for each vote
// where answers are compared.
func (a *Assertion) asked() int {
	if a.Over != "" {
		return 2 * a.Votes
	}
	return a.Votes
}

// Has reports whether the last exchange of the same identity has the same
// request and an answer, whether or not it is a part of the run.
func (f *File) Has(e *Exchange) bool {
	owner, ok, err := f.find(e.ID)
	if err != nil || e.Sample < 0 || e.Sample > maxSample {
		return false
	}
	entries := f.index.straysOf(e.ID, uint32(e.Sample))
	if ok {
		entries = f.index.exchangesOf(owner, uint32(e.Sample))
	}
	for _, entry := range entries {
		found, err := f.exchange(&entry)
		if err == nil && found.Identity == e.Identity {
			return found.Key == e.Key && found.Error == nil
		}
	}
	return false
}
