package messages

import "context"

type lostKey struct{}

// WithLostReport has report called for each attempt, of requests that are sent
// with the context, whose answer was lost though it may be billed
// (Attempt.Lost): at once, and for an attempt that the end of the context cut
// off too.
func WithLostReport(ctx context.Context, report func(Attempt)) context.Context {
	return context.WithValue(ctx, lostKey{}, report)
}

// reportLost reports an attempt if its answer was lost.
func reportLost(ctx context.Context, a Attempt) {
	if report, ok := ctx.Value(lostKey{}).(func(Attempt)); ok && a.Lost() {
		report(a)
	}
}
