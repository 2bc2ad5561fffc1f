//go:build !linux && !darwin && !freebsd

package main

import "os"

// peakMemory is not told here.
func peakMemory(*os.ProcessState) string { return "not known" }
