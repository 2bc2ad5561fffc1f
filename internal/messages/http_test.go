package messages

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/record"
)

func TestSendExactRequest(t *testing.T) {
	// Key order, spacing and the spelling of numbers are the caller's.
	const text = "{ \"model\":\"m\" ,\n\"temperature\":1.0e0,\"z\":\"\\u00e9é<&>\",\"a\":null}\n"
	var got string
	var header http.Header
	var length int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got, header, length = r.Method+" "+r.URL.String()+" "+string(b), r.Header.Clone(), r.ContentLength
		answerHello(w)
	}))
	defer server.Close()
	s := newTestHTTP(t, HTTPOptions{
		BaseURL: server.URL, APIKey: "sk-key-1", AuthToken: "token-2", UserAgent: "evalrun/0.1.0",
	})

	mustAnswer(t, s, &Request{Body: payload.New([]byte(text)), Version: "2026-10-21", Betas: []string{"one-2026", "two"}})
	if want := "POST /v1/messages " + text; got != want {
		t.Errorf("sent %q\nwant %q", got, want)
	}
	if length != int64(len(text)) {
		t.Errorf("content-length %d, want %d", length, len(text))
	}
	wantHeader(t, header, map[string]string{
		"x-api-key":         "sk-key-1",
		"authorization":     "Bearer token-2",
		"anthropic-version": "2026-10-21",
		"anthropic-beta":    "one-2026,two",
		"content-type":      "application/json",
		"accept":            "application/json",
		"user-agent":        "evalrun/0.1.0",
	})

	mustAnswer(t, newTestHTTP(t, HTTPOptions{BaseURL: server.URL, APIKey: "sk-key-1"}), hello())
	wantHeader(t, header, map[string]string{
		"x-api-key": "sk-key-1", "authorization": "", "anthropic-version": "2023-06-01", "anthropic-beta": "", "user-agent": "evalrun",
	})
	mustAnswer(t, newTestHTTP(t, HTTPOptions{BaseURL: server.URL, AuthToken: "token-2"}), hello())
	wantHeader(t, header, map[string]string{"x-api-key": "", "authorization": "Bearer token-2"})
	mustAnswer(t, newTestHTTP(t, HTTPOptions{BaseURL: server.URL}), hello())
	wantHeader(t, header, map[string]string{"x-api-key": "", "authorization": ""})
}

func wantHeader(t *testing.T, got http.Header, want map[string]string) {
	t.Helper()
	for name, value := range want {
		if values := got.Values(name); strings.Join(values, "|") != value {
			t.Errorf("header %s is %q, want %q", name, values, value)
		}
	}
}

func TestSendGivesExchange(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answerHello(w) }))
	defer server.Close()
	var clock atomic.Int64
	now := func() time.Time { return time.UnixMilli(clock.Add(1)) }
	ex := mustAnswer(t, newTestHTTP(t, HTTPOptions{BaseURL: server.URL, Retry: RetryOptions{now: now}}), hello())
	if ex.RequestID != "req_1" || string(ex.Answer.Raw) != helloBody || *ex.Answer.Usage.OutputTokens != 6 {
		t.Errorf("exchange %+v with answer %+v", ex, ex.Answer)
	}
	if len(ex.Attempts) != 1 || ex.Attempts[0].Status != 200 || ex.Attempts[0].Cause != "" {
		t.Errorf("attempts %+v", ex.Attempts)
	}
	if ex.Latency <= 0 || ex.Latency != ex.Attempts[0].Duration {
		t.Errorf("latency %v, attempt %v", ex.Latency, ex.Attempts[0].Duration)
	}
}

func TestSendRefusesHeaders(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { t.Error("sent") }))
	defer server.Close()
	s := newTestHTTP(t, HTTPOptions{BaseURL: server.URL})
	for _, req := range []*Request{
		{Version: "2023-06-01\r\nx: y"}, {Version: "é"}, {Betas: []string{""}}, {Betas: []string{"a", "b c"}},
	} {
		ex := mustFail(t, s, req)
		if ex.Error.Type != "invalid_request_error" || !strings.HasPrefix(ex.Error.Message, "not sent: ") || len(ex.Attempts) != 0 {
			t.Errorf("%+v: error %+v after %d attempts", req, ex.Error, len(ex.Attempts))
		}
	}
}

func TestNewHTTPRefusesCredentials(t *testing.T) {
	for _, o := range []HTTPOptions{{APIKey: "sk-secret\n"}, {AuthToken: "sk secret"}, {APIKey: "sk-sécret"}, {APIKey: "sk-secret\u200b"}} {
		_, err := NewHTTP(o)
		if err == nil || !strings.Contains(err.Error(), "no key has") || strings.Contains(err.Error(), "cret") {
			t.Errorf("%+v: error %v", o, err)
		}
	}
}

