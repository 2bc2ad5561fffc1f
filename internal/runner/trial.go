package runner

import (
	"errors"
	"sync"

	"github.com/evalrun/evalrun/record"
)

// trial is one sample of a case while it is decided: what is known of it, and
// what it cost so far.
type trial struct {
	run    *run
	q      *question
	number int // of the sample
	turn   int // the number of the last exchange, from 1
	sample record.Sample
	mu     sync.Mutex // of costs, while judges are asked
	costs  costs
}

func newTrial(r *run, q *question, n int) *trial {
	t := &trial{run: r, q: q, number: n}
	t.sample.Outcome = record.Pass
	t.sample.Assertions = make([]record.Check, len(q.assertions))
	for i := range q.assertions {
		t.sample.Assertions[i] = record.Check{I: i, Outcome: record.Skip}
	}
	return t
}

// goesOn tells whether there are turns to tell apart.
func (t *trial) goesOn() bool { return t.q.Conversation.MayGoOn() || t.turn > 1 }

// decide says what the sample has come to, as far as its assertions have an
// outcome.
func (t *trial) decide(cutShort bool) {
	t.sample.CostUSD = t.costs.sum()
	t.q.score(&t.sample, cutShort)
}

// unjudged is the sample where a judge gave no verdict. The error says that
// the conversation was broken off instead.
func (t *trial) unjudged(err error) (*record.Sample, error) {
	var none noVerdict
	if !errors.As(err, &none) {
		return nil, err
	}
	return t.errored(none.why), nil
}

// unsent is the sample where a request was withdrawn before it was sent.
func (t *trial) unsent(err error) *record.Sample {
	e := t.run.unsent(t.q, err)
	if t.goesOn() {
		e.Turn = t.turn + 1
	}
	return t.errored(e)
}

// errored is the sample where no answer came, to the last request unless the
// error says to which.
func (t *trial) errored(e *record.Error) *record.Sample {
	if e.Turn == 0 && t.goesOn() {
		e.Turn = t.turn
	}
	return &record.Sample{Outcome: record.Errored, Error: e, CostUSD: t.costs.sum(), Warnings: t.sample.Warnings}
}
