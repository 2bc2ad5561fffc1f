package messages

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/messages/payload"
)

// Platform is what sets a server apart that offers the Messages API in a form of
// its own, as clouds do. Its functions may be called from many goroutines at
// once.
type Platform struct {
	// Route gives where a request goes that would go to base and path, such as
	// /v1/messages, and what is sent; nil changes neither.
	Route func(base, path string, req *Request) (*url.URL, payload.JSON, error)
	// Authorize adds to a request, which is complete but for that, what shows who
	// sends it; nil adds nothing. What the headers authorization and
	// x-amz-security-token hold afterwards is a credential.
	Authorize func(r *http.Request, body payload.JSON) error
	// VersionInBody says that there is no anthropic-version header.
	VersionInBody bool
	// NoModelInfo says that GET /v1/models/{id} is not offered.
	NoModelInfo bool
}

// credentialHeaders are those by which a platform knows who sends a request.
var credentialHeaders = []string{"Authorization", "X-Amz-Security-Token"}

// prepare makes the HTTP request of an attempt ready to be sent: it has it go
// where the platform takes it, and shows who sends it.
func (s *HTTP) prepare(r *http.Request, req *Request) error {
	if s.platform == nil {
		return nil
	}
	body := req.Body
	if s.platform.Route != nil {
		to, routed, err := s.platform.Route(s.baseURL, s.path, req)
		if err != nil {
			return &unpreparedError{err}
		}
		r.URL, r.Host, body = to, to.Host, routed
		setBody(r, body)
	}
	if s.platform.VersionInBody {
		if v := r.Header.Get("anthropic-version"); v != defaultVersion {
			return &unpreparedError{fmt.Errorf("the platform has a version of the API of its own, and none %q", v)}
		}
		r.Header.Del("anthropic-version")
	}
	if s.platform.Authorize == nil {
		return nil
	}
	if err := s.platform.Authorize(r, body); err != nil {
		return fmt.Errorf("no credentials for the platform: %w", err)
	}
	return nil
}

// unpreparedError is the error of a request that a platform cannot be sent.
type unpreparedError struct{ error }

// notPrepared is the outcome of such a request.
func notPrepared(err error) (outcome, bool) {
	var unprepared *unpreparedError
	if !errors.As(err, &unprepared) {
		return outcome{}, false
	}
	return outcome{err: &Error{Type: typeOfStatus(http.StatusBadRequest), Message: "not sent: " + unprepared.Error()}}, true
}

// of is the sender of one attempt, which went where r says: errors name that, and
// nothing that a server repeats of r's credentials is kept.
func (s *HTTP) of(r *http.Request) *HTTP {
	if s.platform == nil {
		return s
	}
	var secrets []string
	for _, name := range credentialHeaders {
		if value := r.Header.Get(name); value != "" && !slices.Equal(s.header[name], r.Header[name]) {
			_, token, _ := strings.Cut(value, " ")
			_, signature, _ := strings.Cut(value, "Signature=")
			secrets = append(secrets, value, token, signature)
		}
	}
	of := *s
	of.endpoint = r.URL
	of.secrets = redactor{slices.Concat(newRedactor(secrets...).Redactor, s.secrets.Redactor)}
	return &of
}

// isThrottled reports whether an error is one of a platform's about too many
// requests, which it may send with any status.
func isThrottled(header http.Header) bool {
	kind, _, _ := strings.Cut(header.Get("x-amzn-errortype"), ":")
	return strings.HasPrefix(kind, "Throttl") || strings.HasPrefix(kind, "TooManyRequests") || kind == "ModelNotReadyException"
}
