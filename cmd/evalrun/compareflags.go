package main

import (
	"fmt"

	"github.com/spf13/pflag"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/rejudge"
	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/results/verdict"
)

// compareFlags say how much evidence a verdict takes and what fails on it.
type compareFlags struct {
	alpha, margin   float64
	maxNewlyFailing int
	require         []string
}

// bind binds the flags, which a run with a baseline has too.
func (f *compareFlags) bind(flags *pflag.FlagSet) {
	f.bindEvidence(flags)
	flags.IntVar(&f.maxNewlyFailing, "max-newly-failing", -1, "fail where more than `N` cases are newly failing: passed before and do not now (default: no bound)")
	flags.Lookup("max-newly-failing").DefValue = "0" // so that help shows none
	flags.StringArrayVar(&f.require, "require", nil, "`EXPR` over old and new must hold, such as new.cost.total <= 1.2 * old.cost.total; repeatable")
}

// bindEvidence binds the flags that say how much evidence a verdict takes.
func (f *compareFlags) bindEvidence(flags *pflag.FlagSet) {
	flags.Float64Var(&f.alpha, "alpha", 0.05, "`LEVEL` of the tests; intervals are of 1-alpha")
	flags.Float64Var(&f.margin, "margin", 0.05, "a drop of this `SHARE` does not matter: NOT WORSE once a larger one is ruled out")
}

// check reports values that the flags cannot have.
func (f *compareFlags) check() error {
	var all diagnostic.List
	if !(f.alpha > 0 && f.alpha < 1) {
		all.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--alpha is %g, expected a level between 0 and 1, such as 0.05", f.alpha)})
	}
	if !(f.margin > 0 && f.margin <= 1) {
		all.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--margin is %g, expected a share above 0 and up to 1, such as 0.05", f.margin)})
	}
	if f.maxNewlyFailing < -1 {
		all.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--max-newly-failing is %d, expected 0 or more", f.maxNewlyFailing)})
	}
	for _, source := range f.require {
		if problem := checkRequire(source); problem != nil {
			all.Add(*problem)
		}
	}
	return all.Err()
}

func (f *compareFlags) options() compare.Options {
	return compare.Options{Alpha: f.alpha, Margin: f.margin, Judge: rejudge.New().Samples}
}

// verdictOptions say what fails a comparison.
func (f *compareFlags) verdictOptions(opts verdict.Options) verdict.ComparisonOptions {
	return verdict.ComparisonOptions{Options: opts, MaxNewlyFailing: f.maxNewlyFailing, Unmet: f.unmet}
}

// unmet gives the requirements over both sides that do not hold, and those of
// which that is not known.
func (f *compareFlags) unmet(both compare.BothTotals) []verdict.Reason {
	var reasons []verdict.Reason
	for _, source := range f.require {
		switch reason, err := required(source, both); {
		case err != nil:
			reasons = append(reasons, verdict.Reason{Kind: verdict.Requirement, Exit: exitErrors, Text: err.Error()})
		case reason != "":
			reasons = append(reasons, verdict.Reason{Kind: verdict.Requirement, Exit: exitFailed, Text: reason})
		}
	}
	return reasons
}
