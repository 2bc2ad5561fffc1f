package runner

import (
	"context"
	"crypto/sha256"

	"github.com/evalrun/evalrun/internal/tools"
)

// askInRounds asks all samples, and those again whose answers were not there yet,
// as long as a round gives more of them.
func (t *together) askInRounds(ctx context.Context) {
	next := t.runs[0].opts.Round
	for t.round = 1; ; t.round++ {
		t.aside.Store(0)
		t.ask(ctx)
		if ctx.Err() != nil || next == nil {
			return
		}
		t.endRound()
		left := int(t.aside.Load())
		again, err := next(ctx, left)
		if err != nil && ctx.Err() == nil {
			t.runs[0].fail(err)
		}
		if err != nil || !again || left == 0 {
			return
		}
	}
}

// endRound gives back what comparisons that still wait had reserved.
func (t *together) endRound() {
	for _, r := range t.runs {
		r.opts.Budget.endRound()
	}
}

// rounds knows which samples are recorded, by their numbers in the order of the
// plan. The zero value knows of none.
type rounds struct {
	next     int // number
	recorded []uint64
	// checked are the verdicts of checks on samples that were put aside.
	checked map[int]verdicts
}

// verdicts are those of checks by the hash of what each was asked, so that none is
// asked twice about an answer.
type verdicts map[[sha256.Size]byte]tools.Verdict

// begin begins a round.
func (r *rounds) begin() { r.next = 0 }

// number gives the first number of the samples of the next case.
func (r *rounds) number(samples int) int {
	first := r.next
	r.next += samples
	return first
}

// isDone reports whether a sample was recorded in an earlier round.
func (r *rounds) isDone(number int) bool {
	return number/64 < len(r.recorded) && r.recorded[number/64]&(1<<(number%64)) != 0
}

// mark notes that a sample is recorded, and reports whether it was before.
func (r *rounds) mark(number int) bool {
	if r.isDone(number) {
		return true
	}
	for number/64 >= len(r.recorded) {
		r.recorded = append(r.recorded, 0)
	}
	r.recorded[number/64] |= 1 << (number % 64)
	return false
}

// wasRecorded marks a sample, and reports whether it is in the record already.
func (r *run) wasRecorded(q *question, n int) bool {
	if r.opts.Round == nil || q.Skip != "" {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.rounds.mark(q.first + n - 1)
}

// isRecordedSample reports whether a sample is in the record already.
func (r *run) isRecordedSample(q *question, n int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.rounds.isDone(q.first + n - 1)
}

// checked gives the verdicts of checks on a sample from the round before.
func (r *run) checked(q *question, n int) verdicts {
	if r.opts.Round == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	number := q.first + n - 1
	defer delete(r.rounds.checked, number)
	return r.rounds.checked[number]
}

// keepChecked keeps the verdicts of checks on a sample for the next round.
func (r *run) keepChecked(number int, v verdicts) {
	if len(v) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.rounds.checked == nil {
		r.rounds.checked = map[int]verdicts{}
	}
	r.rounds.checked[number] = v
}

// putAside leaves a sample to a later round, as an answer is not there yet.
func (t *trial) putAside() {
	t.spender.putAside(t.run, t.q.first+t.number-1)
	t.run.keepChecked(t.q.first+t.number-1, t.checked)
	t.memory.Release()
	t.run.aside.Add(1)
}
