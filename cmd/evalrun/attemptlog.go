package main

import (
	"context"
	"log/slog"

	"github.com/evalrun/evalrun/internal/messages"
)

// attemptLog logs every attempt at --log-level debug. An event holds no
// credential, and the log no text of a request or an answer.
func attemptLog(log *slog.Logger) func(messages.AttemptEvent) {
	if !log.Enabled(context.Background(), slog.LevelDebug) {
		return nil
	}
	return func(e messages.AttemptEvent) {
		attrs := []slog.Attr{
			slog.String("model", e.Model), slog.Int("attempt", e.Number),
			slog.Int("status", e.Status), slog.Duration("took", e.Duration),
		}
		if e.Err != nil {
			attrs = append(attrs, slog.String("error", e.Err.Type), slog.String("message", e.Err.Message))
		}
		if e.RetryAfter > 0 {
			attrs = append(attrs, slog.Duration("retry_after", e.RetryAfter))
		}
		if e.Again {
			attrs = append(attrs, slog.Duration("again_in", e.Wait))
		}
		if limit := e.Limits.Requests; limit != nil {
			attrs = append(attrs, slog.Int64("requests_remaining", limit.Remaining))
		}
		log.LogAttrs(context.Background(), slog.LevelDebug, "attempt", attrs...)
	}
}
