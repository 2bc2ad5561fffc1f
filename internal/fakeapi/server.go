package fakeapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// maxBody is the API's limit of a request body, in bytes.
const maxBody = 32 << 20

// Options says how a Server answers. The zero value is a strict API without
// faults or delay that answers with Default.
type Options struct {
	// Script makes the answers; nil is Default.
	Script Script
	// Faults says which calls go wrong, and how; nil is none.
	Faults Faults
	// RetryAfter is the retry-after header of a 429, as it is sent: seconds,
	// an HTTP date, or nonsense. "" sends "0".
	RetryAfter string
	// Latency is how long a call waits before it is answered; nil is not at
	// all. A client that goes away ends the wait.
	Latency func(*Call) time.Duration
	// SkipValidation takes every well-formed JSON object for a good request,
	// where the server must cost as little as it can.
	SkipValidation bool
	// Models changes what GET /v1/models/{id} reports: members over those of the
	// model, or a model that is not known otherwise. One that is nil is a 404.
	Models map[string]map[string]any
	// MessagesOnly has POST /v1/messages and no other endpoint, as many servers
	// that resemble the API.
	MessagesOnly bool
	// Batches says how Message Batches are processed.
	Batches BatchOptions
	// KeepCalls keeps every call for Server.Calls.
	KeepCalls bool
}

// Server is the API. It is an http.Handler; Start and Listen serve it on
// loopback. All its methods may be called from many goroutines at once.
type Server struct {
	options  Options
	counters counters
	batches  batches

	mu    sync.Mutex
	calls []*Call
	// thoughts are the prompts behind which thinking blocks were answered, by
	// their signatures.
	thoughts map[string]prompt
	serve    *http.Server
	stop     func() // ends the calls whose connections were taken from serve
}

// New returns a Server that is not listening yet.
func New(options Options) *Server {
	if options.Script == nil {
		options.Script = Default
	}
	if options.RetryAfter == "" {
		options.RetryAfter = "0"
	}
	return &Server{options: options, counters: newCounters()}
}

// Start serves on a free port of 127.0.0.1 until the test ends, and returns
// the base URL, without a trailing slash. t is a *testing.T, B or F.
func (s *Server) Start(t interface {
	Helper()
	Cleanup(func())
	Fatal(...any)
}) string {
	t.Helper()
	url, err := s.Listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return url
}

// Listen serves on a free port of 127.0.0.1 until Close, and returns the base
// URL. A second Listen on the same Server is an error.
func (s *Server) Listen() (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.serve != nil {
		return "", errors.New("fakeapi: the server is listening already")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("fakeapi: %w", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	s.serve, s.stop = &http.Server{Handler: s, BaseContext: func(net.Listener) context.Context { return ctx }}, stop
	go s.serve.Serve(listener)
	return "http://" + listener.Addr().String(), nil
}

// Close stops listening and breaks every connection, so that calls that wait
// or stall end too. It does nothing to a Server that does not listen.
func (s *Server) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.serve != nil {
		s.serve.Close()
		s.stop()
	}
}

// Calls returns what arrived so far, in order, if Options.KeepCalls is set,
// the refused requests too. A body over the limit is nil.
func (s *Server) Calls() []*Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.SortedFunc(slices.Values(s.calls), func(a, b *Call) int { return a.Seq - b.Seq })
}

// Counts returns the counters now.
func (s *Server) Counts() Counts { return s.counters.snapshot() }

// ServeHTTP answers one request. Requests to another path than those of the
// Messages API are a 404, as there.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := readBody(r, s.mostBytes(r))
	call, tally := s.arrive(r, body)
	defer tally.end()
	reply := &reply{server: s, call: call, tally: tally, w: w, ctx: r.Context()}
	reply.headers()
	if err != nil {
		reply.refuse(err)
		return
	}
	endpoint, err := route(r)
	if s.options.MessagesOnly && r.URL.Path != "/v1/messages" {
		reply.write(http.StatusNotFound, "application/json", []byte(`{"error":{"code":404,"message":"File Not Found","type":"not_found_error"}}`))
		return
	}
	if err == nil {
		err = checkHeaders(call)
	}
	if err != nil {
		reply.refuse(err)
		return
	}
	endpoint(reply)
}

// arrive numbers and counts a request.
func (s *Server) arrive(r *http.Request, body []byte) (*Call, *tally) {
	call := &Call{Method: r.Method, Path: r.URL.Path, Header: r.Header, Body: body}
	if !strings.HasPrefix(r.URL.Path, batchesPath) {
		call.decode()
	}
	tally := s.counters.begin(call)
	if s.options.KeepCalls {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.calls = append(s.calls, call)
	}
	return call, tally
}

// mostBytes is the API's limit of a body, which is another one for a batch.
func (s *Server) mostBytes(r *http.Request) int64 {
	switch {
	case r.URL.Path != batchesPath:
		return maxBody
	case s.options.Batches.MaxBytes > 0:
		return s.options.Batches.MaxBytes
	}
	return batchBody
}

// readBody reads the body up to a limit.
func readBody(r *http.Request, most int64) ([]byte, error) {
	var buf bytes.Buffer
	if n := r.ContentLength; n > 0 && n <= most {
		buf.Grow(int(n) + bytes.MinRead)
	}
	n, err := buf.ReadFrom(io.LimitReader(r.Body, most+1))
	if n > most {
		io.CopyN(io.Discard, r.Body, most) // a client that still writes would not read the answer
		return nil, refuse(http.StatusRequestEntityTooLarge, "Request exceeds the maximum size")
	}
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "The request body could not be read: %v", err)
	}
	return buf.Bytes(), nil
}

// route finds the endpoint of a path and checks its method.
func route(r *http.Request) (func(*reply), error) {
	method, endpoint := "", (func(*reply))(nil)
	switch path := r.URL.Path; {
	case path == batchesPath, strings.HasPrefix(path, batchesPath+"/"):
		return routeBatch(r)
	case path == "/v1/messages":
		method, endpoint = http.MethodPost, (*reply).createMessage
	case path == "/v1/messages/count_tokens":
		method, endpoint = http.MethodPost, (*reply).countTokens
	case path == "/v1/models":
		method, endpoint = http.MethodGet, (*reply).listModels
	case strings.HasPrefix(path, "/v1/models/"):
		method, endpoint = http.MethodGet, (*reply).getModel
	default:
		return nil, refuse(http.StatusNotFound, "Not Found")
	}
	if r.Method != method {
		return nil, refuse(http.StatusMethodNotAllowed, "Method Not Allowed")
	}
	return endpoint, nil
}

// wait lets d pass, or less if the client goes away. It reports whether the
// client is still there.
func wait(ctx context.Context, d time.Duration) bool {
	if d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	return ctx.Err() == nil
}
