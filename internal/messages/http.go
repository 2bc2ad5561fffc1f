package messages

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"

	"github.com/evalrun/evalrun/record"
)

// HTTPOptions say where an HTTP sender sends, as whom, and how patiently. The
// zero value sends to the API without a credential.
type HTTPOptions struct {
	// BaseURL may end in a slash, in /v1 or in /v1/messages, and may have a
	// path before it. "" means https://api.anthropic.com.
	BaseURL string
	// APIKey is sent as x-api-key, AuthToken as a Bearer token. Either may be
	// "" and is then not sent; where both are set, both are sent.
	APIKey    string
	AuthToken string
	// Header holds further headers of every request. Their values are taken for
	// credentials, but for those of headers that are known to hold none.
	Header http.Header
	// Platform is what sets the server apart; nil is nothing.
	Platform *Platform
	// InsecureHTTP has a credential sent without encryption to another machine.
	InsecureHTTP bool
	// UserAgent is the user-agent header, "" means "evalrun".
	UserAgent string
	// Timeout bounds an attempt whose request sets no bound of its own. 0
	// means 10 minutes.
	Timeout time.Duration
	Retry   RetryOptions
	// Proxy chooses the proxy of a request, as http.ProxyFromEnvironment
	// does; nil uses none, whatever the environment has. None is used to this
	// machine over http://.
	Proxy func(*http.Request) (*url.URL, error)
	// Secrets are taken out of what a server sends and of errors, as the
	// credentials are: those of a proxy, which may repeat them.
	Secrets []string
	// Transport sends the requests; nil is one that is made for many requests
	// to one host. Proxy is then the transport's own affair.
	Transport *http.Transport
	// OnAttempt, if set, is called for every attempt when it has ended, before
	// the wait for the next one. It is called from many goroutines at once.
	OnAttempt func(AttemptEvent)
	// Pacer decides when an attempt is sent; nil sends at once.
	Pacer Pacer
	// Abandon has attempts that are under way ended with it, and not with the
	// ctx of Send, whose end then only keeps further attempts from being made:
	// an attempt may be billed as soon as it is sent. nil has them end with
	// ctx.
	Abandon context.Context
}

// AttemptEvent is what pacing, progress and logs need to know of an attempt.
type AttemptEvent struct {
	Attempt
	Model string
	// Number counts the attempts of one request from 1.
	Number int
	// Err is why there is no answer, nil where there is one.
	Err *Error
	// Again: the request will be sent again, after Wait.
	Again bool
	Wait  time.Duration
	// RetryAfter is the wait that the server asked for, 0 for none.
	RetryAfter time.Duration
	// Limits are those in the answer's headers.
	Limits RateLimits
	// Usage is the answer's, nil where there is none.
	Usage *Usage
}

// HTTP sends requests to a Messages API over HTTP. An attempt that failed for
// a reason that may pass is made again; redirects are not followed, as the
// credentials and the request are meant for one server only. Between requests
// it keeps open connections, and when each model answered last. It may be used
// by many goroutines at once.
type HTTP struct {
	baseURL string
	operation
	platform *Platform // nil: the API's own
	header   http.Header
	conns    *connections
	bounds
	retry     RetryOptions
	onAttempt func(AttemptEvent)
	pacer     Pacer
	abandon   context.Context // nil: attempts end with Send's
	now       func() time.Time
	secrets   redactor
	answers   *lastAnswers
	underWays *underWay
}

// operation is what is asked of the server.
type operation struct {
	method   string
	path     string   // below the base URL
	endpoint *url.URL // with it
	read     func(body []byte, as bodyType) (*Answer, error)
}

// bounds are those of an attempt.
type bounds struct {
	maxAnswer int64 // bytes
	maxEvent  int64 // bytes
	timeout   time.Duration
}

// messagesPath is where messages are made, below the base URL.
const messagesPath = "/v1/messages"

