package main

import (
	"context"
	"sync"

	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/record"
)

// failures remembers which requests failed while a watch goes on: without a
// change none of them is sent again.
type failures struct {
	mu     sync.Mutex
	failed map[failure]*messages.Exchange
}

// failure is a request that failed, and what it was asked for.
type failure struct {
	record.Identity
	key string
}

func newFailures() *failures { return &failures{failed: map[failure]*messages.Exchange{}} }

// before gives a Sender that asks next, but for what failed.
func (f *failures) before(next messages.Sender) messages.Sender {
	return &remembering{failures: f, next: next}
}

type remembering struct {
	*failures
	next messages.Sender
}

// Send gives the error that the request had before, or what next gives.
func (r *remembering) Send(ctx context.Context, req *messages.Request, of record.Identity) (*messages.Exchange, error) {
	key := failure{of, req.Key()}
	if x := r.of(key); x != nil {
		again := *x
		again.Reused = true
		return &again, nil
	}
	x, err := r.next.Send(ctx, req, of)
	if x != nil && x.Error != nil && len(x.Attempts) > 0 && ctx.Err() == nil {
		r.mu.Lock()
		r.failed[key] = x
		r.mu.Unlock()
	}
	return x, err
}

func (f *failures) of(key failure) *messages.Exchange {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.failed[key]
}

var _ messages.Sender = (*remembering)(nil)
