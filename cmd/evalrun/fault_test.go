package main

import (
	"os"
	"runtime/debug"
	"slices"
	"testing"

	"github.com/evalrun/evalrun/internal/fault"
)

// faulty is a program that is set up as evalrun is, and then goes wrong as its
// argument says.
func faulty() {
	setUp()
	switch os.Args[1] {
	case "command":
		os.Exit(newStreams(nil, os.Stdout, os.Stderr).guarded(func() int { panic(hostileText) }))
	case "goroutine":
		go func() {
			defer fault.Catch()
			panic(hostileText)
		}()
		select {}
	case "fatal":
		debug.SetMaxStack(1 << 16)
		os.Exit(deeper(0))
	}
}

// deeper needs more stack than there is, which no program can recover from.
//
//go:noinline
func deeper(n int) int {
	if n < 0 {
		return 0
	}
	return deeper(n+1) + 1
}

func TestTheWorstCodeIsGiven(t *testing.T) {
	all := []int{exitInterrupted, exitFault, exitUsage, exitFailed, exitErrors, exitInconclusive}
	if want := []int{130, 70, 2, 1, 3, 4}; !slices.Equal(all, want) {
		t.Fatalf("codes %v, want %v", all, want)
	}
	for i, worse := range all {
		for _, code := range all[i:] {
			for _, errs := range [][]error{{&exitError{code: worse}, &exitError{code: code}}, {&exitError{code: code}, nil, &exitError{code: worse}}} {
				if got := exitCode(worst(errs...)); got != worse {
					t.Errorf("%d of %d and %d", got, code, worse)
				}
			}
		}
	}
}
