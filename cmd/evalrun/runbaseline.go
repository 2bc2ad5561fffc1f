package main

import (
	"slices"

	"github.com/spf13/pflag"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters"
)

// baselineFlags compare a run with an earlier one when it is done.
type baselineFlags struct {
	path string
	compareFlags
}

func (f *baselineFlags) bind(flags *pflag.FlagSet) {
	flags.StringVar(&f.path, "baseline", "", "compare the run with the record or baseline `FILE` when it is done; a regression fails it")
	f.bindEvidence(flags)
}

// check reports flags that say nothing without a baseline, and one that the
// run would write over.
func (f *baselineFlags) check(records *recordFlags) error {
	var all diagnostic.List
	for flag, given := range map[string]bool{"--require": len(f.require) > 0, "--max-broken": f.maxBroken >= 0} {
		if given && f.path == "" {
			all.Add(diagnostic.Diagnostic{Message: flag + " is given, and there is nothing to compare the run with", Hint: baselineHint})
		}
	}
	for flag, path := range map[string]string{"--record": records.record, "--resume": records.resume} {
		if f.path != "" && path != "" && sameFile(f.path, path) {
			all.Add(diagnostic.Diagnostic{Message: flag + " and --baseline name the same file", Hint: "the run writes its record there; a baseline is an earlier run"})
		}
	}
	return together(f.compareFlags.check(), all.Err())
}

// baselineHint is for flags that compare.
const baselineHint = "`--baseline FILE` names an earlier run"

// open opens the baseline before anything is sent, and before the record it
// may be of is moved; nil where none is asked for.
func (f *baselineFlags) open() (*compare.Side, error) {
	if f.path == "" {
		return nil, nil
	}
	return openSide("--baseline", f.path)
}

// compareRun compares a run's record with its baseline and gives the exit code
// of that; failOn adds to what fails. The table stands where the run's own does;
// where another report has stdout it goes to stderr.
func (f *baselineFlags) compareRun(s streams, base *compare.Side, path string, file *record.File, outputs []output, failOn []string) error {
	if base == nil {
		return nil
	}
	run, err := compare.Read(path, file)
	if err != nil {
		return &exitError{exitErrors, err}
	}
	c, err := compare.Compare(base, run, f.options())
	if err != nil {
		return &exitError{exitErrors, err}
	}
	all := []*compare.Comparison{c}
	if err := showCompared(s, all, outputs); err != nil {
		return &exitError{exitErrors, err}
	}
	f.failOn = failOn
	return f.verdict(all)
}

// showCompared writes the comparison where the run's own report is: as a table,
// or as the log and summary of a workflow. Where another report has stdout the
// table goes to stderr.
func showCompared(s streams, all []*compare.Comparison, outputs []output) error {
	if slices.Contains(outputs, output{"github", "-"}) {
		return writeComparisonWorkflow(s.out, all)
	}
	w := s.err
	if slices.Contains(outputs, output{"table", "-"}) {
		w = s.out
	}
	return reporters.ComparisonTable(w, all, s.table(w))
}
