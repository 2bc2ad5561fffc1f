package runner

import (
	"context"
	"errors"

	"github.com/evalrun/evalrun/assert"
	"github.com/evalrun/evalrun/messages"
	"github.com/evalrun/evalrun/record"
)

// ask sends one sample of a case, records the exchange, judges it and gives
// the outcome. Where ctx ends before an answer is known, nothing is recorded,
// since nothing is known, and the outcome is "".
func (r *run) ask(ctx context.Context, q *question, n int) string {
	if e := r.halts.reason(q); e != nil {
		return r.sample(q, n, record.Sample{Outcome: record.Errored, Error: e})
	}
	req := r.request(q)
	ex, err := r.opts.Sender.Send(ctx, req, messages.Ordinal{Sample: n})
	if errors.Is(err, messages.ErrWithdrawn) {
		e := r.halts.reason(q)
		if e == nil {
			e = &record.Error{Type: NotSent, Message: "not sent: " + err.Error()}
		}
		return r.sample(q, n, record.Sample{Outcome: record.Errored, Error: e})
	}
	if err != nil {
		if ctx.Err() == nil {
			r.fail(err)
		}
		return ""
	}
	cost := r.price(q, ex)
	r.record(q, n, req, ex, cost)
	if ex.Error == nil {
		r.halts.answered(q)
	}
	if !judgeable(q, ex.Error) {
		r.halts.add(q, ex.Error)
		return r.sample(q, n, record.Sample{Outcome: record.Errored, Error: recordError(ex.Error)})
	}
	return r.sample(q, n, r.judge(q, n, req, ex, cost))
}

// judgeable tells whether assertions may be asked of an exchange with the
// error, nil for none. Money that is spent is no answer to any case.
func judgeable(q *question, e *messages.Error) bool {
	return assert.Judgeable(e, q.assertions) && (e == nil || !e.SpendLimit())
}

// request is what is sent for a case.
func (r *run) request(q *question) *messages.Request {
	req := newRequest(q, &r.opts)
	req.Withdrawn = r.halts.withdrawn(q)
	return req
}

// record writes an exchange, unless it stands in the record already.
func (r *run) record(q *question, n int, req *messages.Request, ex *messages.Exchange, cost charge) {
	line := exchangeLine(req, ex)
	if ex.Reused && r.stands(q, n, line.Key) {
		return
	}
	line.CostUSD, line.SpentUSD = cost.usd, cost.spent(ex)
	line.Suite, line.Case, line.Variant = q.Suite.Name, q.Name, q.Variant
	line.Sample, line.Ordinal, line.Turn = n, n, 1
	r.write(line)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.spending.add(ex, cost)
	if paid := cost.spent(ex); paid != nil {
		r.models[q.Request.Model].spent += *paid
	}
	if !ex.Reused {
		r.summary.Requests++
	}
}
