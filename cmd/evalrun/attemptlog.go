package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/evalrun/evalrun/internal/messages"
)

// attemptLog logs every attempt at --log-level debug, and the first one that
// found no connection at the default level: it may be tried again for long. An
// event holds no credential, and the log no text of a request or an answer.
func attemptLog(log *slog.Logger, retryFor time.Duration) func(messages.AttemptEvent) {
	var unconnected sync.Once
	return func(e messages.AttemptEvent) {
		if e.Unsent && e.Again {
			unconnected.Do(func() {
				log.Warn("no connection, trying again", "error", e.Err.Message, "retry_for", retryFor)
			})
		}
		if log.Enabled(context.Background(), slog.LevelDebug) {
			logAttempt(log, e)
		}
	}
}

func logAttempt(log *slog.Logger, e messages.AttemptEvent) {
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
