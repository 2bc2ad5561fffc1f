package suite

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// KnownFailure is why a case is known to fail, and the last day on which that
// does not fail a run.
type KnownFailure struct {
	Reason string
	Until  time.Time // its beginning in UTC
}

// knownFailure reads why the case is known to fail; nil where it is not.
func (d *definition) knownFailure(diags *diagnostic.List) *KnownFailure {
	m, ok := d.own.other["known_failure"]
	if !ok || m.Value.Kind == Null {
		return nil
	}
	const write = "write `known_failure: {reason: …, until: 2027-01-31}`"
	out := &KnownFailure{}
	for _, member := range m.Value.Members {
		switch v := member.Value; member.Key {
		case "reason":
			if v.Kind != String || strings.TrimSpace(v.Text) == "" {
				diags.Add(v.Diagnostic("reason is "+v.Describe()+", expected why the case fails", write))
			}
			out.Reason = v.Text
		case "until":
			until, err := time.Parse(time.DateOnly, strings.TrimSpace(v.Text))
			if v.Kind != String || err != nil || until.Year() < 2000 {
				diags.Add(v.Diagnostic(fmt.Sprintf("until is %s, expected a day such as 2027-01-31", v.Describe()), ""))
			}
			out.Until = until
		default:
			diags.Add(member.Diagnostic("unknown key "+diagnostic.Quote(member.Key)+" in known_failure, expected reason and until", ""))
		}
	}
	for _, key := range []string{"reason", "until"} {
		if m.Value.Get(key) == nil {
			diags.Add(m.Value.Diagnostic("known_failure has no "+key, write))
		}
	}
	return out
}

// questionOf is a case as it was written without what says nothing of what it
// asks: a case that is known to fail asks what it asked before.
func questionOf(node *Value) *Value {
	question := *node
	question.Members = slices.DeleteFunc(slices.Clone(node.Members), func(m Member) bool { return m.Key == "known_failure" })
	return &question
}
