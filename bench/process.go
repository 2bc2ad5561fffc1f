package main

import (
	"fmt"
	"os"
	"os/exec"
	"time"
)

// figures are what a process took.
type figures struct {
	wall, cpu time.Duration
}

// run runs a process against the API and prints what it took.
func run(name string, cmd *exec.Cmd, url string) (figures, error) {
	return runExpecting(0, name, cmd, url)
}

// runExpecting runs a process that is to end with an exit code.
func runExpecting(code int, name string, cmd *exec.Cmd, url string) (figures, error) {
	cmd.Env = append(append(os.Environ(), cmd.Env...), "ANTHROPIC_BASE_URL="+url, "ANTHROPIC_API_KEY=bench")
	start := time.Now()
	out, err := cmd.CombinedOutput()
	f := figures{wall: time.Since(start)}
	if got := cmd.ProcessState.ExitCode(); got != code {
		return f, fmt.Errorf("%s: exit code %d (%v), expected %d\n%s", name, got, err, code, out)
	}
	f.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	fmt.Printf("%-10s wall %6.2f s  CPU %6.2f s  memory %s\n", name, f.wall.Seconds(), f.cpu.Seconds(), peakMemory(cmd.ProcessState))
	return f, nil
}
