package messages

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/record"
)

// Request is one request to POST /v1/messages, as it will be sent. Once it was
// given to a Sender, or its Key asked for, it must not be changed.
type Request struct {
	// Body is the JSON body. It is sent byte for byte and never re-encoded:
	// key order and the spelling of numbers are the caller's.
	Body payload.JSON
	// Version is the anthropic-version header.
	Version string
	// Betas are the values of the anthropic-beta header, in order.
	Betas []string
	// Model is the body's model, which rate limits count by.
	Model string
	// Withdrawn is closed when the request need not be sent any more: if it was
	// not sent yet, Send gives ErrWithdrawn then. nil is never closed.
	Withdrawn <-chan struct{}
	// Again, if set, is called before each attempt but the first, with the one
	// that failed; it may wait. Its error ends the attempts: Send gives
	// the Exchange of those that were made.
	Again func(ctx context.Context, failed Attempt) error
	// Timeout bounds one attempt. 0 leaves it to the Sender.
	Timeout time.Duration
	// Direct is why the request must not be part of a batch, "" where it may.
	Direct string

	key atomic.Pointer[string] // once it was asked for
}

// WithBody is the request with another body.
func (r *Request) WithBody(body payload.JSON) *Request {
	return &Request{
		Body: body, Version: r.Version, Betas: r.Betas, Model: r.Model,
		Withdrawn: r.Withdrawn, Again: r.Again, Timeout: r.Timeout, Direct: r.Direct,
	}
}

// Sender gets the answer to a request: over HTTP, from a record, or in any
// other way that keeps these rules.
//
//   - A request that failed is an Exchange with an Error, never a Go error.
//   - The Go error is non-nil only where there was no exchange at all: ctx
//     ended before an answer or an error of the API was known, the request was
//     withdrawn before it was sent (ErrWithdrawn), the answer comes later
//     (ErrPending), or the Sender itself is broken (its record cannot be read). The Exchange is then nil.
//   - It may be called from many goroutines at once.
//
// The identity is what the answer belongs to: requests that are equal and
// have another identity are asked anew.
type Sender interface {
	Send(ctx context.Context, req *Request, of record.Identity) (*Exchange, error)
}
