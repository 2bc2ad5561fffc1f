package runner

import (
	"slices"

	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/suite"
)

// BatchPlan is what a run does in batches.
type BatchPlan struct {
	// Rounds is how many batches there are one after the other at least, as later
	// turns and judges need the answers before.
	Rounds int
	// Direct are the samples whose requests go to the API by themselves, by why.
	Direct []DirectSamples
}

// DirectSamples are samples whose requests are in no batch.
type DirectSamples struct {
	Why     string
	Samples int
	First   string // the name of the first case
}

// add counts a case that is asked. A nil plan counts nothing.
func (b *BatchPlan) add(c *suite.Case) {
	if b == nil {
		return
	}
	if why := inBatch(c); why != "" {
		b.addDirect(why, c)
	}
	b.Rounds = max(b.Rounds, roundsOf(c))
}

// addTimed counts a case of which it is measured how long its answer took.
func (b *BatchPlan) addTimed(c *suite.Case) {
	if b != nil && c.Skip == "" && inBatch(c) == "" {
		b.addDirect(timedCase, c)
	}
}

func (b *BatchPlan) addDirect(why string, c *suite.Case) {
	i := slices.IndexFunc(b.Direct, func(d DirectSamples) bool { return d.Why == why })
	if i < 0 {
		i = len(b.Direct)
		b.Direct = append(b.Direct, DirectSamples{Why: why, First: c.Name})
	}
	b.Direct[i].Samples += c.Times
}

// inBatch is why no batch takes the requests of a case, "" where one does.
func inBatch(c *suite.Case) string {
	if runsTools(c) {
		return realToolCase
	}
	return messages.RefusedByBatch(&messages.Request{Body: c.Request.Body})
}

// runsTools reports whether a case has tools that are really run.
func runsTools(c *suite.Case) bool { return c.Conversation.Outside != nil }

// roundsOf is how many answers of a case come one after the other: its turns, and
// after each the judges of what is asserted of it.
func roundsOf(c *suite.Case) int {
	judged := map[int]bool{} // by turn; 0 is the whole conversation
	compared := 0
	for _, a := range c.Assertions {
		switch {
		case a.Rubric == nil || a.Rubric.Requests() == 0:
		case a.Rubric.Over != "":
			compared = 1
		default:
			judged[a.Turn] = true
		}
	}
	return 1 + len(c.Conversation.Next) + len(judged) + compared
}
