package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/results/verdict"
)

// The exit codes, which CI builds decide by. The first that holds is given,
// in this order.
const (
	exitInterrupted  = verdict.ExitInterrupted
	exitFault        = 70 // a mistake of evalrun itself
	exitUsage        = 2  // suites, flags or files are wrong; nothing was sent
	exitFailed       = verdict.ExitFailed
	exitErrors       = verdict.ExitErrors
	exitInconclusive = verdict.ExitInconclusive
	exitOK           = verdict.ExitPassed
)

// exitError ends a command with a code. Its error, if any, has not been
// shown yet.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// usage is a problem with flags or files: one that has no position in a suite.
func usage(message, hint string) error {
	return diagnostic.List{{Message: message, Hint: hint}}
}

// exitCode gives the code of a command's error. What is not said otherwise
// kept the command from starting.
func exitCode(err error) int {
	var e *exitError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &e):
		return e.code
	}
	return exitUsage
}

// worst joins the errors of a command into one. Its code is the first of the
// list above that one of them has.
func worst(errs ...error) error {
	order := []int{exitInterrupted, exitFault, exitUsage, exitFailed, exitErrors, exitInconclusive, exitOK}
	code := exitOK
	var said []error
	for _, err := range errs {
		if err == nil {
			continue
		}
		if own := exitCode(err); slices.Index(order, own) < slices.Index(order, code) {
			code = own
		}
		var e *exitError
		if !errors.As(err, &e) || e.err != nil {
			said = append(said, err)
		}
	}
	if code == exitOK {
		return nil
	}
	return &exitError{code, errors.Join(said...)}
}
