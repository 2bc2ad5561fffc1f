package messages

import (
	"crypto/tls"
	"net/http"
	"net/http/httptrace"
	"sync"
)

// maxDialing is how many requests may wait for a connection at once while one
// connection may come to serve many.
const maxDialing = 4

// fewDials is a RoundTripper that does not let a burst of requests dial a
// connection each where HTTP/2 shares one among many: net/http dials for every
// request that finds no free connection, and a thousand at once make more than
// a thousand handshakes for the ten connections that they need. Once a
// connection turns out to be HTTP/1.1, each request needs its own, and all may
// dial.
type fewDials struct {
	next  http.RoundTripper
	slots chan struct{}
	// own is closed once requests are known to need connections of their own.
	own   chan struct{}
	found sync.Once
}

func newFewDials(next http.RoundTripper) *fewDials {
	return &fewDials{next: next, slots: make(chan struct{}, maxDialing), own: make(chan struct{})}
}

// RoundTrip implements http.RoundTripper.
func (f *fewDials) RoundTrip(req *http.Request) (*http.Response, error) {
	select {
	case <-f.own:
		return f.next.RoundTrip(req)
	default:
	}
	select {
	case <-f.own:
		return f.next.RoundTrip(req)
	case <-req.Context().Done():
		if req.Body != nil {
			req.Body.Close()
		}
		return nil, req.Context().Err()
	case f.slots <- struct{}{}:
	}
	release := sync.OnceFunc(func() { <-f.slots })
	defer release()
	trace := &httptrace.ClientTrace{GotConn: func(got httptrace.GotConnInfo) {
		if !isShared(got) {
			f.found.Do(func() { close(f.own) })
		}
		release()
	}}
	return f.next.RoundTrip(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
}

// isShared reports whether a connection serves many requests at once.
func isShared(got httptrace.GotConnInfo) bool {
	conn, ok := got.Conn.(*tls.Conn)
	return ok && conn.ConnectionState().NegotiatedProtocol == "h2"
}
