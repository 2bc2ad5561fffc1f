package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

// Ctrl-C at a terminal ends the application, which gets it once, and capture with
// the application's exit code. What was recorded is there.
func TestCtrlCAtATerminalEndsBoth(t *testing.T) {
	program, window := openTerminal(t)
	api := fakeapi.New(fakeapi.Options{})
	dir := t.TempDir()
	script := `trap 'echo interrupted >>log; exit 5' INT
curl -s -o answer.json -H "x-api-key: $ANTHROPIC_API_KEY" -H 'anthropic-version: 2023-06-01' -H 'content-type: application/json' \
	-d '{"model":"claude-opus-4-6","max_tokens":64,"messages":[{"role":"user","content":"Hi"}]}' "$ANTHROPIC_BASE_URL/v1/messages"
echo ready
while :; do sleep 0.01; done`
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not there")
	}
	cmd := exec.Command("evalrun", "capture", "-o", filepath.Join(dir, "traffic.jsonl"), "--", "sh", "-c", script)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "ANTHROPIC_BASE_URL="+api.Start(t), "ANTHROPIC_API_KEY="+testKey)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = program, program, program
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	killer := time.AfterFunc(30*time.Second, func() { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	defer killer.Stop()
	shown := readUntil(window, "ready")
	if _, err := io.WriteString(window, "\x03"); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // its code is looked at
	log, err := os.ReadFile(filepath.Join(dir, "log"))
	if string(log) != "interrupted\n" || cmd.ProcessState.ExitCode() != 5 {
		t.Errorf("the application got %q (%v), and the exit code is %d, want 5\n%s", log, err, cmd.ProcessState.ExitCode(), shown)
	}
	if all, answered := captured(t, filepath.Join(dir, "traffic.jsonl")); all != 1 || answered != 1 {
		t.Errorf("%d exchanges are recorded, %d with an answer, want 1", all, answered)
	}
}

// readUntil reads what a terminal shows until it shows a text, and gives it.
func readUntil(window io.Reader, text string) string {
	shown := ""
	for part := make([]byte, 1024); !strings.Contains(shown, text); {
		n, err := window.Read(part)
		shown += string(part[:n])
		if err != nil {
			break
		}
	}
	return shown
}
