package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/evalrun/evalrun/internal/messages/platform"
	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/record"
)

// newSubmit is `evalrun submit`: a run whose answers are collected later.
func newSubmit(s streams) *cobra.Command {
	flags := &runFlags{submit: true}
	cmd := &cobra.Command{
		Use:   "submit PATH…",
		Short: "Ask suites by Message Batches, at half the price, and do not wait for the answers",
		Long: `submit puts the first request of every sample into Message Batches, writes into
the record which these are, and ends. It takes the flags of a run. Later
` + "`evalrun PATH… --resume RECORD`" + ` takes the answers that are there, asks judges and
later turns directly, and reports: exit code 3 while some are pending, which
` + "`evalrun report RECORD`" + ` shows.

What no batch takes is asked by that command too. Exit codes: 0 everything is
submitted, 2 suites or flags are wrong (nothing was sent), 3 a batch could not
be created.`,
		Example: `  evalrun submit ./suites --record nightly.jsonl
  evalrun ./suites --resume nightly.jsonl`,
		ValidArgsFunction: completeFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := flags.setByFile(s, cmd.Flags(), args); err != nil {
				return err
			}
			return runSuites(cmd.Context(), s, flags, args)
		},
	}
	flags.bind(cmd.Flags())
	s.complete(cmd, "log-level", logLevels)
	s.complete(cmd, "platform", platform.Names())
	s.complete(cmd, "concurrency", []string{autoConcurrency})
	return cmd
}

func countBatches(n int) string {
	return fmt.Sprintf("%d %s", n, inflected(n, "batch", "batches"))
}

// submitted ends a run of submit: its record says what is pending, and stdout the
// batches with the command that collects them.
func submitted(s streams, t *target, rec *runRecord, paths []string, ended []verdict.Reason) error {
	wrong := ended
	var there, refused []record.Batch
	requests := 0
	for _, b := range t.batches.Batches() {
		switch {
		case b.IsOpen():
			there = append(there, b)
			requests += b.Requests
		case b.State == record.BatchNotCreated:
			refused = append(refused, b)
		}
	}
	for _, b := range refused {
		wrong = append(wrong, verdict.Reason{Kind: verdict.Stopped, Exit: exitErrors, Text: fmt.Sprintf("%s could not be submitted: %s", wording.Count(b.Requests, "request"), b.Error)})
	}
	v := verdict.Verdict{}.With(append(t.pending(false), wrong...)...)
	err := errors.Join(rec.writer.Append(v.Line(v.Reasons)), rec.writer.End())
	if len(there) > 0 {
		fmt.Fprintf(s.out, "submitted: %s in %s\n", wording.Count(requests, "request"), countBatches(len(there)))
	}
	for _, b := range there {
		fmt.Fprintln(s.out, " ", safetext.Line(batchLine(&b)))
	}
	if n := t.batches.Deferred(); n > 0 {
		fmt.Fprintf(s.out, "in no batch: %s; the next command asks directly (`evalrun check --batch` says why)\n", wording.Count(n, "request"))
	}
	if len(there) > 0 || t.batches.Deferred() > 0 {
		fmt.Fprintf(s.out, "collect the answers: evalrun %s --resume %s\n", safetext.Line(strings.Join(paths, " ")), safetext.Line(rec.path))
	}
	if err != nil {
		wrong = append(wrong, stopped(err))
	}
	if len(wrong) == 0 {
		return nil
	}
	for _, r := range wrong {
		fmt.Fprintln(s.err, "evalrun:", safetext.Line(r.Text))
	}
	return &exitError{code: verdict.Verdict{}.With(wrong...).Exit()}
}
