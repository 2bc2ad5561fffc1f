// Package verdict decides what a run or a comparison came to. Its Verdict is
// the one value that the exit code and every report are made from.
package verdict

import (
	"cmp"
	"slices"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/record"
)

// The exit codes that a verdict gives.
const (
	ExitPassed       = 0
	ExitFailed       = 1   // a case or a gate failed, or the run regressed
	ExitErrors       = 3   // answers could not be had, or there is nothing to compare
	ExitInconclusive = 4   // a comparison was inconclusive, where that was asked for
	ExitInterrupted  = 130 // the run was cut short from outside
)

// exitOrder lists the codes from the one that decides before all others.
var exitOrder = []int{ExitInterrupted, ExitFailed, ExitErrors, ExitInconclusive, ExitPassed}

// Inconclusive and Interrupted are outcomes beside record.Pass, record.Fail and
// record.Errored.
const (
	Inconclusive = "inconclusive"
	Interrupted  = "interrupted"
)

var outcomes = map[int]string{
	ExitPassed: record.Pass, ExitFailed: record.Fail, ExitErrors: record.Errored, ExitInconclusive: Inconclusive, ExitInterrupted: Interrupted,
}

// Kind names what keeps a run or a comparison from passing.
type Kind string

// The kinds of reasons.
const (
	Failures      Kind = "failures"       // cases failed that no gate decides
	Gates         Kind = "gates"          // gates failed
	Errors        Kind = "errors"         // cases or gates have no outcome
	Warnings      Kind = "warnings"       // cases have warnings, or a comparison has
	Incomplete    Kind = "incomplete"     // the run was cut short
	Stopped       Kind = "stopped"        // the run was stopped by an error
	Interruption  Kind = "interruption"   // the run was stopped by a signal
	Nothing       Kind = "nothing"        // no case was asked
	Regressions   Kind = "regressions"    // a comparison says REGRESSED
	NewlyFailing  Kind = "newly-failing"  // more cases fail anew than is allowed
	Requirement   Kind = "requirement"    // a --require does not hold
	NotComparable Kind = "not-comparable" // there is nothing to compare
	Undecided     Kind = "inconclusive"   // a comparison is inconclusive
	Unproven      Kind = "unproven"       // no setting is shown to be as good as its base
	Filtered      Kind = "filtered"       // a report is of some of the cases alone
)

// Reason is why a run or a comparison is no pass.
type Reason struct {
	Kind Kind
	Exit int    // the exit code that it gives
	Text string // may quote a suite: it is not safe to show
	Of   string // the comparison that it is of, where there are several
}

// Shown reports whether the reports of the cases and gates show the reason by
// themselves.
func (r Reason) Shown() bool { return r.Kind == Failures || r.Kind == Gates || r.Kind == Errors }

// Verdict is what a run, or a comparison, came to.
type Verdict struct {
	// Reasons are why it is no pass, those that decide the exit code first.
	Reasons []Reason
	// Allowed are the reasons that --allow passes over.
	Allowed []Reason
	// Options say what fails.
	Options Options
	// Filter is the expression that chose the cases of a report, which then has
	// no verdict; "" where it is of all.
	Filter string
	// Found is what comparisons found, the worst of them; "" for a run.
	Found compare.Verdict
	// Compared are the earlier runs that a run was compared with.
	Compared []record.Compared

	tooManyErrors bool
}

// Exit is the exit code.
func (v Verdict) Exit() int {
	if len(v.Reasons) == 0 {
		return ExitPassed
	}
	return v.Reasons[0].Exit
}

// Outcome is record.Pass, record.Fail, record.Errored, Inconclusive or
// Interrupted.
func (v Verdict) Outcome() string { return outcomes[v.Exit()] }

// With adds reasons.
func (v Verdict) With(reasons ...Reason) Verdict {
	v.Reasons, v.Allowed = slices.Clone(v.Reasons), slices.Clone(v.Allowed)
	for _, r := range reasons {
		switch {
		case outcomes[r.Exit] == "" || r.Exit == ExitPassed: // as a record may have it
			r.Exit = ExitErrors
		case v.Options.allows(r.Kind):
			v.Allowed = append(v.Allowed, r)
			continue
		}
		v.Reasons = append(v.Reasons, r)
	}
	slices.SortStableFunc(v.Reasons, func(a, b Reason) int {
		return cmp.Compare(slices.Index(exitOrder, a.Exit), slices.Index(exitOrder, b.Exit))
	})
	return v
}

// WithoutFound is the verdict without what comparisons found, but for their
// verdicts.
func (v Verdict) WithoutFound() Verdict {
	v.Compared = slices.Clone(v.Compared)
	for i := range v.Compared {
		v.Compared[i].Found = nil
	}
	return v
}

// Fails reports whether a case of the suite that has the outcome keeps the run
// from passing. Where gates decide a suite and all passed, or the outcome is
// allowed, it does not.
func (v Verdict) Fails(s *summary.Suite, outcome string) bool {
	switch outcome {
	case record.Fail:
		if s.Gated {
			return slices.ContainsFunc(s.Gates, v.GateFails)
		}
		return !v.Options.allows(Failures)
	case record.Errored:
		return v.tooManyErrors && v.Options.counts(s) && !v.Options.allows(Errors) || s.Gated && slices.ContainsFunc(s.Gates, v.GateFails)
	}
	return false
}

// FailsCase reports whether a case of the suite keeps the run from passing.
func (v Verdict) FailsCase(s *summary.Suite, c *summary.Case) bool {
	return c.Known != summary.KnownFailing && v.Fails(s, c.Outcome)
}

// GateFails reports whether the gate keeps the run from passing.
func (v Verdict) GateFails(g summary.Gate) bool {
	switch g.Outcome {
	case record.Fail:
		return !v.Options.allows(Gates)
	case record.Errored:
		return !v.Options.allows(Errors)
	}
	return false
}

// ToleratedBy says by what a case of the suite is tolerated,
// where it does not fail the run: the suite's gates, or a flag.
func (v Verdict) ToleratedBy(s *summary.Suite, c *summary.Case) string {
	outcome := c.Outcome
	undecided := func(g summary.Gate) bool { return g.Outcome != record.Pass }
	left := func(g summary.Gate) bool { return g.Outcome == record.Skip }
	switch {
	case c.Known == summary.KnownFailing:
		return c.KnownText()
	case s.Gated && slices.ContainsFunc(s.Gates, left):
		return "the gates of its suite, which `evalrun merge` evaluates"
	case outcome == record.Errored && v.Options.counts(s) && !v.tooManyErrors:
		return "--max-errors"
	case s.Gated && !slices.ContainsFunc(s.Gates, undecided):
		return "the gates of its suite"
	}
	return v.Options.AllowFlag()
}
