//go:build !windows

package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// watched is what a process writes; it closes seen once that holds the text.
type watched struct {
	text string
	seen chan struct{}
	once sync.Once
	mu   sync.Mutex
	all  bytes.Buffer
}

func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all.Write(p)
	if strings.Contains(w.all.String(), w.text) {
		w.once.Do(func() { close(w.seen) })
	}
	return len(p), nil
}

const helloMessage = `{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-4-6","content":[{"type":"text","text":"Hello!"}],` +
	`"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":12,"output_tokens":6}}`

// TestInterrupts interrupts a run of two cases, one after the other, while the
// first one is asked.
func TestInterrupts(t *testing.T) {
	catchHangUp(t)
	for _, test := range []struct {
		name     string
		args     []string
		first    os.Signal
		waits    bool
		again    bool // a second Ctrl-C
		answered bool
	}{
		{"Ctrl-C waits for what is paid for", nil, os.Interrupt, true, false, true},
		{"it says so though it is quiet", []string{"--quiet"}, os.Interrupt, true, false, true},
		{"a second one gives it up", nil, os.Interrupt, true, true, false},
		{"SIGTERM waits for nothing", nil, syscall.SIGTERM, false, false, false},
		{"SIGHUP without a terminal is as SIGTERM", nil, syscall.SIGHUP, false, false, false},
		{"a watch is ended at once", []string{"--watch"}, os.Interrupt, false, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			var run *exec.Cmd
			started := make(chan struct{})
			stderr := &watched{text: "interrupted: waiting up to 30s for 1 answer under way, which is paid for; Ctrl-C again gives it up", seen: make(chan struct{})}
			requests := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				requests++
				<-started
				io.Copy(io.Discard, r.Body) // so that the end of the connection is seen
				run.Process.Signal(test.first)
				if test.waits {
					<-stderr.seen
				}
				if test.again {
					run.Process.Signal(os.Interrupt)
				}
				if !test.answered {
					<-r.Context().Done()
					return
				}
				w.Header().Set("content-type", "application/json")
				io.WriteString(w, helloMessage)
			}))
			defer server.Close()
			path := filepath.Join(t.TempDir(), "run.jsonl")
			run = command(server.URL, crashSuite(t, 2), path, append(test.args, "-j", "1")...)
			run.Stderr = stderr
			if err := run.Start(); err != nil {
				t.Fatal(err)
			}
			close(started)
			_ = run.Wait() // the code says it
			if strings.Contains(stderr.all.String(), "waiting up to") != test.waits {
				t.Errorf("waits: %t, want %t\n%s", !test.waits, test.waits, stderr.all.String())
			}
			record, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			want := 0
			if test.answered {
				want = 1
			}
			exchanges, samples := bytes.Count(record, []byte(`"kind":"exchange"`)), bytes.Count(record, []byte(`"kind":"sample"`))
			if code := run.ProcessState.ExitCode(); code != exitInterrupted || requests != 1 || exchanges != want || samples != want {
				t.Errorf("exit %d after %d requests; %d exchanges and %d samples are recorded, want %d\n%s", code, requests, exchanges, samples, want, stderr.all.String())
			}
			if !bytes.Contains(record, []byte(`"complete":false`)) {
				t.Errorf("the record does not say that the run is incomplete:\n%s", record)
			}
		})
	}
}
