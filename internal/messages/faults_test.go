package messages

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/evalrun/evalrun/internal/messages/payload"
)

// TestRealFaults meets what pipes cannot do: a reset by the kernel, a refused
// port, a server that speaks something else, one that does not read.
func TestRealFaults(t *testing.T) {
	raw := func(t *testing.T, serve func(*net.TCPConn)) string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		go func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				serve(conn.(*net.TCPConn))
				conn.Close()
			}
		}()
		return l.Addr().String()
	}
	retry := noWait()
	retry.maxAttempts = 7
	tests := []struct {
		name, scheme string
		serve        func(*net.TCPConn)
		want         string
		attempts     int
	}{
		{"reset", "http", func(c *net.TCPConn) {
			c.Read(make([]byte, 1))
			c.SetLinger(0)
		}, "connection reset by peer", 7},
		{"other protocol", "http", func(c *net.TCPConn) {
			c.Read(make([]byte, 4096))
			io.WriteString(c, "SSH-2.0-OpenSSH_9.9\r\n")
		}, "malformed HTTP", 5},
		{"http where https was expected", "https", func(c *net.TCPConn) {
			io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n")
		}, "the server does not speak https", 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newTestHTTP(t, HTTPOptions{BaseURL: test.scheme + "://" + raw(t, test.serve), Retry: retry})
			ex := mustFail(t, s, hello())
			if ex.Error.Type != ErrConnection || !strings.Contains(ex.Error.Message, test.want) || len(ex.Attempts) != test.attempts {
				t.Errorf("error %v after %d attempts; want %q after %d", ex.Error, len(ex.Attempts), test.want, test.attempts)
			}
		})
	}
	t.Run("refused", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
		ex := mustFail(t, newTestHTTP(t, HTTPOptions{BaseURL: "http://" + l.Addr().String(), Retry: retry}), hello())
		if !strings.Contains(ex.Error.Message, "connection refused") || len(ex.Attempts) != 7 {
			t.Errorf("error %v after %d attempts", ex.Error, len(ex.Attempts))
		}
	})
	t.Run("certificate", func(t *testing.T) {
		server := httptest.NewUnstartedServer(nil)
		server.Config.ErrorLog = discardLog()
		server.StartTLS()
		defer server.Close()
		ex := mustFail(t, newTestHTTP(t, HTTPOptions{BaseURL: server.URL, Retry: noWait()}), hello())
		if !strings.Contains(ex.Error.Message, "certificate is not trusted") || len(ex.Attempts) != 1 {
			t.Errorf("error %v after %d attempts", ex.Error, len(ex.Attempts))
		}
	})
	t.Run("refused before it was read", func(t *testing.T) {
		server := httptest.NewServer(apiError(413, "request_too_large", "too large"))
		defer server.Close()
		req := &Request{Body: payload.New(make([]byte, 30<<20))}
		ex := mustFail(t, newTestHTTP(t, HTTPOptions{BaseURL: server.URL, Retry: noWait()}), req)
		if ex.Error.Status != 413 {
			t.Errorf("error %v", ex.Error)
		}
	})
}

// A connection that cannot be had is tried for the duration of --retry-for,
// whether one was ever made or not: a server may be about to start, or a name to
// be known again.
func TestRetryOfRefusedConnections(t *testing.T) {
	t.Run("to the end", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			sc := &script{refuse: math.MaxInt}
			ex := mustFail(t, sc.serve(t, HTTPOptions{}), hello())
			if got := time.Since(sc.start); got < 9*time.Minute || got > 10*time.Minute {
				t.Errorf("%d attempts in %v, want about 10 minutes", len(ex.Attempts), got)
			}
			if want := "connection_error: http://api.test/v1/messages: dial tcp: connection refused"; ex.Error.Error() != want {
				t.Errorf("error %v, want %s", ex.Error, want)
			}
		})
	})
	t.Run("until there is one", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			sc := &script{handlers: []http.HandlerFunc{nil}, refuse: 12}
			if ex := mustAnswer(t, sc.serve(t, HTTPOptions{}), hello()); len(ex.Attempts) != 13 {
				t.Errorf("%d attempts", len(ex.Attempts))
			}
		})
	})
	t.Run("a server that is started anew", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			sc := &script{handlers: []http.HandlerFunc{reset, reset, reset, reset, reset, reset, nil}, refuse: 8}
			if ex := mustAnswer(t, sc.serve(t, HTTPOptions{}), hello()); len(ex.Attempts) != 15 {
				t.Errorf("%d attempts", len(ex.Attempts))
			}
		})
	})
}

// A name of this machine that leads to another one does so the next time too.
func TestAnotherMachineIsFinal(t *testing.T) {
	elsewhere := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: onlyThisMachine("tcp", "192.0.2.1:80", nil)}
	}}
	s := newTestHTTP(t, HTTPOptions{BaseURL: "http://localhost.", Transport: elsewhere, Retry: noWait()})
	if ex := mustFail(t, s, hello()); len(ex.Attempts) != 1 || !strings.Contains(ex.Error.Message, "is that of another machine") {
		t.Errorf("%v after %d attempts", ex.Error, len(ex.Attempts))
	}
}

// What is no network's fault is seen by its words.
func TestErrorsOfTheNetworkTellNothingAboutTheNext(t *testing.T) {
	for _, test := range []struct {
		err  error
		want bool
	}{
		{&net.OpError{Op: "dial", Err: errors.New("connection refused")}, true},
		{&net.DNSError{Err: "no such host", IsNotFound: true}, true},
		{fmt.Errorf("broken: %w", syscall.ECONNRESET), true},
		{io.EOF, true}, {io.ErrUnexpectedEOF, true}, {errStale, true}, {errors.New("http2: client connection lost"), true},
		{errors.New(`malformed HTTP response "SSH-2.0"`), false},
		{errors.New("invalid byte in chunk length"), false},
		{errors.New("gzip: invalid checksum"), false},
		{&cutStreamError{7}, false},
	} {
		if got := ofNetwork(test.err); got != test.want {
			t.Errorf("%v: %t, want %t", test.err, got, test.want)
		}
	}
}
