package runner

import (
	"context"

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
	if err != nil {
		if ctx.Err() == nil {
			r.fail(err)
		}
		return ""
	}
	cost := r.price(q, ex)
	r.record(q, n, req, ex, cost)
	if !assert.Judgeable(ex.Error, q.assertions) {
		r.halts.add(q.Request.Model, ex.Error)
		return r.sample(q, n, record.Sample{Outcome: record.Errored, Error: recordError(ex.Error)})
	}
	return r.sample(q, n, r.judge(q, n, req, ex, cost))
}

// request is what is sent for a case.
func (r *run) request(q *question) *messages.Request {
	req := &messages.Request{
		Body:    q.Request.Body,
		Version: q.Request.Version,
		Betas:   q.Request.Betas,
		Timeout: q.Request.Timeout,
	}
	if req.Version == "" {
		req.Version = r.opts.Version
	}
	if r.opts.Timeout > 0 {
		req.Timeout = r.opts.Timeout
	}
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
	if !ex.Reused {
		r.summary.Requests++
	}
}
