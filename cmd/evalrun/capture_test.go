//go:build !windows

package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/evalrun/evalrun/internal/fakeapi"
	"github.com/evalrun/evalrun/record"
)

// captured counts the exchanges that a record holds, and those that have an answer.
func captured(t *testing.T, path string) (all, answered int) {
	t.Helper()
	f, err := record.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for e, err := range f.Captured() {
		if err != nil {
			t.Fatal(err)
		}
		if all++; e.Response != nil {
			answered++
		}
	}
	return all, answered
}

// TestNoKillCostsWhatTheClientHasSeen kills capture, which a client asks all the
// while: what the client has seen the end of is in the record.
func TestNoKillCostsWhatTheClientHasSeen(t *testing.T) {
	server := fakeapi.New(fakeapi.Options{})
	url := server.Start(t)
	for _, after := range []int{1, 7, 20} {
		path := filepath.Join(t.TempDir(), "traffic.jsonl")
		door := exec.Command("evalrun", "capture", "-o", path, "--listen", "127.0.0.1:0")
		door.Env = append(os.Environ(), "ANTHROPIC_BASE_URL="+url)
		out, err := door.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := door.Start(); err != nil {
			t.Fatal(err)
		}
		line := make([]byte, 200)
		n, err := out.Read(line)
		address := strings.TrimSpace(strings.TrimPrefix(string(line[:n]), "ANTHROPIC_BASE_URL="))
		if err != nil {
			t.Fatal(err)
		}
		seen := make(chan int, 4)
		for client := range 4 {
			go func() {
				n := 0
				for i := 0; ask(address, fmt.Sprint(client, " ", i), i%2 == 0); i++ {
					if n++; client == 0 && n == after {
						door.Process.Kill()
					}
				}
				seen <- n
			}()
		}
		total := 0
		for range 4 {
			total += <-seen
		}
		_ = door.Wait() // it was killed
		if _, answered := captured(t, path); answered < total {
			t.Errorf("the clients have seen %d answers, and %d are recorded", total, answered)
		}
	}
}

// ask sends a request and reports whether its answer came whole.
func ask(address, text string, stream bool) bool {
	body := fmt.Sprintf(`{"model":"claude-opus-4-6","max_tokens":64,"messages":[{"role":"user","content":%q}],"stream":%t}`, text, stream)
	req, err := http.NewRequest(http.MethodPost, address+"/v1/messages", strings.NewReader(body))
	if err != nil {
		return false
	}
	req.Header = http.Header{"X-Api-Key": {testKey}, "Anthropic-Version": {"2023-06-01"}, "Content-Type": {"application/json"}}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	var got bytes.Buffer
	_, err = got.ReadFrom(resp.Body)
	return strings.Contains(got.String(), "message_stop") || err == nil && !stream
}

// TestSignalsReachTheApplicationOnce sends capture a signal, as another process
// does: all processes of the application get it, once, and its exit code is
// capture's.
func TestSignalsReachTheApplicationOnce(t *testing.T) {
	for sig, code := range map[syscall.Signal]int{syscall.SIGINT: 5, syscall.SIGTERM: 6} {
		dir := t.TempDir()
		script := `trap 'echo parent >>log; code=5' INT; trap 'echo parent >>log; code=6' TERM
sh -c 'trap "echo child >>log; exit" INT TERM; echo ready; while :; do sleep 0.01; done'
exit $code`
		cmd := exec.Command("evalrun", "capture", "-o", filepath.Join(dir, "traffic.jsonl"), "--", "sh", "-c", script)
		cmd.Dir = dir
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // without a terminal
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		killer := time.AfterFunc(30*time.Second, func() { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
		if _, err := out.Read(make([]byte, 10)); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // its code is looked at
		killer.Stop()
		log, err := os.ReadFile(filepath.Join(dir, "log"))
		if got := strings.Fields(string(log)); err != nil || len(got) != 2 || cmd.ProcessState.ExitCode() != code {
			t.Errorf("%v: the processes got %q, and the exit code is %d, want %d (%v)", sig, got, cmd.ProcessState.ExitCode(), code, err)
		}
	}
}
