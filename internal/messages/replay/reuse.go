package replay

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/record"
)

// Reuse answers from a record where it has the answer, and asks another
// Sender where it has not. A recorded error is no answer: its request is sent
// again, and so is one whose answer was damaged. It may be used from many
// goroutines at once.
type Reuse struct {
	recorded  *Sender
	next      messages.Sender
	notBefore time.Time
	old       atomic.Int64
}

// NewReuse gives a Sender that answers from a record, which must stay open as
// long, or else from next.
func NewReuse(answers *record.Answers, next messages.Sender) *Reuse {
	return &Reuse{recorded: New(answers), next: next}
}

// NotBefore has answers that were made earlier, or whose age is not known, be asked
// for again. It is called before the first Send.
func (r *Reuse) NotBefore(t time.Time) { r.notBefore = t }

// Old counts the answers that were too old.
func (r *Reuse) Old() int { return int(r.old.Load()) }

// Send gives the recorded answer, or what next gives. The Go error is also for
// a record that cannot be read.
func (r *Reuse) Send(ctx context.Context, req *messages.Request, of record.Identity) (*messages.Exchange, error) {
	x, err := r.answer(ctx, req, of)
	if x != nil || err != nil {
		return x, err
	}
	return r.next.Send(ctx, req, of)
}

// answer gives the recorded answer, nil where there is none.
func (r *Reuse) answer(ctx context.Context, req *messages.Request, of record.Identity) (*messages.Exchange, error) {
	done, err := r.recorded.reserve(ctx, req, of)
	defer done()
	if err != nil {
		return nil, err
	}
	found, err := r.recorded.answers.Find(of, req.Key())
	var damaged *record.LineError
	switch {
	case errors.As(err, &damaged): // it is asked for again
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("the record cannot be read for its answers: %w", err)
	case found == nil || found.Error != nil || found.IsRedacted():
		return nil, nil
	case r.recorded.answers.File().AnsweredAt(found).Before(r.notBefore):
		r.old.Add(1)
		return nil, nil
	}
	x, err := r.recorded.exchange(found)
	if err != nil { // damaged too
		return nil, nil
	}
	return x, nil
}

var _ messages.Sender = (*Reuse)(nil)
