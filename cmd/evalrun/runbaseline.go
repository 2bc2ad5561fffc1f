package main

import (
	"io"
	"slices"

	"github.com/spf13/pflag"

	"github.com/evalrun/evalrun/compare"
	"github.com/evalrun/evalrun/reporters"
)

// baselineFlags compare a run with an earlier one when it is done.
type baselineFlags struct {
	path string
	compareFlags
}

func (f *baselineFlags) bind(flags *pflag.FlagSet) {
	flags.StringVar(&f.path, "baseline", "", "compare the run with this record or baseline when it is done; a regression fails it")
	f.bindEvidence(flags)
}

// open opens the baseline before anything is sent, and before the record it
// may be of is moved; nil where none is asked for.
func (f *baselineFlags) open() (*compare.Side, error) {
	if f.path == "" {
		return nil, nil
	}
	return openSide(f.path)
}

// compareRun compares a run's record with its baseline and gives the exit code
// of that; failOn adds to what fails. The table stands where the run's own does; where another report
// has stdout it goes to stderr.
func (f *baselineFlags) compareRun(s streams, base *compare.Side, path string, outputs []output, failOn []string) error {
	if base == nil {
		return nil
	}
	run, err := compare.Open(path)
	if err != nil {
		return &exitError{exitErrors, err}
	}
	defer run.Close()
	c, err := compare.Compare(base, run, f.options())
	if err != nil {
		return &exitError{exitErrors, err}
	}
	var w io.Writer = s.err
	if slices.Contains(outputs, output{"table", "-"}) {
		w = s.out
	}
	all := []*compare.Comparison{c}
	if err := reporters.ComparisonTable(w, all, s.table(w)); err != nil {
		return &exitError{exitErrors, err}
	}
	f.failOn = failOn
	return f.verdict(all)
}
