package messages

import (
	"errors"
	"net/http"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
)

// connections sends requests over connections that are used again, for as long
// as the server keeps them open. Some servers say that they do and close each
// connection behind its answer: a request that was written meanwhile is lost,
// and nobody knows whether it was processed. So one request at a time tries out
// whether a connection can be used again, and the others dial, until one was
// answered. It may be used by many goroutines at once.
type connections struct {
	kept      http.RoundTripper
	fresh     http.RoundTripper // uses no connection twice
	closeIdle func()

	mu    sync.Mutex
	trust trust
	// idle: an answer came, so there may be a connection to use again. trying: a
	// request that may do so is under way.
	idle, trying bool
	// reused connections brought an answer, stale ones were closed before it.
	reused, stale int
}

// trust is what is known about whether the server keeps connections open.
type trust int

const (
	untried trust = iota
	trusted
	distrusted
)

// Connections are used twice no more once minStale of them were stale, and one
// of staleShare that were used again.
const (
	minStale   = 2
	staleShare = 10
)

// errStale is the error of a request whose connection had been used before, and
// was closed before an answer began.
var errStale = errors.New("the server closed a connection that it had kept open, before it answered; it may have processed the request")

// closedIdle is the text of net/http's error for a connection that was closed
// before anything of the request was written.
const closedIdle = "http: server closed idle connection"

func newConnections(transport *http.Transport) *connections {
	fresh := transport.Clone()
	fresh.DisableKeepAlives = true
	return &connections{kept: newFewDials(transport), fresh: fresh, closeIdle: transport.CloseIdleConnections}
}

// roundTrip sends a request, over a connection of its own if it is to be a
// fresh one. sent is false where it failed and certainly nothing was sent.
func (c *connections) roundTrip(req *http.Request, fresh bool) (resp *http.Response, sent bool, err error) {
	var p passage
	if fresh {
		resp, err = c.fresh.RoundTrip(p.traced(req))
		return resp, p.sent.Load(), err
	}
	over, trial := c.choose()
	resp, err = over.RoundTrip(p.traced(req))
	stale := err != nil && p.isStale() && req.Context().Err() == nil
	c.learn(&p, trial, err == nil, stale)
	switch {
	case !stale:
		return resp, p.sent.Load(), err
	case err.Error() != closedIdle:
		return nil, true, errStale
	}
	if req.GetBody != nil {
		if req.Body, err = req.GetBody(); err != nil {
			return nil, false, err
		}
	}
	return c.roundTrip(req, true)
}

// choose gives what a request goes over, and whether it tries out if a
// connection can be used again.
func (c *connections) choose() (over http.RoundTripper, trial bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.trust == distrusted, c.trust == untried && c.trying:
		return c.fresh, false
	case c.trust == untried && c.idle:
		c.trying = true
		return c.kept, true
	}
	return c.kept, false
}

// learn takes in how a request over a kept connection went.
func (c *connections) learn(p *passage, trial, answered, stale bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if trial {
		c.trying = false
	}
	c.idle = c.idle || answered
	switch {
	case c.trust == distrusted:
	case stale:
		c.stale++
		c.trust = untried
		if c.stale >= minStale && c.stale*staleShare >= c.reused {
			c.trust = distrusted
		}
	case p.shared.Load():
		c.trust = trusted
	case answered && p.reused.Load():
		c.reused++
		c.trust = trusted
	}
}

// passage is what is known of the connection that a request goes over, the last
// of several.
type passage struct {
	sent   atomic.Bool // it has one, so that some of it may be sent
	reused atomic.Bool
	shared atomic.Bool // by many requests at once
	begun  atomic.Bool // an answer began
}

func (p *passage) traced(req *http.Request) *http.Request {
	trace := &httptrace.ClientTrace{
		GetConn: func(string) { p.sent.Store(false) },
		GotConn: func(got httptrace.GotConnInfo) {
			p.sent.Store(true)
			p.reused.Store(got.Reused)
			p.shared.Store(isShared(got))
		},
		GotFirstResponseByte: func() { p.begun.Store(true) },
	}
	return req.WithContext(httptrace.WithClientTrace(req.Context(), trace))
}

// isStale reports whether a request that failed did so since its connection, which
// had been used before, was closed.
func (p *passage) isStale() bool {
	return p.sent.Load() && p.reused.Load() && !p.shared.Load() && !p.begun.Load()
}