// TestSendKeepsCredentials has a hostile server give the credentials back
// wherever it can.
func TestSendKeepsCredentials(t *testing.T) {
	const key, token = `sk-ant-"secret"/1+<2>`, "Bearer-Secret-Token"
	echo := key + " " + token
	replies := map[string]http.HandlerFunc{
		"message":      apiError(400, "invalid_request_error", "bad key "+echo),
		"type":         apiError(401, echo, "no"),
		"retried":      apiError(500, "api_error", echo),
		"request id":   apiError(400, "x", "y", "request-id", token),
		"shape":        body(403, "application/json", `{"`+token+`":"`+token+`"}`),
		"JSON text":    body(403, "application/json", `{"message":"sk-ant-\"secret\"\/1+\u003c2\u003e"}`),
		"escaped text": body(403, "application/json", `{"message":"\u0073k-ant-\"secret\"/1+<2>"}`),
		"error page":   body(502, "text/html", "<title>sk-ant-&#34;secret&#34;/1+&lt;2&gt;</title>"),
		"text":         body(500, "text/plain", strings.Repeat("x", 150)+" "+echo),
		"page":         body(200, "text/html", "<p>"+strings.Repeat("x ", 75)+token),
		"JSON":         body(200, "application/json", `{"`+token+`":1}`),
		"not a block":  body(200, "application/json", `{"type":"message","content":["`+token+`"]}`),
		"content type": body(200, "text/"+token, "x"),
		"cut off":      body(200, "application/json", `{"type":"message","x":"`+token),
		"answer": body(200, "application/json",
			`{"type":"message","id":"`+token+`","content":[{"type":"text","text":"sk-ant-\"secret\"/1+<2>"}]}`),
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://"+token+"@host/"+token+"?"+url.QueryEscape(key)+"#"+token, http.StatusFound)
		},
		"location": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("location", "://"+token)
			w.WriteHeader(307)
		},
		"no HTTP": func(w http.ResponseWriter, r *http.Request) {
			conn, _, _ := http.NewResponseController(w).Hijack()
			io.WriteString(conn, token+" "+token+"\r\n\r\n")
			conn.Close()
		},
		"header": func(w http.ResponseWriter, r *http.Request) {
			conn, _, _ := http.NewResponseController(w).Hijack()
			io.WriteString(conn, "HTTP/1.1 200 OK\r\ncontent-length: "+token+"\r\n\r\n")
			conn.Close()
		},
	}
	for name, reply := range replies {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(reply)
			defer server.Close()
			var events []AttemptEvent
			s := newTestHTTP(t, HTTPOptions{
				BaseURL: server.URL, APIKey: key, AuthToken: token,
				Retry:     RetryOptions{maxAttempts: 2, sleep: func(context.Context, time.Duration) error { return nil }},
				OnAttempt: func(e AttemptEvent) { events = append(events, e) },
			})
			ex := send(t, s, hello())
			shown := []string{ex.RequestID}
			for _, a := range ex.Attempts {
				shown = append(shown, a.Cause)
			}
			for _, e := range events {
				shown = append(shown, e.Cause)
				if e.Err != nil {
					shown = append(shown, e.Err.Error())
				}
			}
			if ex.Error != nil {
				shown = append(shown, ex.Error.Error())
			}
			if ex.Answer != nil {
				shown = append(shown, string(ex.Answer.Raw), ex.Answer.ID, ex.Answer.Content[0].Text)
			}
			all := strings.Join(shown, "\n")
			for _, part := range []string{"secret", "Secret", "&lt;2", `u003c2`} {
				if strings.Contains(all, part) {
					t.Errorf("%q came through:\n%s", part, all)
				}
			}
		})
	}
}

// Assertions and judges get the text of all blocks joined, and write it into
// records and requests.
func TestACredentialInPiecesIsNoAnswer(t *testing.T) {
	const split = `{"type":"message","content":[{"type":"text","text":"sk-test-01234"},{"type":"image","text":"x"},{"type":"text","text":"56789 is it"}]}`
	for key, want := range map[string]bool{"sk-test-0123456789": true, "sk-test-01234-6789": false} {
		sc := &script{handlers: []http.HandlerFunc{body(200, "application/json", split)}}
		ex := send(t, sc.serve(t, HTTPOptions{APIKey: key}), hello())
		if refused := ex.Answer == nil; refused != want || len(ex.Attempts) != 1 {
			t.Errorf("%s: refused %t after %d attempts, want %t\n%v", key, refused, len(ex.Attempts), want, ex.Error)
		}
	}
}

