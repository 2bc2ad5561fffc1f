package endpoint

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/messages"
)

// DefaultBaseURL and DefaultVersion are the API that the guide describes.
const (
	DefaultBaseURL = "https://api.anthropic.com"
	DefaultVersion = "2023-06-01"
)

// Options say whom requests go to, over what the environment says. The zero value
// leaves it to that. Errors name the flags of the command that give them.
type Options struct {
	Platform     string
	BaseURL      string
	InsecureHTTP bool
	Headers      []string // NAME=VALUE
}

// Needs is what a sender needs besides the API.
type Needs struct {
	UserAgent string
	Pacer     messages.Pacer
	RetryFor  time.Duration
	OnAttempt func(messages.AttemptEvent) // nil is nobody
	// Abandon ends what is under way; nil leaves that to each request.
	Abandon context.Context
	// Otherwise is what else there is to do where there is no key.
	Otherwise string
}

// NewHTTP makes the sender to the API, or the platform, that the options and the
// environment name. It is nil where a platform is wrong, which CheckPlatform reports.
func (o *Options) NewHTTP(needs Needs) (*messages.HTTP, error) {
	header, wrong := headers(o.Headers)
	at := o.find(needs.Otherwise, &wrong)
	if len(wrong) > 0 || at == nil {
		return nil, wrong.Err()
	}
	if at.Workspace != "" && header.Get(workspaceHeader) == "" {
		header.Set(workspaceHeader, at.Workspace)
	}
	sender, err := messages.NewHTTP(messages.HTTPOptions{
		BaseURL:      at.BaseURL,
		APIKey:       at.APIKey,
		AuthToken:    at.AuthToken,
		Platform:     at.Platform,
		Header:       header,
		InsecureHTTP: o.InsecureHTTP,
		UserAgent:    needs.UserAgent,
		Proxy:        http.ProxyFromEnvironment,
		Secrets:      Credentials(o.Headers),
		Pacer:        needs.Pacer,
		OnAttempt:    needs.OnAttempt,
		Retry:        messages.RetryOptions{For: needs.RetryFor},
		Abandon:      needs.Abandon,
	})
	if err != nil {
		return nil, o.Named(err)
	}
	return sender, nil
}

// Named adds to what is wrong with an endpoint which variable or flag it was given.
func (o *Options) Named(err error) error {
	origin, key, token := "ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"
	if o.Platform != "" {
		origin = "--platform " + o.Platform
		key, token = origin+": the API key", origin+": the token"
	}
	if o.BaseURL != "" {
		origin = "--base-url"
	}
	names := strings.NewReplacer("the API key holds", key+" holds", "the auth token holds", token+" holds", "base URL ", origin+": base URL ")
	hint := ""
	if errors.Is(err, messages.ErrUnencrypted) {
		hint = "`--insecure-http` sends it all the same, where everybody on the way is trusted"
	}
	var all diagnostic.List
	for line := range strings.Lines(err.Error()) {
		all.Add(diagnostic.Diagnostic{Message: names.Replace(strings.TrimSpace(line)), Hint: hint})
	}
	return all.Err()
}
