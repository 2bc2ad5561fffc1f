package summary

import (
	"fmt"
	"time"

	"github.com/evalrun/evalrun/record"
)

// Known is what became of a case that is known to fail.
type Known int

// The states of a known failure.
const (
	NotKnown     Known = iota // it is none, or the case was skipped or has no outcome
	KnownFailing              // it failed, and that does not fail the run yet
	KnownPassing              // it passed
	KnownOver                 // it failed after the last day on which it may
)

// knownOf says what became of a known failure in a run that was started then. The
// days are those of UTC. A case without an outcome is no known failure: nothing
// is known of it.
func knownOf(c *Case, started time.Time) Known {
	switch {
	case c.KnownFailure == nil:
		return NotKnown
	case c.Outcome == record.Pass:
		return KnownPassing
	case c.Outcome != record.Fail:
		return NotKnown
	}
	until, err := time.Parse(time.DateOnly, c.KnownFailure.Until)
	if err != nil || !started.Before(until.AddDate(0, 0, 1)) {
		return KnownOver
	}
	return KnownFailing
}

// KnownText says what became of a known failure; "" where it is none. It holds
// text of a suite, which is not safe to show.
func (c *Case) KnownText() string {
	k := c.KnownFailure
	switch c.Known {
	case KnownFailing:
		return fmt.Sprintf("known failure until %s: %s", k.Until, k.Reason)
	case KnownPassing:
		return fmt.Sprintf("a known failure until %s passes: %s; remove known_failure", k.Until, k.Reason)
	case KnownOver:
		return fmt.Sprintf("a known failure until %s is over its day and fails the run: %s", k.Until, k.Reason)
	}
	return ""
}
