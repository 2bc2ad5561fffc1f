package main

import (
	"fmt"
	"slices"

	"github.com/spf13/pflag"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/record"
)

// verdictFlags say what fails a run.
type verdictFlags struct {
	failOn    []string
	maxErrors string
}

// failReasons are what --fail-on may name for a run. Those after the first
// four are a comparison's, and take a baseline.
var failReasons = []string{
	summary.FailOnFail, summary.FailOnGate, summary.FailOnError, summary.FailOnWarnings,
	failRegression, failAnyDrop, failInconclusive, failNone,
}

func (f *verdictFlags) bind(flags *pflag.FlagSet) {
	flags.StringSliceVar(&f.failOn, "fail-on", nil,
		"`WHAT` fails the run, in place of fail,gate,error: also warnings; with --baseline any-drop and inconclusive (exit 4), beside a regression; none: nothing does")
	flags.StringVar(&f.maxErrors, "max-errors", "", "tolerate cases without an outcome: `N` of them, or a share of those asked such as 1%")
}

// check reports values that the flags cannot have, and those that say nothing
// without a baseline.
func (f *verdictFlags) check(baseline bool) error {
	var all diagnostic.List
	for _, name := range f.failOn {
		switch {
		case !slices.Contains(failReasons, name):
			all.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--fail-on names %q, expected %s", name, orList(failReasons))})
		case name == failNone && len(f.failOn) > 1:
			all.Add(diagnostic.Diagnostic{Message: "--fail-on names none, and more"})
		case (name == failAnyDrop || name == failInconclusive) && !baseline:
			all.Add(diagnostic.Diagnostic{
				Message: fmt.Sprintf("--fail-on names %s, and there is nothing to compare the run with", name),
				Hint:    baselineHint,
			})
		}
	}
	if _, err := f.options(); err != nil {
		all.Add(diagnostic.Diagnostic{Message: err.Error()})
	}
	return all.Err()
}

// options are the flags as a verdict takes them.
func (f *verdictFlags) options() (summary.VerdictOptions, error) {
	return summary.ParseVerdictOptions(f.failOn, f.maxErrors)
}

// compared are the reasons that are a comparison's.
func (f *verdictFlags) compared() []string {
	return slices.DeleteFunc(slices.Clone(f.failOn), func(name string) bool { return !slices.Contains(failNames, name) })
}

// verdict is the exit code of what the record says, and why where the report
// does not say it.
func (f *verdictFlags) verdict(run *summary.Run) error {
	opts, err := f.options()
	if err != nil {
		return err
	}
	switch run.Verdict(opts) {
	case record.Fail:
		return &exitError{code: exitFailed}
	case record.Errored:
		if run.Nothing() {
			return &exitError{exitErrors, fmt.Errorf("nothing was asked: %s", nothing(run))}
		}
		return &exitError{code: exitErrors}
	}
	return nil
}

func nothing(run *summary.Run) string {
	if run.Totals.Cases.Total() == 0 {
		return "the run has no case"
	}
	return "every case is skipped"
}
