//go:build linux || darwin || freebsd

package main

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
)

// peakMemory is the most memory that a process held.
func peakMemory(state *os.ProcessState) string {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return "not known"
	}
	bytes := int64(usage.Maxrss)
	if runtime.GOOS != "darwin" {
		bytes <<= 10 // kilobytes there
	}
	return fmt.Sprintf("%d MB", bytes>>20)
}
