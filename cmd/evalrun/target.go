package main

import (
	"fmt"
	"log/slog"
	"net/http"

	"github.com/evalrun/evalrun/diagnostic"
	"github.com/evalrun/evalrun/messages"
	"github.com/evalrun/evalrun/messages/pace"
	"github.com/evalrun/evalrun/messages/replay"
	"github.com/evalrun/evalrun/record"
)

// defaultBaseURL and defaultVersion are the API that the guide describes.
const (
	defaultBaseURL = "https://api.anthropic.com"
	defaultVersion = "2023-06-01"
)

// target is where answers come from, and what the record says of that.
type target struct {
	sender  messages.Sender
	pool    *pace.Pool // nil where nothing is sent
	version string
	header  record.Run
	close   func() error
}

// newTarget makes the sender that the flags and the environment name.
func newTarget(s streams, f *runFlags) (*target, error) {
	t := &target{version: f.target.apiVersion, close: func() error { return nil }}
	if t.version == "" {
		t.version = defaultVersion
	}
	t.header = record.Run{Tool: "evalrun " + version, APIVersion: t.version, Source: "api", FailOn: f.verdict.failOn, MaxErrors: f.verdict.maxErrors}
	if f.records.replay != "" {
		return t, t.replay(f.records.replay)
	}
	log, err := logger(s.err, f.logLevel)
	if err != nil {
		return t, nil // which is told where the suites are loaded
	}
	return t, t.http(f.target, &f.pace, log)
}

// share has requests that are the same answered once: by the record, where
// there is one that answers, or by one of them that is under way.
func (t *target) share(answers *record.File) {
	if answers != nil {
		t.sender = replay.NewReuse(answers, t.sender)
	}
	t.sender = messages.NewShared(t.sender)
}

// replay answers from a record.
func (t *target) replay(path string) error {
	file, err := record.Open(path)
	if err != nil {
		return diagnostic.List{{Message: fmt.Sprintf("cannot replay %s: %v", path, err)}}
	}
	t.sender, t.close = replay.New(file), file.Close
	t.header.BaseURL, t.header.Source = file.Run.BaseURL, file.Run.Source
	return nil
}

// http sends to the API.
func (t *target) http(f targetFlags, paced *paceFlags, log *slog.Logger) error {
	key, token := environment("ANTHROPIC_API_KEY", ""), environment("ANTHROPIC_AUTH_TOKEN", "")
	if key == "" && token == "" {
		return diagnostic.List{{
			Message: "no API key: neither ANTHROPIC_API_KEY nor ANTHROPIC_AUTH_TOKEN is set",
			Hint:    "set one of them (any value for a server that takes none), or answer from a record with --replay FILE",
		}}
	}
	base := f.baseURL
	if base == "" {
		base = environment("ANTHROPIC_BASE_URL", defaultBaseURL)
	}
	t.pool = paced.pool()
	sender, err := messages.NewHTTP(messages.HTTPOptions{
		BaseURL:   base,
		APIKey:    key,
		AuthToken: token,
		UserAgent: "evalrun/" + version,
		Proxy:     http.ProxyFromEnvironment,
		Pacer:     t.pool,
		OnAttempt: attemptLog(log),
		Retry:     messages.RetryOptions{For: paced.retryFor},
	})
	if err != nil {
		return diagnostic.List{{Message: err.Error()}}
	}
	t.sender, t.header.BaseURL = sender, sender.BaseURL()
	return nil
}