// NewHTTP makes a sender. The error is about the base URL or a credential that
// cannot be sent, or not there (ErrUnencrypted), and never repeats a credential.
func NewHTTP(o HTTPOptions) (*HTTP, error) {
	base, err := parseBaseURL(cmp.Or(o.BaseURL, defaultBaseURL))
	if err != nil {
		return nil, err
	}
	endpoint, err := url.Parse(base + messagesPath)
	if err != nil {
		return nil, fmt.Errorf("base URL %sis not a URL", quoteURL(base))
	}
	err = errors.Join(checkCredential("API key", o.APIKey), checkCredential("auth token", o.AuthToken), checkHeader(o.Header))
	secrets := append(SecretHeaders(o.Header), o.APIKey, o.AuthToken)
	authorizes := o.Platform != nil && o.Platform.Authorize != nil
	if (authorizes || strings.Join(secrets, "") != "") && !o.InsecureHTTP {
		err = errors.Join(err, checkEncrypted(endpoint))
	}
	if err != nil {
		return nil, err
	}
	local := endpoint.Scheme == "http" && isLoopback(endpoint.Hostname())
	if local {
		o.Proxy = nil // else a key that is for this machine alone goes to the proxy in the clear
	}
	if o.Transport == nil {
		o.Transport = newTransport(o.Proxy, local && !o.InsecureHTTP)
	}
	return &HTTP{
		baseURL:   base,
		operation: operation{method: http.MethodPost, path: messagesPath, endpoint: endpoint, read: parseAnswer},
		platform:  o.Platform,
		header:    fixedHeader(o),
		conns:     newConnections(o.Transport),
		bounds:    bounds{maxAnswer: defaultMaxAnswer, maxEvent: defaultMaxEvent, timeout: cmp.Or(o.Timeout, 10*time.Minute)},
		retry:     o.Retry.withDefaults(),
		onAttempt: o.OnAttempt,
		pacer:     o.Pacer,
		abandon:   o.Abandon,
		now:       o.Retry.clock(),
		secrets:   newRedactor(append(secrets, o.Secrets...)...),
		answers:   new(lastAnswers),
		underWays: new(underWay),
	}, nil
}

// BaseURL is the base URL in its one spelling, for records: without a trailing
// slash and without /v1, and without a credential in its path.
func (s *HTTP) BaseURL() string { return s.secrets.text(s.baseURL) }

// Close closes the connections that are not in use. A request that is sent
// afterwards opens new ones.
func (s *HTTP) Close() { s.conns.closeIdle() }

// fixedHeader is what every request of a sender has in common.
func fixedHeader(o HTTPOptions) http.Header {
	h := http.Header{}
	for name, values := range o.Header {
		h[http.CanonicalHeaderKey(name)] = values
	}
	h.Set("content-type", "application/json")
	h.Set("accept", "application/json")
	h.Set("user-agent", cmp.Or(o.UserAgent, "evalrun"))
	if o.APIKey != "" {
		h.Set("x-api-key", o.APIKey)
	}
	if o.AuthToken != "" {
		h.Set("authorization", "Bearer "+o.AuthToken)
	}
	return h
}

// Send posts the request and tries it again where that may help, as
// RetryOptions say. When ctx ends it returns ctx's error at once, unless the
// outcome is already known or, with HTTPOptions.Abandon, may still come; an
// error that would have been tried again is no outcome.
func (s *HTTP) Send(ctx context.Context, req *Request, _ record.Identity) (*Exchange, error) {
	if err := checkHeaders(req); err != nil {
		return &Exchange{Error: &Error{Type: typeOfStatus(http.StatusBadRequest), Message: err.Error()}}, nil
	}
	ex := &Exchange{}
	retries := retries{RetryOptions: s.retry}
	for fresh := false; ; {
		end, err := s.begin(ctx, req, len(ex.Attempts) > 0)
		if errors.Is(err, ErrWithdrawn) && ex.Error != nil {
			return ex, nil
		}
		if err != nil {
			return nil, err
		}
		inFlight, landed := s.underWays.begin(req.Model)
		o := s.attempt(ctx, req, fresh)
		landed()
		reportLost(ctx, o.Attempt)
		fresh = o.stale
		if o.lost && ctx.Err() != nil {
			end(AttemptEvent{Attempt: o.Attempt, Model: req.Model})
			return nil, ctx.Err()
		}
		ex.Attempts = append(ex.Attempts, o.Attempt)
		ex.RequestID, ex.Latency, ex.TTFT, ex.InFlight = o.requestID, o.Duration, o.ttft, inFlight
		ex.Answer, ex.Error = o.answer, o.err

		var wait time.Duration
		again := false
		if o.err == nil {
			s.answers.note(req.Model, s.now())
		} else {
			wait, again = retries.next(o, s.now(), s.answers.of(req.Model))
		}
		event := o.event(req, len(ex.Attempts))
		event.Again, event.Wait = again, wait
		end(event)
		s.observe(event)
		if !again {
			return ex, nil
		}
		if err := s.pause(ctx, req, wait, o.Attempt); ctx.Err() != nil {
			return nil, ctx.Err()
		} else if err != nil {
			return ex, nil
		}
	}
}

func (s *HTTP) observe(e AttemptEvent) {
	if s.onAttempt != nil {
		s.onAttempt(e)
	}
}

