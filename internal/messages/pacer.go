package messages

import (
	"context"
	"errors"
)

// ErrWithdrawn is the error of a Send whose request was withdrawn before it
// was sent.
var ErrWithdrawn = errors.New("the request was withdrawn before it was sent")

// ErrPending is the error of a Send whose answer will come later, in a batch: the
// same Send gives it then.
var ErrPending = errors.New("the answer is not there yet")

// Pacer decides when an attempt is sent, and learns from how it ended. It is
// called from many goroutines at once.
type Pacer interface {
	// Begin waits until an attempt of the request may be sent; again says
	// that it is not the request's first. end is to be called once, when the
	// attempt has ended. The error is ctx's where ctx ended before, or
	// ErrWithdrawn where the request was withdrawn; end is nil then.
	Begin(ctx context.Context, req *Request, again bool) (end func(AttemptEvent), err error)
}

// begin asks the pacer, if there is one.
func (s *HTTP) begin(ctx context.Context, req *Request, again bool) (func(AttemptEvent), error) {
	if s.pacer == nil {
		return func(AttemptEvent) {}, ctx.Err()
	}
	return s.pacer.Begin(ctx, req, again)
}
