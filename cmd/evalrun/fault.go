package main

import (
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/evalrun/evalrun/internal/endpoint"
	"github.com/evalrun/evalrun/internal/fault"
	"github.com/evalrun/evalrun/internal/safetext"
)

// issues is where a fault is reported.
const issues = "https://github.com/evalrun/evalrun/issues"

// What bounds the report of a fault, in lines and cells.
const (
	maxFaultLines = 60
	maxFaultWidth = 300
)

// setUp has the process end as exit codes promise, whatever happens to it.
func setUp() {
	comparedBytes.Store(0)
	debug.SetGCPercent(collectAt(0))
	// net/http has no other logger, and logs bytes as a server sent them, which
	// may repeat a credential.
	log.SetOutput(io.Discard)
	// A pipe that nobody reads is an error of what is written to it, not the end.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	ignoreFileSize()
	// A fatal error of the runtime, which cannot be caught, ends with a signal
	// instead of with 2. A core would hold the key.
	debug.SetTraceback("crash")
	leaveNoCore()
	fault.Handle(func(value any, stack []byte) {
		os.Exit(newStreams(nil, os.Stdout, os.Stderr, endpoint.GivenHeaders(os.Args[1:])...).fault(value, stack))
	})
}

// guarded gives a command's exit code, which is that of a fault where it
// panics.
func (s streams) guarded(command func() int) (code int) {
	defer func() {
		if value := recover(); value != nil {
			code = s.fault(value, debug.Stack())
		}
	}()
	return command()
}

// fault reports a mistake of evalrun itself.
func (s streams) fault(value any, stack []byte) int {
	text := safetext.Block(fmt.Sprint(value), 3, maxFaultWidth)
	fmt.Fprintf(s.err, `evalrun: this is a fault of evalrun %s: %s
What was answered is in the record. Please report this with the lines below: %s
`, thisBuild().Version, text, issues)
	if _, from, ok := strings.Cut(string(stack), "\npanic("); ok { // what comes before reports it
		stack = []byte("panic(" + from)
	}
	fmt.Fprintln(s.err, safetext.Block(strings.TrimSpace(string(stack)), maxFaultLines, maxFaultWidth))
	_ = s.err.Flush() // there is nowhere else to report it
	return exitFault
}