func TestSendLeavesWordsInAnswers(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `{"type":"message","content":[{"type":"text","text":"I am ollama"}]}`)
	}))
	defer server.Close()
	ex := send(t, newTestHTTP(t, HTTPOptions{BaseURL: server.URL, APIKey: "ollama"}), hello())
	if ex.Error != nil || ex.Answer.Content[0].Text != "I am ollama" {
		t.Errorf("exchange %+v", ex)
	}
}

func TestSendFollowsNoRedirect(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		var requests int
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			requests++
			http.Redirect(w, r, "/login?next=1", status)
		}))
		ex := mustFail(t, newTestHTTP(t, HTTPOptions{BaseURL: server.URL}), hello())
		server.Close()
		want := "redirected to " + server.URL + "/login; redirects are not followed"
		if ex.Error.Status != status || ex.Error.Type != typeNotMessage || !strings.Contains(ex.Error.Message, want) {
			t.Errorf("%d: error %v, want %s", status, ex.Error, want)
		}
		if requests != 1 {
			t.Errorf("%d: %d requests", status, requests)
		}
	}
}

func TestSendReadsGzip(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("content-encoding", "gzip")
		z := gzip.NewWriter(w)
		io.WriteString(z, helloBody)
		z.Close()
	}))
	defer server.Close()
	mustAnswer(t, newTestHTTP(t, HTTPOptions{BaseURL: server.URL}), hello())
}

// TestSendManyAtOnce holds a thousand requests open together, and looks that
// each got its own answer and that the connections were used again, once it was
// known that they can be.
func TestSendManyAtOnce(t *testing.T) {
	const n = 1000
	var conns atomic.Int64
	open := make(chan struct{}, n)
	release := make(chan struct{})
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		open <- struct{}{}
		<-release
		w.Write(b)
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			conns.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	s := newTestHTTP(t, HTTPOptions{BaseURL: server.URL})
	for range 3 {
		release = make(chan struct{})
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() {
				text := strings.Repeat("x", i)
				req := &Request{Body: payload.New([]byte(`{"type":"message","content":[{"type":"text","text":"` + text + `"}]}`))}
				ex, err := s.Send(context.Background(), req, record.Identity{})
				if err != nil || ex.Error != nil || ex.Answer.Content[0].Text != text {
					t.Errorf("request %d: %+v, %v", i, ex, err)
				}
			})
		}
		for range n {
			<-open
		}
		close(release)
		wg.Wait()
	}
	if got := conns.Load(); got > 2*n+n/10 {
		t.Errorf("%d connections for 3 × %d requests", got, n)
	}
}

func TestSendHTTP2(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Errorf("protocol %s", r.Proto)
		}
		answerHello(w)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	transport := newTransport(nil, false)
	transport.TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	transport.TLSClientConfig.NextProtos = nil
	defer transport.CloseIdleConnections()
	mustAnswer(t, newTestHTTP(t, HTTPOptions{BaseURL: server.URL, Transport: transport}), hello())
}

func TestSendEndsWithContext(t *testing.T) {
	stall := func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	begin := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("content-length", "1000")
		w.WriteHeader(200)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}
	for name, handler := range map[string]http.HandlerFunc{
		"waiting":     stall,
		"reading":     begin,
		"backing off": apiError(429, "rate_limit_error", "slow down", "retry-after", "50"),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sc := &script{handlers: []http.HandlerFunc{handler}}
				s := sc.serve(t, HTTPOptions{})
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(3*time.Second, cancel)
				ex, err := s.Send(ctx, hello(), record.Identity{})
				if ex != nil || !errors.Is(err, context.Canceled) {
					t.Errorf("got %+v, %v", ex, err)
				}
				if took := time.Since(sc.start); took != 3*time.Second {
					t.Errorf("it ended after %v, not when ctx did", took)
				}
			})
		})
	}
}

func TestSendKeepsKnownOutcome(t *testing.T) {
	server := httptest.NewServer(apiError(400, "invalid_request_error", "no"))
	defer server.Close()
	ctx, cancel := context.WithCancel(context.Background())
	s := newTestHTTP(t, HTTPOptions{BaseURL: server.URL, OnAttempt: func(AttemptEvent) { cancel() }})
	ex, err := s.Send(ctx, hello(), record.Identity{})
	if err != nil || ex.Error.Status != 400 {
		t.Errorf("got %+v, %v", ex, err)
	}
}
