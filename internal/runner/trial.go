package runner

import (
	"context"
	"errors"
	"sync"

	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/record"
)

// trial is one sample of a case while it is decided: what is known of it, and
// what it cost so far.
type trial struct {
	run     *run
	q       *question
	number  int // of the sample
	turn    int // the number of the last exchange, from 1
	sample  record.Sample
	spender *spender
	memory  *messages.Reservation
	mu      sync.Mutex // of what follows, while judges and checks are asked
	cost    sampleCost
	checked verdicts
}

func newTrial(r *run, q *question, n int) *trial {
	t := &trial{run: r, q: q, number: n, spender: r.allowanceOf(q, n).spender(), memory: r.answerMemory.Begin(), checked: r.checked(q, n)}
	t.sample.Outcome = record.Pass
	t.sample.Assertions = make([]record.Check, len(q.assertions))
	for i := range q.assertions {
		t.sample.Assertions[i] = record.Check{I: i, Outcome: record.Skip}
	}
	return t
}

// identity is that of the answer to one of the trial's requests.
func (t *trial) identity(turn int) record.Identity {
	return record.Identity{ID: t.q.id(), Sample: t.number, Turn: turn, Role: record.RoleAnswer}
}

// send sends a request of the trial. What is measured of the exchange is what
// the record holds of it, so that a replay is judged by the same numbers.
func (t *trial) send(ctx context.Context, req *messages.Request, of record.Identity) (*messages.Exchange, error) {
	ctx, end := t.spender.send(t.memory.In(ctx))
	defer end()
	defer t.memory.Pause()()
	ctx = messages.WithLostReport(ctx, func(a messages.Attempt) { t.run.recordLost(of, req, a) })
	ex, err := t.run.opts.Sender.Send(ctx, req, of)
	if err != nil {
		return nil, err
	}
	ex.Latency = ex.Latency.Truncate(recordedTime)
	if ex.TTFT != nil {
		ttft := ex.TTFT.Truncate(recordedTime)
		ex.TTFT = &ttft
	}
	for i := range ex.Attempts {
		ex.Attempts[i].Duration = ex.Attempts[i].Duration.Truncate(recordedTime)
	}
	return ex, nil
}

// hasTurns reports whether the sample may have more than one turn.
func (t *trial) hasTurns() bool { return t.q.Conversation.MayGoOn() || t.turn > 1 }

// decide says what the sample has come to, as far as its assertions have an
// outcome.
func (t *trial) decide(cutShort bool) {
	t.sample.CostUSD = t.cost.sum()
	t.q.score(&t.sample, cutShort)
	if !cutShort && t.nothingAsked() {
		t.sample.Warnings = append(t.sample.Warnings, nothingAsserted)
	}
}

// nothingAsserted is the warning of a sample that passes by no assertion.
const nothingAsserted = "it passes with nothing asserted of the answer: the `when` of every assertion that could fail it is false"

// nothingAsked reports whether conditions left out every assertion that could
// fail the sample, so that it passes by none.
func (t *trial) nothingAsked() bool {
	left := 0
	for i, a := range t.q.Assertions {
		switch {
		case a.Warn:
		case t.sample.Assertions[i].Outcome != record.Skip || t.q.conditions[i] == nil:
			return false
		default:
			left++
		}
	}
	return left > 0
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
	if t.hasTurns() {
		e.Turn = t.turn + 1
	}
	return t.errored(e)
}

// errored is the sample where no answer came, to the last request unless the
// error says to which.
func (t *trial) errored(e *record.Error) *record.Sample {
	if e.Turn == 0 && t.hasTurns() {
		e.Turn = t.turn
	}
	return &record.Sample{Outcome: record.Errored, Error: e, CostUSD: t.cost.sum(), Warnings: t.sample.Warnings}
}
