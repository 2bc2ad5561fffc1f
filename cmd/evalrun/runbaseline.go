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
	paths   []string
	confirm int // how often dropped cases are asked anew; 0 for not at all
	// untilDecided says that the run ends once it is decided.
	untilDecided bool
	compareFlags
}

func (f *baselineFlags) bind(flags *pflag.FlagSet) {
	f.bindDone(flags)
	flags.BoolVar(&f.untilDecided, "until-decided", false, untilDecidedFlag)
	flags.IntVar(&f.confirm, "confirm", 0, confirmFlag)
}

// bindDone binds what compares a run whose answers are all there.
func (f *baselineFlags) bindDone(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.paths, "baseline", nil, "compare the run with the record or baseline `FILE` when it is done; a regression fails it; repeatable: a regression from any of them does")
	f.compareFlags.bind(flags)
}

// check reports flags that say nothing without a baseline, and one that the
// run would write over.
func (f *baselineFlags) check(records *recordFlags, compared bool) error {
	var all diagnostic.List
	for flag, given := range map[string]bool{"--require": len(f.require) > 0, "--max-newly-failing": f.maxNewlyFailing >= 0} {
		if given && !compared {
			all.Add(diagnostic.Diagnostic{Message: flag + " is given, and there is nothing to compare the run with", Hint: baselineHint})
		}
	}
	for i, base := range f.paths {
		for flag, path := range map[string]string{"--record": records.record, "--resume": records.resume} {
			if path != "" && sameFile(base, path) {
				all.Add(diagnostic.Diagnostic{Message: flag + " and --baseline name the same file", Hint: "the run writes its record there; a baseline is an earlier run"})
			}
		}
		if slices.ContainsFunc(f.paths[:i], func(other string) bool { return other == base || sameFile(other, base) }) {
			all.Add(diagnostic.Diagnostic{Message: "--baseline names " + base + " twice", Hint: "name each earlier run once, such as the latest and one that stays"})
		}
	}
	return diagnostic.Join(f.compareFlags.check(), all.Err())
}

// compared reports whether the run is compared with anything.
func (f *runFlags) compared() bool { return len(f.baseline.paths) > 0 || f.against != "" }

// baselineHint is for flags that compare.
const baselineHint = "`--baseline FILE` names an earlier run, `--against GIT_REF` a commit"

// open opens the baselines before anything is sent, and before the record that
// one may be of is moved. Where one cannot be opened none is open.
func (f *baselineFlags) open() ([]*compare.Side, error) {
	var sides []*compare.Side
	for _, path := range f.paths {
		side, err := openSide("--baseline", path)
		if err != nil {
			closeSides(sides)
			return nil, err
		}
		sides = append(sides, side)
		if err := refuseUndecided("--baseline", side); err != nil {
			closeSides(sides)
			return nil, err
		}
	}
	return sides, nil
}

// baselineComparison is a run that was compared with its baselines; nil where it
// was not.
type baselineComparison struct {
	all     []*compare.Comparison
	verdict verdict.Verdict // of the comparison alone
}

// comparedWith are the sides that a run is compared with, and what was asked anew of
// the first of them.
type comparedWith struct {
	bases []*compare.Side
	anew  *confirmation
}

// compareRun compares a run's record with its baselines, and gives what of that
// keeps the run from passing.
func (f *baselineFlags) compareRun(with comparedWith, path string, file *record.File, fails verdict.Options) (*baselineComparison, []verdict.Reason) {
	if len(with.bases) == 0 {
		return nil, nil
	}
	collectBeforeComparing(append(slices.Clone(f.paths), path)...)
	run, err := compare.Read(path, file)
	var all []*compare.Comparison
	if err == nil {
		all, err = compare.Each(with.bases, run, f.options())
	}
	if err != nil {
		return nil, []verdict.Reason{{Kind: verdict.NotComparable, Exit: exitErrors, Text: fmt.Sprintf("the run cannot be compared with its baseline: %v", err)}}
	}
	with.anew.apply(all[0])
	opts := f.verdictOptions(fails)
	beyond := verdict.Beyond(all, opts)
	return &baselineComparison{all, verdict.Verdict{Options: opts.Options, Found: compare.Worst(all)}.With(beyond...)}, beyond
}

// compared is what the comparisons found, as the record has it.
func (c *baselineComparison) compared() []record.Compared {
	if c == nil {
		return nil
	}
	var out []record.Compared
	for _, one := range c.all {
		out = append(out, record.Compared{Base: one.Base, Verdict: string(one.Verdict), Found: comparereport.Sentences(one)})
	}
	return out
}

// follows reports whether show writes the comparison after the report.
func (c *baselineComparison) follows(o output) bool {
	return c != nil && o.path == "-" && (o.format == "table" || o.format == "github")
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
