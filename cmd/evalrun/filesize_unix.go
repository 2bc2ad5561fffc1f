//go:build unix

package main

import (
	"os/signal"
	"syscall"
)

// ignoreFileSize has a file that reaches the limit of its size (ulimit -f) be an
// error of writing, and not the end of the process with answers under way.
func ignoreFileSize() { signal.Ignore(syscall.SIGXFSZ) }
