//go:build !unix

package main

import (
	"os"
	"os/exec"
)

// passedOn are the signals that are caught: the application gets them too.
func passedOn() []os.Signal { return []os.Signal{os.Interrupt} }

// prepareGroup has nothing to do: Ctrl-C reaches all processes of a console.
func prepareGroup(*exec.Cmd) func(*os.Process, os.Signal) {
	return func(*os.Process, os.Signal) {}
}

// codeOf is the exit code of a process that has ended.
func codeOf(state *os.ProcessState) int { return state.ExitCode() }
