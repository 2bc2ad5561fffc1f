package main

import (
	"bufio"
	"errors"
	"fmt"
	"strings"

	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/internal/wording"
)

// laterRequests says which requests of a plan depend on answers; "" for none.
func laterRequests(p *runner.Plan) string {
	var all []string
	turns := p.Requests - p.Samples
	switch {
	case p.AtLeast && turns == 0:
		all = append(all, "requests with the results of tools")
	case p.AtLeast:
		all = append(all, fmt.Sprintf("%s or more of conversations that go on", wording.Count(turns, "request")))
	case turns > 0:
		all = append(all, fmt.Sprintf("%s of conversations that go on", wording.Count(turns, "request")))
	}
	if n := judgeCalls(p); n > 0 {
		all = append(all, fmt.Sprintf("up to %s to judges", wording.Count(n, "request")))
	}
	return strings.Join(all, " and ")
}

// dryRun is `evalrun --dry-run PATH…`: it writes the body of each case's
// request to stdout, one a line, as it would be sent, but for what could act on
// a terminal or in the log of a CI system: that is spelled with escapes of JSON.
// Nothing is sent.
func dryRun(s streams, flags *runFlags, paths []string) error {
	if err := flags.checkAgainst().Err(); err != nil {
		return err
	}
	file, err := flags.loadTools()
	if err != nil {
		return err
	}
	flags.outside = staticTools{file}
	plan, err := flags.plan(s, paths, planning{})
	if err != nil {
		return err
	}
	if later := laterRequests(plan); later != "" {
		fmt.Fprintf(s.err, "%s will hold the answers, and cannot be shown before them\n", later)
	}
	out := bufio.NewWriter(s.out)
	for req, err := range plan.Preview(runner.Options{Stream: flags.stream}) {
		if err != nil {
			return errors.Join(err, out.Flush())
		}
		out.Write(safetext.JSON([]byte(req.Body.String())))
		out.WriteByte('\n')
	}
	if err := out.Flush(); err != nil {
		return &exitError{exitErrors, err}
	}
	return nil
}
