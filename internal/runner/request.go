package runner

import (
	"cmp"
	"iter"

	"github.com/evalrun/evalrun/internal/messages"
)

// timedCase is why the requests of a case that measures time are in no batch.
const timedCase = "how long its answer takes is asserted or measured, which a batch does not say"

// realToolCase is why nothing of a case is in a batch whose tools are really run.
const realToolCase = "its tools are really run, which each round would do again"

// direct is why the requests of a case are in no batch, "" where they may be.
func (q *question) direct() string {
	switch {
	case runsTools(q.Case):
		return realToolCase
	case q.timed:
		return timedCase
	}
	return ""
}

// newRequest is what is sent for a case under the options.
func newRequest(q *question, opts *Options) *messages.Request {
	req := &messages.Request{
		Body:    q.Request.Body,
		Version: cmp.Or(q.Request.Version, opts.Version),
		Betas:   q.Request.Betas,
		Model:   q.Request.Model,
		Timeout: cmp.Or(max(opts.Timeout, 0), q.Request.Timeout),
	}
	req.Direct = q.direct()
	if opts.Stream {
		req.Body = messages.WithStream(req.Body)
	}
	return req
}

// Preview gives the request of every case that would be asked under the
// options, in the order of the suites. Nothing is sent.
func (p *Plan) Preview(opts Options) iter.Seq2[*messages.Request, error] {
	return func(yield func(*messages.Request, error) bool) {
		for q, err := range p.questions() {
			if err != nil {
				yield(nil, err)
				return
			}
			if q.Skip == "" && !yield(newRequest(q, &opts), nil) {
				return
			}
		}
	}
}
