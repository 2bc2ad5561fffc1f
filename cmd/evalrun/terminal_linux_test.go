package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// openTerminal gives a terminal: what a program has of it, and what a window
// has.
func openTerminal(t *testing.T) (program, window *os.File) {
	t.Helper()
	window, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("this machine has no pseudo-terminals:", err)
	}
	t.Cleanup(func() { window.Close() })
	if err := unix.IoctlSetPointerInt(int(window.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(window.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	program, err = os.OpenFile("/dev/pts/"+strconv.Itoa(number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { program.Close() })
	return program, window
}

// A window is closed while an answer is under way: the answer, which is paid for,
// is waited for and recorded, and reports are written though there is no more
// terminal for the first one.
func TestARunWhoseTerminalIsGoneWaitsForItsAnswers(t *testing.T) {
	program, window := openTerminal(t)
	stderr := &watched{text: "interrupted: waiting up to 30s for 1 answer under way", seen: make(chan struct{})}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		window.Close()
		select {
		case <-stderr.seen:
			w.Header().Set("content-type", "application/json")
			io.WriteString(w, helloMessage)
		case <-r.Context().Done(): // it was given up
		}
	}))
	defer server.Close()
	path := filepath.Join(t.TempDir(), "run.jsonl")
	report := filepath.Join(t.TempDir(), "run.xml")
	run := command(server.URL, crashSuite(t, 2), path, "-j", "1", "-o", "table", "-o", "junit="+report)
	run.Stdin, run.Stdout, run.Stderr = program, program, stderr
	run.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	program.Close()
	_ = run.Wait() // the code says it
	record, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if exchanges := bytes.Count(record, []byte(`"kind":"exchange"`)); exchanges != 1 || run.ProcessState.ExitCode() != exitInterrupted {
		t.Errorf("%d exchanges, %v\n%s", exchanges, run.ProcessState, stderr.all.String())
	}
	if _, err := os.Stat(report); err != nil {
		t.Error("there is no report:", err)
	}
}
