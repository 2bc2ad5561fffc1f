package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/reporters/runreport"
)

// ending is what ended a run before its time: a signal, or the error of the
// run.
func ending(ctx context.Context, runErr error) []verdict.Reason {
	var reasons []verdict.Reason
	if ctx.Err() != nil {
		reasons = append(reasons, verdict.Reason{Kind: verdict.Interruption, Exit: exitInterrupted, Text: "interrupted; what was answered is in the record"})
	}
	if runErr != nil {
		reasons = append(reasons, stopped(runErr))
	}
	return reasons
}

func stopped(err error) verdict.Reason {
	return verdict.Reason{Kind: verdict.Stopped, Exit: exitErrors, Text: fmt.Sprintf("the run was stopped: %v", err)}
}

// concludeRun compares the run with its baselines, decides what it came to, ends
// its record with that, and writes the reports. It gives the exit code.
func concludeRun(s streams, rec *runRecord, with comparedWith, outputs []output, flags *runFlags, beyond []verdict.Reason) error {
	src, err := rec.source()
	if err != nil {
		beyond = append(beyond, stopped(errors.Join(err, rec.writer.End())))
		return decided(verdict.Verdict{}.With(beyond...), outputs)
	}
	defer src.File.Close()
	withBaseline, found := flags.baseline.compareRun(with, rec.path, src.File, flags.verdict.options())
	beyond = append(beyond, found...)
	src.Verdict = verdict.OfRun(src.Run, flags.verdict.options(), beyond...)
	src.Verdict.Compared = withBaseline.compared()
	if err := rec.end(&src, beyond); err != nil {
		src.Verdict = src.Verdict.With(stopped(err))
	}
	return worst(decided(src.Verdict, outputs), writeReports(s, src, withBaseline, outputs, flags.explore))
}

// hint says what to do next, before the reports: the verdict comes last.
func (f *runFlags) hint(s streams, t *target, path string) {
	if old := t.old(); old > 0 {
		fmt.Fprintf(s.err, "%s of %s %s older than %s: asked for again\n", wording.Count(old, "answer"), safetext.Line(f.records.reuse), inflected(old, "was", "were"), &f.records.maxAge)
	}
	if missed := t.missed(); missed > 0 {
		fmt.Fprintf(s.err, "hint: the record lacks %s; `--reuse %[2]s` in place of `--replay %[2]s` asks for what it lacks\n", wording.Count(missed, "answer"), safetext.Line(f.records.replay))
	}
	if f.quiet || f.watch {
		return
	}
	view := "evalrun view"
	if path != filepath.Join(defaultDir, lastRecord) {
		view += " " + safetext.Line(path)
	}
	fmt.Fprintf(s.err, "`%s` shows the answers\n", view)
}

// writeReports writes the reports of a run, and what a comparison found.
func writeReports(s streams, src runreport.Source, withBaseline *baselineComparison, outputs []output, explore bool) error {
	var answers error
	if explore {
		answers = runreport.Answers(s.out, src.File)
	}
	written := writeOutputs(s, src, outputs, withBaseline.follows)
	all := []error{written}
	for _, err := range []error{answers, withBaseline.show(s, src.Verdict, outputs)} {
		if err != nil && !errors.Is(written, err) { // a stdout that is full is reported once
			all = append(all, &exitError{exitErrors, err})
		}
	}
	return worst(all...)
}
