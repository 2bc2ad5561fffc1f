package messages

import "context"

type lostKey struct{}

// WithLost has report told of each attempt, of requests that are sent with the
// context, whose answer was lost though it may be billed (Attempt.Lost), as soon
// as it is, and of one that the end of the context cut off.
func WithLost(ctx context.Context, report func(Attempt)) context.Context {
	return context.WithValue(ctx, lostKey{}, report)
}

// reportLost tells of an attempt if its answer was lost.
func reportLost(ctx context.Context, a Attempt) {
	if report, ok := ctx.Value(lostKey{}).(func(Attempt)); ok && a.Lost() {
		report(a)
	}
}
