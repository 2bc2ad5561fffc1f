//go:build unix

package main

import (
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// passedOn are the signals that an application gets though they were sent to
// evalrun.
func passedOn() []os.Signal { return append(endings(), syscall.SIGQUIT) }

// prepareGroup sees to it that Ctrl-C reaches the processes of an application
// once. In the foreground of a terminal they are in one group with evalrun, and
// the terminal sends the signal to all of it. Elsewhere they are a group of their
// own, to which the function that it gives passes a signal on.
func prepareGroup(cmd *exec.Cmd) func(*os.Process, os.Signal) {
	foreground := inForeground()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: !foreground}
	return func(p *os.Process, sig os.Signal) {
		switch {
		case !foreground:
			_ = syscall.Kill(-p.Pid, sig.(syscall.Signal)) // it may have ended
		case sig == syscall.SIGTERM:
			_ = p.Signal(sig) // no terminal sends that one
		}
	}
}

// inForeground reports whether this process is in the group that its terminal
// sends signals to.
func inForeground() bool {
	terminal, err := os.Open("/dev/tty")
	if err != nil {
		return false
	}
	defer terminal.Close()
	group, err := unix.IoctlGetInt(int(terminal.Fd()), unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}

// codeOf is the exit code of a process that has ended; of one that a signal ended
// 128 and its number, as shells have it.
func codeOf(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}
