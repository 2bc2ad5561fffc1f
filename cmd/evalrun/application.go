package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"

	"github.com/evalrun/evalrun/internal/fault"
)

// runApplication runs a command to its end, with the streams of this process.
// The error has its exit code; nil is 0. Signals are the application's affair:
// those that it does not get by itself are passed on to it, once.
func runApplication(s streams, command, env []string) error {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = env
	cmd.Stdin, cmd.Stdout, cmd.Stderr = s.raw.in, s.raw.out, s.raw.err
	pass := prepareGroup(cmd)
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, passedOn()...)
	defer signal.Stop(signals)
	if err := cmd.Start(); err != nil {
		return usage(fmt.Sprintf("cannot start %s: %v", command[0], err), "the command is behind --: `evalrun capture -- python app.py`")
	}
	over := make(chan struct{})
	defer close(over)
	go func() {
		defer fault.Catch()
		for {
			select {
			case sig := <-signals:
				pass(cmd.Process, sig)
			case <-over:
				return
			}
		}
	}()
	err := cmd.Wait()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &exit):
		return &exitError{code: codeOf(exit.ProcessState)}
	}
	return &exitError{exitErrors, fmt.Errorf("%s: %w", command[0], err)}
}
