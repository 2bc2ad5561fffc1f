package messages

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

// closing is a server that says it keeps connections, and closes each as soon
// as so many requests have come over it, the last of them without an answer.
type closing struct {
	after    int64
	latency  time.Duration
	requests atomic.Int64
	dials    atomic.Int64
}

// serve gives a sender to the server, which works within a synctest bubble.
func (c *closing) serve(t *testing.T, o HTTPOptions) *HTTP {
	listener := fakeapi.NewPipe()
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			c.dials.Add(1)
			go c.answer(conn)
		}
	}()
	o.Transport = newTransport(nil, false)
	o.Transport.DialContext = listener.Dial
	o.BaseURL = "http://api.test"
	return newTestHTTP(t, o)
}

func (c *closing) answer(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	for n := int64(1); ; n++ {
		req, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		io.Copy(io.Discard, req.Body)
		c.requests.Add(1)
		if n == c.after {
			return
		}
		time.Sleep(c.latency)
		resp := &http.Response{StatusCode: 200, ProtoMajor: 1, ProtoMinor: 1, ContentLength: int64(len(helloBody)), Body: io.NopCloser(strings.NewReader(helloBody))}
		if resp.Write(conn) != nil || req.Close {
			return
		}
	}
}

// A request over a connection that the server closed meanwhile is sent again at
// once, and is said to be perhaps processed. Where that repeats, no connection
// is used twice.
func TestAConnectionThatIsNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &closing{after: 2}
		s := server.serve(t, HTTPOptions{})
		start := time.Now()
		stale := 0
		for range 20 {
			ex := mustAnswer(t, s, hello())
			if len(ex.Attempts) == 1 {
				continue
			}
			stale++
			want := []Attempt{{Cause: errStale.Error()}, {Status: 200}}
			if diff := cmp.Diff(want, ex.Attempts); diff != "" || !ex.Attempts[0].Lost() {
				t.Errorf("attempts (-want +got):\n%s", diff)
			}
		}
		if stale != minStale || server.requests.Load() != 20+minStale || time.Since(start) != 0 {
			t.Errorf("%d stale connections, %d requests, %v; want %d, %d, no wait", stale, server.requests.Load(), time.Since(start), minStale, 20+minStale)
		}
	})
}

// However many requests are under way at once, few try out whether connections
// can be used again.
func TestABurstLosesFewRequestsToConnectionsThatAreNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &closing{after: 2, latency: time.Second}
		s := server.serve(t, HTTPOptions{})
		var lost atomic.Int64
		for range 5 {
			var all sync.WaitGroup
			for range 50 {
				all.Go(func() { lost.Add(int64(len(mustAnswer(t, s, hello()).Attempts) - 1)) })
			}
			all.Wait()
		}
		if lost.Load() > minStale {
			t.Errorf("%d requests were lost, want at most %d", lost.Load(), minStale)
		}
	})
}

// A connection that is closed now and then is no reason to give up all.
func TestConnectionsThatAreClosedSometimesAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &closing{after: 100}
		s := server.serve(t, HTTPOptions{})
		for range 1000 {
			mustAnswer(t, s, hello())
		}
		// Behind each that was closed, a fresh one is used once.
		if dials := server.dials.Load(); dials > 2*(1000/98+1) {
			t.Errorf("%d connections for 1000 requests", dials)
		}
	})
}

// stub is a transport whose connection had been used before.
type stub func(*http.Request) (*http.Response, error)

func (s stub) RoundTrip(req *http.Request) (*http.Response, error) {
	trace := httptrace.ContextClientTrace(req.Context())
	trace.GetConn("api.test:80")
	trace.GotConn(httptrace.GotConnInfo{Reused: true})
	io.Copy(io.Discard, req.Body)
	return s(req)
}

// Where certainly nothing was sent, nothing is counted: the request goes over a
// fresh connection within the same attempt, and nothing is lost though there is
// none.
func TestWhatWasNotSentIsNotCounted(t *testing.T) {
	idle := stub(func(*http.Request) (*http.Response, error) { return nil, errors.New(closedIdle) })
	t.Run("answered", func(t *testing.T) {
		s := (&script{handlers: []http.HandlerFunc{nil}}).serve(t, HTTPOptions{})
		s.conns.kept = idle
		if ex := mustAnswer(t, s, hello()); len(ex.Attempts) != 1 {
			t.Errorf("attempts %+v", ex.Attempts)
		}
	})
	t.Run("no connection", func(t *testing.T) {
		s := (&script{refuse: 1}).serve(t, HTTPOptions{Retry: RetryOptions{maxAttempts: 1}})
		s.conns.kept = idle
		ex := mustFail(t, s, hello())
		if a := ex.Attempts[0]; a.Lost() || a.Cause != "dial tcp: connection refused" {
			t.Errorf("attempt %+v", a)
		}
	})
}
