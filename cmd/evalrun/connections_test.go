package main

import (
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

// TestARunSharesItsConnections runs a suite over HTTP/2 and over HTTP/1.1, and
// counts the connections that the server sees.
func TestARunSharesItsConnections(t *testing.T) {
	const cases, inFlight = 400, 50
	for protocol, most := range map[string]int64{
		"HTTP/1.1": 4 * inFlight, // some are dialled while others are in use or tried out, on a busy machine more
		"HTTP/2.0": 16,           // of 250 requests each, some dialled side by side
	} {
		t.Run(protocol, func(t *testing.T) {
			if runtime.GOOS != "linux" && protocol == "HTTP/2.0" {
				t.Skip("only on Linux a process can be told by SSL_CERT_FILE which certificates to trust")
			}
			s := listen(t, protocol)
			dir := t.TempDir()
			cmd := command(s.server.URL, crashSuite(t, cases), filepath.Join(dir, "run.jsonl"), "-j", fmt.Sprint(inFlight))
			cmd.Env = append(cmd.Env, "SSL_CERT_FILE="+s.certificate(t, dir))
			if out, code := finish(t, cmd); code != exitFailed {
				t.Fatalf("exit %d, want that of failed cases:\n%s", code, out)
			}
			if got := s.requests.Load(); got != cases {
				t.Errorf("%d requests over %s, want %d", got, protocol, cases)
			}
			if got := s.dials.Load(); got > most {
				t.Errorf("%d connections for %d requests, %d at once; want at most %d", got, cases, inFlight, most)
			}
		})
	}
}

// TestARunClosesItsConnections runs within a process that goes on, as a watch
// does.
func TestARunClosesItsConnections(t *testing.T) {
	open := make(chan int, 100)
	server := httptest.NewUnstartedServer(fakeapi.New(fakeapi.Options{}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			open <- 1
		case http.StateClosed:
			open <- -1
		}
	}
	server.Start()
	defer server.Close()
	t.Setenv("ANTHROPIC_API_KEY", testKey)
	suite := crashSuite(t, 4)
	args := []string{suite, "--base-url", server.URL, "--record", filepath.Join(filepath.Dir(suite), "run.jsonl"), "-q"}
	if code := run(args, nil, io.Discard, io.Discard); code != exitFailed {
		t.Fatalf("exit %d", code)
	}
	for n := <-open; n > 0; n += <-open {
	}
}

// TestHTTP2IsNotLogged asks net/http to log what goes over HTTP/2: that is
// every header, the credential too.
func TestHTTP2IsNotLogged(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only on Linux a process can be told by SSL_CERT_FILE which certificates to trust")
	}
	s := listen(t, "HTTP/2.0")
	dir := t.TempDir()
	cmd := command(s.server.URL, crashSuite(t, 1), filepath.Join(dir, "run.jsonl"))
	var log strings.Builder
	cmd.Stderr = &log
	cmd.Env = append(cmd.Env, "SSL_CERT_FILE="+s.certificate(t, dir), "GODEBUG=http2debug=2")
	if out, code := finish(t, cmd); code != exitFailed || s.requests.Load() != 1 {
		t.Errorf("exit %d after %d requests:\n%s", code, s.requests.Load(), out)
	}
	if strings.Contains(log.String(), "http2: ") || strings.Contains(log.String(), testKey) {
		t.Errorf("stderr:\n%s", log.String())
	}
}

// listener is a fake API that counts connections, and requests over one
// protocol.
type listener struct {
	server          *httptest.Server
	dials, requests atomic.Int64
}

func listen(t *testing.T, protocol string) *listener {
	l := &listener{}
	api := fakeapi.New(fakeapi.Options{Latency: func(*fakeapi.Call) time.Duration { return 5 * time.Millisecond }})
	l.server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Proto == protocol {
			l.requests.Add(1)
		}
		api.ServeHTTP(w, r)
	}))
	l.server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			l.dials.Add(1)
		}
	}
	if l.server.EnableHTTP2 = protocol == "HTTP/2.0"; l.server.EnableHTTP2 {
		l.server.StartTLS()
	} else {
		l.server.Start()
	}
	t.Cleanup(l.server.Close)
	return l
}

// certificate writes the server's certificate, if it has one, to a file.
func (l *listener) certificate(t *testing.T, dir string) string {
	if l.server.Certificate() == nil {
		return ""
	}
	path := filepath.Join(dir, "roots.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: l.server.Certificate().Raw})
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
