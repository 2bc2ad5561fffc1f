package main

import (
	"fmt"
	"slices"

	"github.com/spf13/pflag"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/comparereport"
)

// baselineFlags compare a run with an earlier one when it is done.
type baselineFlags struct {
	path string
	compareFlags
}

func (f *baselineFlags) bind(flags *pflag.FlagSet) {
	flags.StringVar(&f.path, "baseline", "", "compare the run with the record or baseline `FILE` when it is done; a regression fails it")
	f.compareFlags.bind(flags)
}

// check reports flags that say nothing without a baseline, and one that the
// run would write over.
func (f *baselineFlags) check(records *recordFlags) error {
	var all diagnostic.List
	for flag, given := range map[string]bool{"--require": len(f.require) > 0, "--max-newly-failing": f.maxNewlyFailing >= 0} {
		if given && f.path == "" {
			all.Add(diagnostic.Diagnostic{Message: flag + " is given, and there is nothing to compare the run with", Hint: baselineHint})
		}
	}
	for flag, path := range map[string]string{"--record": records.record, "--resume": records.resume} {
		if f.path != "" && path != "" && sameFile(f.path, path) {
			all.Add(diagnostic.Diagnostic{Message: flag + " and --baseline name the same file", Hint: "the run writes its record there; a baseline is an earlier run"})
		}
	}
	return joinProblems(f.compareFlags.check(), all.Err())
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

// baselineComparison is a run that was compared with its baseline; nil where it was
// not.
type baselineComparison struct {
	all     []*compare.Comparison
	verdict verdict.Verdict // of the comparison alone
}

// compareRun compares a run's record with its baseline, and gives what of that
// keeps the run from passing.
func (f *runFlags) compareRun(base *compare.Side, path string, file *record.File) (*baselineComparison, []verdict.Reason) {
	if base == nil {
		return nil, nil
	}
	run, err := compare.Read(path, file)
	var c *compare.Comparison
	if err == nil {
		c, err = compare.Compare(base, run, f.baseline.options())
	}
	if err != nil {
		return nil, []verdict.Reason{{Kind: verdict.NotComparable, Exit: exitErrors, Text: fmt.Sprintf("the run cannot be compared with its baseline: %v", err)}}
	}
	opts := f.baseline.verdictOptions(&f.verdict)
	beyond := verdict.Beyond(c, opts)
	return &baselineComparison{[]*compare.Comparison{c}, verdict.Verdict{Options: opts.Options, Found: c.Verdict}.With(beyond...)}, beyond
}

// show writes the comparison where the run's own report is: as a table, or as
// the log and summary of a workflow. Where another report has stdout the table
// goes to stderr. It ends with the verdict of the run.
func (c *baselineComparison) show(s streams, of verdict.Verdict, outputs []output) error {
	if c == nil {
		return nil
	}
	if slices.Contains(outputs, output{"github", "-"}) {
		return s.writeComparison(s.out, comparereport.Comparisons{All: c.all, Verdict: c.verdict}, of)
	}
	w := s.err
	if slices.Contains(outputs, output{"table", "-"}) {
		w = s.out
	}
	return comparereport.Table(w, comparereport.Comparisons{All: c.all, Verdict: of}, s.table(w))
}
