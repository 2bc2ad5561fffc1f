package messages

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/evalrun/evalrun/internal/fakeapi"
	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/record"
)

const helloBody = `{"id":"msg_1","type":"message","role":"assistant","model":"m",` +
	`"content":[{"type":"text","text":"Hello!"}],"stop_reason":"end_turn","stop_sequence":null,` +
	`"usage":{"input_tokens":12,"output_tokens":6}}`

// hello is a request that every server of these tests answers.
func hello() *Request {
	return &Request{Body: payload.New([]byte(`{"model":"m","max_tokens":16,"messages":[{"role":"user","content":"Hi"}]}`))}
}

func answerHello(w http.ResponseWriter) {
	w.Header().Set("content-type", "application/json")
	w.Header().Set("request-id", "req_1")
	io.WriteString(w, helloBody)
}

// apiError answers with an error in the API's shape.
func apiError(status int, kind, message string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.Header().Set("content-type", "application/json")
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"type":"error","error":{"type":%q,"message":%q}}`, kind, message)
	}
}

// body answers with a status, a content type and a body.
func body(status int, contentType, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("content-type", contentType)
		w.WriteHeader(status)
		io.WriteString(w, text)
	}
}

func newTestHTTP(t testing.TB, o HTTPOptions) *HTTP {
	t.Helper()
	o.InsecureHTTP = true // of hosts that are names only
	s, err := NewHTTP(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// send sends and expects an exchange: answer or error, never a Go error.
func send(t testing.TB, s *HTTP, req *Request) *Exchange {
	t.Helper()
	ex, err := s.Send(context.Background(), req, record.Identity{Sample: 1})
	if err != nil {
		t.Fatal(err)
	}
	if (ex.Answer == nil) == (ex.Error == nil) {
		t.Fatalf("exchange with answer %v and error %v", ex.Answer, ex.Error)
	}
	return ex
}

func mustAnswer(t testing.TB, s *HTTP, req *Request) *Exchange {
	t.Helper()
	ex := send(t, s, req)
	if ex.Error != nil {
		t.Fatalf("error %v", ex.Error)
	}
	if got := ex.Answer.Content[0].Text; got != "Hello!" {
		t.Fatalf("answer %q", got)
	}
	return ex
}

func mustFail(t testing.TB, s *HTTP, req *Request) *Exchange {
	t.Helper()
	ex := send(t, s, req)
	if ex.Error == nil {
		t.Fatalf("answer %s", ex.Answer.Raw)
	}
	return ex
}

// script is a server that answers the nth request with its nth handler, and
// all requests behind them with the last one. It works within a synctest
// bubble, where time is virtual: its connections are pipes.
type script struct {
	handlers []http.HandlerFunc
	mu       sync.Mutex
	start    time.Time
	// arrivals are the times of the requests, counted from the start.
	arrivals []time.Duration
	dials    int
	refuse   int // dials that are refused first
}

// serve starts the script and gives a sender that sends to it, with the
// longest waits that the backoff may draw.
func (sc *script) serve(t *testing.T, o HTTPOptions) *HTTP {
	t.Helper()
	sc.start = time.Now()
	listener := fakeapi.NewPipe()
	server := &http.Server{Handler: sc}
	go server.Serve(listener)
	transport := newTransport(nil, false)
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		sc.mu.Lock()
		sc.dials++
		refused := sc.dials <= sc.refuse
		sc.mu.Unlock()
		if refused {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: fmt.Errorf("connection refused")}
		}
		return listener.Dial(ctx, network, address)
	}
	t.Cleanup(func() { server.Close() })
	o.BaseURL, o.Transport = "http://api.test", transport
	if o.Retry.random == nil {
		o.Retry.random = func() float64 { return 1 }
	}
	return newTestHTTP(t, o)
}

func (sc *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body)
	sc.mu.Lock()
	handler := sc.handlers[min(len(sc.arrivals), len(sc.handlers)-1)]
	sc.arrivals = append(sc.arrivals, time.Since(sc.start))
	sc.mu.Unlock()
	if handler == nil {
		answerHello(w)
		return
	}
	handler(w, r)
}

// times are the arrivals so far.
func (sc *script) times() []time.Duration {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	return slices.Clone(sc.arrivals)
}

func discardLog() *log.Logger { return log.New(io.Discard, "", 0) }
