//go:build !unix

package tools

import "os/exec"

func ownGroup(*exec.Cmd) {}

// killGroup kills a command; what it started ends with its pipes.
func killGroup(cmd *exec.Cmd) { cmd.Process.Kill() }
