package main

import (
	"bufio"
	"errors"
	"fmt"

	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/runner"
)

// dryRun is `evalrun --dry-run PATH…`: it writes the body of each case's
// request to stdout, one a line, exactly as it would be sent; a terminal and
// the log of a workflow get it with what they could take for commands escaped.
// Nothing is sent.
func dryRun(s streams, flags *runFlags, paths []string) error {
	plan, err := flags.plan(s, paths)
	if err != nil {
		return err
	}
	if n := judgeCalls(plan); n > 0 {
		fmt.Fprintf(s.err, "up to %s to judges will hold the answers, and cannot be shown before them\n", count(n, "request"))
	}
	acts := isTerminal(s.out) || inWorkflow()
	out := bufio.NewWriter(s.out)
	for req, err := range plan.Preview(runner.Options{Stream: flags.stream}) {
		if err != nil {
			return errors.Join(err, out.Flush())
		}
		if acts {
			out.Write(safetext.JSON([]byte(req.Body.String())))
		} else {
			req.Body.WriteTo(out)
		}
		out.WriteByte('\n')
	}
	if err := out.Flush(); err != nil {
		return &exitError{exitErrors, err}
	}
	return nil
}
