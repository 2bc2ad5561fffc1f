package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/results/summary"
)

// compareFlags say how much evidence a verdict takes and what fails on it.
type compareFlags struct {
	alpha, margin float64
	failOn        []string
	maxBroken     int
	require       []string
}

// What --fail-on may name for a comparison, beside "none". A regression fails
// without being named: a flag that adds to what fails must not take it away.
const (
	failNone         = summary.FailOnNone
	failRegression   = "regression"
	failAnyDrop      = "any-drop"
	failInconclusive = "inconclusive"
	failWarnings     = "warnings"
)

var failNames = []string{failRegression, failAnyDrop, failInconclusive, failWarnings, failNone}

// bindEvidence binds the flags that a run with a baseline has too.
func (f *compareFlags) bindEvidence(flags *pflag.FlagSet) {
	flags.Float64Var(&f.alpha, "alpha", 0.05, "`LEVEL` of the tests; intervals are of 1-alpha")
	flags.Float64Var(&f.margin, "margin", 0.05, "a drop of this `SHARE` does not matter: UNCHANGED once a larger one is ruled out")
	flags.IntVar(&f.maxBroken, "max-broken", -1, "fail where more than `N` cases passed before and do not now (default: no bound)")
	flags.Lookup("max-broken").DefValue = "0" // so that help shows none
	flags.StringArrayVar(&f.require, "require", nil, "`EXPR` over old and new must hold, such as new.cost.total <= 1.2 * old.cost.total; repeatable")
}

func (f *compareFlags) bind(flags *pflag.FlagSet) {
	f.bindEvidence(flags)
	flags.StringSliceVar(&f.failOn, "fail-on", nil, "`WHAT` fails beside a regression: any-drop, inconclusive (exit 4), warnings; none: nothing does")
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
	if f.maxBroken < -1 {
		all.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--max-broken is %d, expected 0 or more", f.maxBroken)})
	}
	for _, source := range f.require {
		if problem := checkRequire(source); problem != nil {
			all.Add(*problem)
		}
	}
	for _, name := range f.failOn {
		if !slices.Contains(failNames, name) {
			all.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--fail-on names %q, expected %s", name, strings.Join(failNames, ", "))})
		}
	}
	return all.Err()
}

func (f *compareFlags) options() compare.Options {
	return compare.Options{Alpha: f.alpha, Margin: f.margin}
}

// verdict is the exit code of comparisons. What fails and is no verdict of its
// own is said; a comparison of nothing fails whatever is asked.
func (f *compareFlags) verdict(all []*compare.Comparison) error {
	var failures, unknown []error
	broken, inconclusive := false, false
	none := slices.Contains(f.failOn, failNone)
	for _, c := range all {
		broken = broken || c.Verdict == compare.Broken
		inconclusive = inconclusive || c.Verdict == compare.Inconclusive
		reasons, open := f.failures(c)
		if !none {
			failures, unknown = append(failures, reasons...), append(unknown, open...)
		}
	}
	switch {
	case len(failures) > 0:
		return &exitError{exitFailed, said(slices.Concat(failures, unknown))}
	case len(unknown) > 0:
		return &exitError{exitErrors, said(unknown)}
	case broken:
		return &exitError{code: exitErrors}
	case inconclusive && slices.Contains(f.failOn, failInconclusive) && !none:
		return &exitError{code: exitInconclusive}
	}
	return nil
}

// errRegressed says nothing that the report does not.
var errRegressed = errors.New("regressed")

// said joins the failures that the report does not say already; nil where
// there are none.
func said(failures []error) error {
	var texts []string
	for _, err := range failures {
		if !errors.Is(err, errRegressed) {
			texts = append(texts, err.Error())
		}
	}
	if len(texts) == 0 {
		return nil
	}
	return errors.New(strings.Join(texts, "; "))
}

// failures lists why a comparison fails, and what it is to hold and cannot be
// told.
func (f *compareFlags) failures(c *compare.Comparison) (failures, unknown []error) {
	if c.Verdict == compare.Regressed {
		failures = append(failures, errRegressed)
	}
	allowed := f.maxBroken
	if slices.Contains(f.failOn, failAnyDrop) && allowed < 0 {
		allowed = 0
	}
	if allowed >= 0 && c.Dropped > allowed {
		failures = append(failures, fmt.Errorf("%s passed before and not now; %d are allowed", count(c.Dropped, "case"), allowed))
	}
	if slices.Contains(f.failOn, failWarnings) && len(c.Warnings) > 0 {
		failures = append(failures, errors.New(count(len(c.Warnings), "warning")))
	}
	for _, source := range f.require {
		reason, err := required(source, c.Totals)
		if err != nil {
			unknown = append(unknown, err)
		}
		if reason != "" {
			failures = append(failures, errors.New(reason))
		}
	}
	return failures, unknown
}
