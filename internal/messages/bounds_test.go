package messages

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/evalrun/evalrun/record"
)

func TestSendRefusesHugeAnswer(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("content-encoding", "gzip") // a bomb: small on the wire
		z, _ := gzip.NewWriterLevel(w, gzip.BestSpeed)
		for chunk := make([]byte, 1<<20); ; {
			if _, err := z.Write(chunk); err != nil {
				return
			}
		}
	}))
	defer server.Close()
	s := newTestHTTP(t, HTTPOptions{BaseURL: server.URL})
	if s.maxAnswer != 32<<20 {
		t.Errorf("an answer may have %d bytes", s.maxAnswer)
	}
	s.maxAnswer = 2 << 20
	ex := mustFail(t, s, hello())
	if ex.Error.Type != typeNotMessage || !strings.Contains(ex.Error.Message, "more than 2 MB") || len(ex.Attempts) != 1 {
		t.Errorf("error %v after %d attempts", ex.Error, len(ex.Attempts))
	}
}

// What takes many times its bytes in memory is refused before it is taken apart,
// wherever it is.
func TestSendRefusesAnswersOfTooManyValues(t *testing.T) {
	many := func(value string, n int) string { return strings.TrimSuffix(strings.Repeat(value+",", n), ",") }
	message := func(content string) string { return `{"type":"message","content":[` + content + `]}` }
	usage := `{"type":"message_delta","usage":{` + many(`"":0`, maxValues+1) + `}}`
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		want    string
	}{
		"blocks":            {body(200, "", message(many(`{"type":"a"}`, maxBlocks+1))), "got one of more than 10000 content blocks"},
		"a million":         {body(200, "", message(many(`{"type":"a"}`, 1_000_000))), "got JSON of more than 500000 values"},
		"members":           {body(200, "", `{"type":"message",`+many(`"":0`, maxValues)+`}`), "got JSON of more than 500000 values"},
		"an error":          {body(422, "", `{"detail":[`+many("0", maxValues+1)+`]}`), "got JSON of more than 500000 values"},
		"an event":          {stream(0, startEvent, "data: "+usage+"\n\n", stopEvents), "got JSON of more than 500000 values"},
		"as many as may be": {body(200, "", message(many(`{"type":"a"}`, maxBlocks))), ""},
	} {
		t.Run(name, func(t *testing.T) {
			sc := &script{handlers: []http.HandlerFunc{test.handler}}
			ex := send(t, sc.serve(t, HTTPOptions{Retry: noWait()}), streamed())
			if got := fmt.Sprint(ex.Error); len(ex.Attempts) != 1 || (ex.Error == nil) != (test.want == "") || !strings.Contains(got, test.want) {
				t.Errorf("%s after %d attempts, want %q", got, len(ex.Attempts), test.want)
			}
		})
	}
}

// answering takes over the connection of a request and answers it as it likes.
func answering(answer func(conn net.Conn)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		answer(conn)
	}
}

const switching = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n"

// Another protocol than was asked for is no answer, however much of it comes.
func TestSendDoesNotSwitchProtocols(t *testing.T) {
	for name, test := range map[string]func(net.Conn){
		"silence": func(conn net.Conn) {
			io.WriteString(conn, switching)
			io.Copy(io.Discard, conn)
		},
		"an answer behind it": func(conn net.Conn) {
			io.WriteString(conn, switching+"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
			io.Copy(io.Discard, conn)
		},
		"no name": func(conn net.Conn) { io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\n\r\n") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sc := &script{handlers: []http.HandlerFunc{answering(test)}}
				ex := mustFail(t, sc.serve(t, HTTPOptions{}), hello())
				if got, want := ex.Error.Error(), "101 not_a_message: http://api.test/v1/messages: the server switched to another protocol"; !strings.HasPrefix(got, want) {
					t.Errorf("error %s, want %s", got, want)
				}
				if took := time.Since(sc.start); took != 0 || len(ex.Attempts) != 1 {
					t.Errorf("%d attempts in %v", len(ex.Attempts), took)
				}
			})
		})
	}
}

// Hints of an answer to come are no answer: they end with the timeout, with ctx,
// or as soon as they are too many, and an answer may follow.
func TestSendWaitsBehindHintsForAnAnswer(t *testing.T) {
	const hint = "HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n"
	hints := func(every time.Duration, n int) http.HandlerFunc {
		return answering(func(conn net.Conn) {
			for range n {
				if _, err := io.WriteString(conn, hint); err != nil {
					return
				}
				time.Sleep(every)
			}
			io.WriteString(conn, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 199 Odd\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: "+strconv.Itoa(len(helloBody))+"\r\n\r\n"+helloBody)
		})
	}
	for _, test := range []struct {
		name   string
		every  time.Duration
		n      int
		cancel time.Duration // of ctx
		want   string
		took   time.Duration
	}{
		{"few", time.Second, 3, time.Hour, "", 3 * time.Second},
		{"endless", time.Second, math.MaxInt, time.Hour, "timeout: no answer within 30s", 30 * time.Second},
		{"a flood", 0, math.MaxInt, time.Hour, "connection_error: http://api.test/v1/messages: net/http: HTTP/1.x transport connection broken: net/http: server response headers exceeded", 0},
		{"endless, and ctx ends", time.Second, math.MaxInt, 5 * time.Second, "context canceled", 5 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sc := &script{handlers: []http.HandlerFunc{hints(test.every, test.n)}}
				s := sc.serve(t, HTTPOptions{Timeout: 30 * time.Second, Retry: RetryOptions{maxAttempts: 1}})
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(test.cancel, cancel)
				ex, err := s.Send(ctx, hello(), record.Identity{})
				took := time.Since(sc.start)
				got := ""
				switch {
				case err != nil:
					got = err.Error()
				case ex.Error != nil:
					got = ex.Error.Error()
				}
				if !strings.HasPrefix(got, test.want) || (test.want == "") != (got == "") || took != test.took {
					t.Errorf("%q after %v, want %q after %v", got, took, test.want, test.took)
				}
				cancel()
				time.Sleep(2 * test.every) // the server notices
			})
		})
	}
}
