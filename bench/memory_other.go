//go:build !linux && !darwin && !freebsd

package main

import "os"

// peakMemory is not known here.
func peakMemory(*os.ProcessState) string { return "not known" }
