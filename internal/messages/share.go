package messages

import (
	"context"
	"fmt"

	"golang.org/x/sync/singleflight"
)

// Shared is a Sender that asks another one, and asks it once for requests of
// one Key and Ordinal that are under way at the same time: all but the first
// get the first one's Exchange, marked as Reused. It may be used by many
// goroutines at once.
type Shared struct {
	next    Sender
	flights singleflight.Group
}

// NewShared makes a Sender that shares the answers of next.
func NewShared(next Sender) *Shared { return &Shared{next: next} }

// Send gets the answer from next, or from the same request that is under way.
// Where that one ended without an exchange, as its context did, the request is
// sent after all.
func (s *Shared) Send(ctx context.Context, req *Request, ord Ordinal) (*Exchange, error) {
	flight := fmt.Sprintf("%s %d %d", req.Key(), ord.Sample, ord.Vote)
	for {
		first := false
		result, err, _ := s.flights.Do(flight, func() (any, error) {
			first = true
			return s.next.Send(ctx, req, ord)
		})
		switch {
		case err == nil && !first:
			reused := *result.(*Exchange)
			reused.Reused = true
			return &reused, nil
		case err == nil:
			return result.(*Exchange), nil
		case first || ctx.Err() != nil:
			return nil, err
		}
	}
}

var _ Sender = (*Shared)(nil)