// checkHeaders refuses what a suite may have put into a header and no header
// can carry.
func checkHeaders(req *Request) error {
	for _, value := range append([]string{cmp.Or(req.Version, defaultVersion)}, req.Betas...) {
		if value == "" || strings.ContainsFunc(value, func(c rune) bool { return c <= ' ' || c > '~' }) {
			return fmt.Errorf("not sent: %q can be no API version or beta; expected visible ASCII characters", value)
		}
	}
	return nil
}

// newRequest makes the HTTP request. Only ctx and the two headers of its own
// set it apart from any other.
func (s *HTTP) newRequest(ctx context.Context, req *Request) *http.Request {
	r := (&http.Request{Method: s.method, URL: s.endpoint, Host: s.endpoint.Host}).WithContext(ctx)
	r.Header = s.header.Clone()
	if req.Body.Len() > 0 {
		setBody(r, req.Body)
	} else {
		r.Header.Del("content-type")
	}
	r.Header.Set("anthropic-version", cmp.Or(req.Version, defaultVersion))
	if len(req.Betas) > 0 {
		r.Header.Set("anthropic-beta", strings.Join(req.Betas, ","))
	}
	return r
}

// attempt sends the request once, over a fresh connection if need be.
func (s *HTTP) attempt(ctx context.Context, req *Request, fresh bool) outcome {
	timeout := cmp.Or(req.Timeout, s.timeout)
	whole, end := s.underWay(ctx)
	defer end()
	limited, cancel := context.WithTimeout(whole, timeout)
	defer cancel()

	h := reservationOf(ctx)
	r := s.post(limited, req, fresh)
	defer r.done()
	if r.err != nil && ctx.Err() == nil && limited.Err() != nil {
		r.err = &timeoutError{timeout, r.status != 0}
	}
	s = s.of(r.sent)
	o := s.classify(r)
	o.Attempt.Status, o.Attempt.Duration, o.Attempt.Unsent = r.status, r.duration, r.unsent
	o.limits = parseRateLimits(r.header, s.now())
	o.requestID = cut(s.secrets.text(requestID(r.header)), maxType)
	if o.answer != nil {
		o.ttft = r.ttft
		return o
	}
	h.giveBack(r.held)
	return o
}

// requestID is the id by which the server knows a request; clouds have headers
// of their own for it.
func requestID(header http.Header) string {
	return cmp.Or(header.Get("request-id"), header.Get("x-amzn-requestid"), header.Get("apim-request-id"))
}

// underWay is the context of an attempt.
func (s *HTTP) underWay(ctx context.Context) (context.Context, func()) {
	if s.abandon == nil {
		return ctx, func() {}
	}
	attempt, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(s.abandon, cancel)
	return attempt, func() {
		stop()
		cancel()
	}
}

// post is one round trip. An http.Client would only add what is not wanted
// here: redirects, cookies, and errors that quote a header.
func (s *HTTP) post(ctx context.Context, req *Request, fresh bool) reply {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	watch := &stopwatch{now: s.now, start: s.now()}
	hr := s.newRequest(httptrace.WithClientTrace(ctx, watch.trace()), req)
	streams := asksForStream(req.Body.Text())
	if streams {
		hr.Header.Set("accept", "text/event-stream, application/json")
	}
	if err := s.prepare(hr, req); err != nil {
		return reply{err: err, sent: hr, duration: watch.elapsed(), unsent: true, done: func() {}}
	}
	resp, sent, err := s.conns.roundTrip(hr, fresh)
	if err != nil {
		return reply{err: err, sent: hr, duration: watch.elapsed(), unsent: !sent, done: func() {}}
	}
	defer resp.Body.Close()
	r := reply{status: resp.StatusCode, header: resp.Header, sent: hr, done: reservationOf(ctx).Work()}
	if r.status < http.StatusOK { // another protocol follows, which ctx does not end
		r.duration = watch.elapsed()
		return r
	}
	if !streams || !r.isEventStream() {
		r.body, r.err = readBody(ctx, resp.Body, resp.ContentLength, s.maxAnswer)
		r.held = int64(cap(r.body))
		r.duration = watch.elapsed()
	} else {
		r.body, r.ttft, r.held, r.err = s.readStream(ctx, resp.Body, watch)
		r.duration = watch.elapsed()
		if r.err == nil {
			drain(resp.Body, cancel)
		}
	}
	if r.err == nil {
		r.err = checkValues(r.body)
	}
	return r
}

// timeoutError is the error of an attempt that ran out of time.
type timeoutError struct {
	after time.Duration
	begun bool // the answer had begun
}

func (e *timeoutError) Error() string {
	if e.begun {
		return "no whole answer within " + shortDuration(e.after)
	}
	return "no answer within " + shortDuration(e.after)
}

// shortDuration writes 10m0s as people do, 10m.
func shortDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

var _ Sender = (*HTTP)(nil)
