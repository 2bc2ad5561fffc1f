package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

// startViewer serves a copy of the examples' record, which it gives the path
// of, and looks at it when the channel says so.
func startViewer(t *testing.T) (v *viewHandler, path string, tick chan time.Time) {
	t.Helper()
	data, err := os.ReadFile("../../examples/record.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "run.jsonl")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	tick = make(chan time.Time)
	server := httptest.NewUnstartedServer(nil)
	v = newViewHandler(path, chosenCases{}, server.Listener.Addr().String(), tick)
	server.Config.Handler = v
	server.Start()
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(tick) })
	return v, path, tick
}

func TestViewServesItsOwnPageOnly(t *testing.T) {
	v, _, _ := startViewer(t)
	_, port, _ := strings.Cut(v.host, ":")
	for _, tt := range []struct {
		name, method, path, host, origin string
		want                             int
	}{
		{"the page", "GET", "/" + v.token + "/", "", "", 200},
		{"by name", "GET", "/" + v.token + "/", "localhost:" + port, "http://localhost:" + port, 200},
		{"no token", "GET", "/", "", "", 404},
		{"another token", "GET", "/" + strings.Repeat("A", len(v.token)) + "/", "", "", 404},
		{"more than the token", "GET", "/" + v.token + "/../../etc/passwd", "", "", 404},
		{"a name that resolves to loopback", "GET", "/" + v.token + "/", "evil.example:" + port, "", 403},
		{"another port", "GET", "/" + v.token + "/", "127.0.0.1:1", "", 403},
		{"another origin", "GET", "/" + v.token + "/", "", "https://evil.example", 403},
		{"no origin at all", "GET", "/" + v.token + "/", "", "null", 403},
		{"another method", "POST", "/" + v.token + "/", "", "", 405},
	} {
		req := httptest.NewRequest(tt.method, "http://"+v.host, nil)
		req.URL.Path, req.Host = tt.path, v.host
		if tt.host != "" {
			req.Host = tt.host
		}
		if tt.origin != "" {
			req.Header.Set("Origin", tt.origin)
		}
		w := httptest.NewRecorder()
		v.ServeHTTP(w, req)
		if w.Code != tt.want {
			t.Errorf("%s: status %d, want %d", tt.name, w.Code, tt.want)
		}
		if body := w.Body.String(); strings.Contains(body, "asks for the weather") != (tt.want == 200) {
			t.Errorf("%s: the page is served or not: %.60s", tt.name, body)
		}
	}
}

// TestViewTellsOfChanges holds a stream of events against a record that grows.
func TestViewTellsOfChanges(t *testing.T) {
	v, path, tick := startViewer(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, v.address()+"events", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	if !lines.Scan() {
		t.Fatal("the stream does not begin")
	}
	tick <- time.Time{} // nothing has changed
	appendTo(t, path, `{"kind":"gate","suite":"s","expr":"later than the rest","outcome":"pass","value":"1"}`+"\n")
	tick <- time.Time{}
	for lines.Scan() && lines.Text() == "" {
	}
	if lines.Text() != "data: changed" {
		t.Errorf("the event is %q", lines.Text())
	}
	page, err := http.Get(v.address())
	if err != nil {
		t.Fatal(err)
	}
	defer page.Body.Close()
	body, err := io.ReadAll(page.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"later than the rest", "connect-src &#39;self&#39;", `new EventSource("events")`} {
		if !strings.Contains(string(body), want) {
			t.Errorf("%q is not in the page", want)
		}
	}
}

func appendTo(t *testing.T, path, text string) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

// A connection that nobody uses is closed.
func TestViewKeepsNoIdleConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		listener := fakeapi.NewPipe()
		server := viewServer(t.Context(), http.NotFoundHandler())
		go server.Serve(listener)
		defer server.Close()
		conn, err := listener.Dial(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(conn, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
		start := time.Now()
		sent, err := io.ReadAll(conn)
		if took := time.Since(start); err != nil || !strings.Contains(string(sent), "404 Not Found") || took == 0 || took > time.Hour {
			t.Errorf("%q, %v; closed after %v", sent, err, took)
		}
	})
}
