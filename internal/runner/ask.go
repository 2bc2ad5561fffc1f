package runner

import (
	"context"
	"errors"
	"time"

	"github.com/evalrun/evalrun/assert"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/record"
)

// ask takes one sample of a case, records its exchanges, decides it and gives
// the outcome. Where ctx ends before that is known, nothing is recorded of the
// sample, and the outcome is "".
func (r *run) ask(ctx context.Context, q *question, n int) string {
	c := newConversation(r, q, n)
	if e := r.breakers.reason(q); e != nil {
		return r.settle(ctx, c, c.errored(e))
	}
	s, err := c.converse(ctx)
	c.real.close()
	if errors.Is(err, messages.ErrPending) {
		c.putAside()
		return ""
	}
	if err != nil {
		if ctx.Err() == nil {
			r.fail(err)
		}
		return ""
	}
	return r.settle(ctx, c, s)
}

// unsent is why the sample of a case has no answer that was withdrawn before
// it was sent.
func (r *run) unsent(q *question, err error) *record.Error {
	if e := r.breakers.reason(q); e != nil {
		return e
	}
	return &record.Error{Type: notSent, Message: "not sent: " + err.Error()}
}

// assertable reports whether assertions may be asked of an exchange with the
// error, nil for none. An error of the account is no answer to any case.
func assertable(q *question, e *messages.Error) bool {
	return assert.Assertable(e, q.assertions) && (e == nil || !e.OfAccount())
}

// request is what is sent for a case.
func (r *run) request(q *question) *messages.Request {
	req := newRequest(q, &r.opts)
	req.Withdrawn = r.breakers.caseStopped(q)
	return req
}

// record writes an exchange, unless it is in the record already.
func (r *run) record(q *question, of record.Identity, req *messages.Request, ex *messages.Exchange, cost charge) {
	if ex.Recorded {
		return
	}
	line := messages.RecordLine(of, req, ex)
	if req.Version != r.opts.Version {
		line.APIVersion = req.Version
	}
	if ex.Reused && r.isRecorded(&line) {
		return
	}
	line.CostUSD, line.SpentUSD = cost.usd, cost.spent(ex)
	if line.Answered = ex.Answered; !ex.Reused {
		line.Answered = r.now().UTC().Truncate(time.Second)
	}
	r.write(line)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.spending.add(ex, cost)
	if paid := cost.spent(ex); paid != nil {
		r.spent(q, *paid)
	}
	if !ex.Reused {
		r.summary.Requests++
	}
}
