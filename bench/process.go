package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// figures are what a process took.
type figures struct {
	Wall, CPU time.Duration
	Memory    string // the most that it held
	Code      int    // it ended with
}

// run runs a process against the API and prints what it took.
func run(name string, cmd *exec.Cmd, url string) (figures, error) {
	return runExpecting(0, name, cmd, url)
}

// runExpecting runs a process that is to end with an exit code.
func runExpecting(code int, name string, cmd *exec.Cmd, url string) (figures, error) {
	cmd.Env = append(append(os.Environ(), cmd.Env...), "ANTHROPIC_BASE_URL="+url, "ANTHROPIC_API_KEY=bench")
	f, out, err := launched(cmd)
	if err != nil || f.Code != code {
		return f, fmt.Errorf("%s: exit code %d (%v), expected %d\n%s", name, f.Code, err, code, out)
	}
	fmt.Printf("%-10s wall %6.2f s  CPU %6.2f s  memory %s\n", name, f.Wall.Seconds(), f.CPU.Seconds(), f.Memory)
	return f, nil
}

// launchVariable has the program be a launcher; it names the file for the
// figures.
const launchVariable = "EVALRUN_BENCH_LAUNCH"

// launched runs a process by a launcher: what a process held at most is counted
// from before its own program was loaded, when it shared the memory of the one
// that started it, and the bench holds what the API was asked.
func launched(cmd *exec.Cmd) (f figures, out []byte, err error) {
	self, err := os.Executable()
	if err != nil {
		return f, nil, err
	}
	dir, err := os.MkdirTemp("", "evalrun-bench-figures-")
	if err != nil {
		return f, nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "figures.json")
	launcher := exec.Command(self, cmd.Args...)
	launcher.Env = append(cmd.Env, launchVariable+"="+path)
	if out, err = launcher.CombinedOutput(); err != nil {
		return f, out, err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return f, out, err
	}
	return f, out, json.Unmarshal(text, &f)
}

// launch runs the program that its arguments name and writes to the file at
// path what it took.
func launch(path string) error {
	if err := os.Unsetenv(launchVariable); err != nil {
		return err
	}
	cmd := exec.Command(os.Args[1], os.Args[2:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	start := time.Now()
	if err := cmd.Run(); cmd.ProcessState == nil {
		return err
	}
	state := cmd.ProcessState
	text, err := json.Marshal(figures{time.Since(start), state.UserTime() + state.SystemTime(), peakMemory(state), state.ExitCode()})
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}
