package runner

import (
	"cmp"
	"iter"

	"github.com/evalrun/evalrun/internal/messages"
)

// newRequest is what is sent for a case under the options.
func newRequest(q *question, opts *Options) *messages.Request {
	req := &messages.Request{
		Body:    q.Request.Body,
		Version: cmp.Or(q.Request.Version, opts.Version),
		Betas:   q.Request.Betas,
		Model:   q.Request.Model,
		Timeout: cmp.Or(max(opts.Timeout, 0), q.Request.Timeout),
	}
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
