//go:build unix

package main

import "golang.org/x/sys/unix"

// leaveNoCore has the process leave no image of its memory where it crashes.
func leaveNoCore() {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_CORE, &limit) == nil {
		limit.Cur = 0
		_ = unix.Setrlimit(unix.RLIMIT_CORE, &limit) // the system may not let it
	}
}
