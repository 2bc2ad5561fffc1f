package summary

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/record"
)

// What can fail a run.
const (
	FailOnFail     = "fail"     // a case failed that its suite's gates do not decide
	FailOnGate     = "gate"     // a gate failed
	FailOnError    = "error"    // answers could not be had
	FailOnWarnings = "warnings" // an assertion of the level warn failed
	FailOnNone     = "none"     // nothing does
)

// VerdictOptions say what fails a run. The zero value fails on what fails by
// default and tolerates no error.
type VerdictOptions struct {
	// FailOn are the reasons to fail a run: of the FailOn constants. Nil is
	// fail, gate and error; an empty list is none.
	FailOn []string
	// MaxErrors is what share of the cases that were asked may have no
	// outcome, 0 to 1, and MaxErrorCount how many of them; each tolerates
	// for itself. In a suite that gates decide the gates say what its errors
	// mean, but errors beyond a tolerance that was given count there too.
	MaxErrors     float64
	MaxErrorCount int
}

// ParseVerdictOptions reads what --fail-on and --max-errors say. A share is
// written with a % sign; an empty text tolerates none.
func ParseVerdictOptions(failOn []string, maxErrors string) (VerdictOptions, error) {
	var opts VerdictOptions
	if len(failOn) > 0 {
		opts.FailOn = slices.DeleteFunc(slices.Clone(failOn), func(name string) bool { return name == FailOnNone })
	}
	text, isShare := strings.CutSuffix(strings.TrimSpace(maxErrors), "%")
	switch share, err := strconv.ParseFloat(text, 64); {
	case maxErrors == "":
	case isShare && err == nil && share >= 0 && share <= 100:
		opts.MaxErrors = share / 100
	default:
		n, err := strconv.ParseUint(text, 10, 31)
		if err != nil || isShare {
			return opts, fmt.Errorf("--max-errors is %q, expected a share such as 1%% or a count such as 3", maxErrors)
		}
		opts.MaxErrorCount = int(n)
	}
	return opts, nil
}

// Outcome is the verdict by what the record says that the run was told to
// fail on. What it says wrongly counts as not said.
func (r *Run) Outcome() string {
	opts, err := ParseVerdictOptions(r.Header.FailOn, r.Header.MaxErrors)
	if err != nil {
		opts, _ = ParseVerdictOptions(r.Header.FailOn, "")
	}
	return r.Verdict(opts)
}

// Verdict says what the run as a whole came to, as the exit code has it:
// record.Fail where it failed for one of the reasons; record.Errored where
// answers were missing; else record.Pass. A failure comes before errors.
//
// Whatever the reasons, a run that was cut short, one without a case and one
// of which every case was skipped are record.Errored, since nothing is known
// of them: see Nothing.
func (r *Run) Verdict(opts VerdictOptions) string {
	if opts.FailOn == nil {
		opts.FailOn = []string{FailOnFail, FailOnGate, FailOnError}
	}
	on := func(reason string) bool { return slices.Contains(opts.FailOn, reason) }
	switch {
	case on(FailOnFail) && r.failed(), on(FailOnGate) && r.gates(record.Fail), on(FailOnWarnings) && r.warned():
		return record.Fail
	case !r.Complete || r.Nothing():
		return record.Errored
	case on(FailOnError) && (r.tooManyErrors(opts) || r.gates(record.Errored)):
		return record.Errored
	}
	return record.Pass
}

// Nothing reports whether nothing was asked: the run has no case, or every
// case was skipped.
func (r *Run) Nothing() bool { return r.Totals.Cases.asked() == 0 }

// asked counts what was not skipped.
func (o Outcomes) asked() int { return o.Total() - o.Skip }

// failed reports whether a case failed in a suite in which each must pass.
func (r *Run) failed() bool {
	return slices.ContainsFunc(r.Suites, func(s Suite) bool { return !s.Gated && s.Totals.Cases.Fail > 0 })
}

// gates reports whether a gate has the outcome.
func (r *Run) gates(outcome string) bool {
	return slices.ContainsFunc(r.Suites, func(s Suite) bool {
		return slices.ContainsFunc(s.Gates, func(g Gate) bool { return g.Outcome == outcome })
	})
}

// warned reports whether an assertion that is a warning failed.
func (r *Run) warned() bool {
	return slices.ContainsFunc(r.Suites, func(s Suite) bool { return s.marks.warned() })
}

// tooManyErrors reports whether more cases have no outcome than is tolerated.
// A gate may tolerate them as well, but not that a suite has no outcome at
// all.
func (r *Run) tooManyErrors(opts VerdictOptions) bool {
	given := opts.MaxErrors > 0 || opts.MaxErrorCount > 0
	errors, asked := 0, 0
	for i := range r.Suites {
		s := &r.Suites[i]
		cases := s.Totals.Cases
		asked += cases.asked()
		if !s.Gated || given || cases.Pass+cases.Fail == 0 {
			errors += cases.Error
		}
	}
	return errors > opts.MaxErrorCount && float64(errors) > opts.MaxErrors*float64(asked)
}
