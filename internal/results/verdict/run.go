package verdict

import (
	"fmt"
	"slices"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/record"
)

// OfRun is the verdict of a run. Beyond are reasons that its record does not
// give: how it was ended, and what a comparison found.
//
// A run that was cut short, one without a case and one of which every case was
// skipped never pass, whatever is allowed: nothing is known of them.
func OfRun(run *summary.Run, opts Options, beyond ...Reason) Verdict {
	v := Verdict{Options: opts, tooManyErrors: tooManyErrors(run, opts)}
	ended := slices.ContainsFunc(beyond, func(r Reason) bool { return r.Kind == Stopped || r.Kind == Interruption })
	var reasons []Reason
	add := func(kind Kind, exit int, format string, args ...any) {
		reasons = append(reasons, Reason{Kind: kind, Exit: exit, Text: fmt.Sprintf(format, args...)})
	}
	cases := run.Totals.Cases
	if n := failedCases(run); n > 0 {
		add(Failures, ExitFailed, "%d of %d cases failed", n, cases.Total())
	}
	gates := countGates(run)
	if n := gates[record.Fail]; n > 0 {
		add(Gates, ExitFailed, "%d of %d gates failed", n, gates[""])
	}
	if n := warnedCases(run); n > 0 && opts.fails(FailOnWarnings) {
		add(Warnings, ExitFailed, "%d of %d cases have warnings", n, cases.Total())
	}
	lacking := slices.ContainsFunc(beyond, func(r Reason) bool { return r.Kind == Incomplete })
	if !run.Complete && !ended && !lacking {
		add(Incomplete, ExitErrors, "the run was cut short")
	}
	// A run that was stopped may have asked what its record does not hold.
	// A shard may have no case, or only skipped ones: the whole decides.
	if run.Nothing() && !(ended && cases.Total() == 0) && !run.Header.IsShard() {
		add(Nothing, ExitErrors, "nothing was asked: %s", nothing(run))
	}
	if v.tooManyErrors {
		add(Errors, ExitErrors, "%d of %d cases have no outcome%s", cases.Error, cases.Total(), offRecording(run))
	}
	if n := gates[record.Errored]; n > 0 {
		add(Errors, ExitErrors, "%d of %d gates could not be decided", n, gates[""])
	}
	return v.With(append(reasons, beyond...)...)
}

// OptionsOf say what fails the run of a record, as its run line does. What that
// says wrongly counts as not said.
func OptionsOf(header *record.Run) Options {
	opts := Options{FailOn: header.FailOn, Allow: header.Allow}
	_ = opts.ParseMaxErrors(header.MaxErrors) // else none is tolerated
	return opts
}

// OfRecord is the verdict of the run of a record, by what it says that the run
// failed on and, where it came to its end, what came beside. What it says
// wrongly counts as not said.
func OfRecord(run *summary.Run, f *record.File) Verdict { return OfLabelled(run, run, f) }

// OfLabelled is OfRecord of a run that was read with people's labels, and of the
// same without them, as it was when it ended.
func OfLabelled(run, unlabelled *summary.Run, f *record.File) Verdict {
	opts := OptionsOf(&run.Header)
	if f.Verdict == nil {
		return OfRun(run, opts)
	}
	var beyond []Reason
	for _, r := range f.Verdict.Reasons {
		beyond = append(beyond, Reason{Kind: Kind(r.Kind), Exit: r.Exit, Text: r.Text})
	}
	v := OfRun(run, opts, beyond...)
	if code := f.Verdict.Exit; code != ExitPassed && OfRun(unlabelled, opts, beyond...).Exit() == ExitPassed {
		v = v.With(Reason{Kind: Stopped, Exit: code, Text: fmt.Sprintf("the run ended with the exit code %d", code)})
	}
	v.Compared = f.Verdict.Compared
	return v
}

// Line is the line of the run's record: the exit code, and the reasons that the
// other lines do not give.
func (v Verdict) Line(beyond []Reason) record.Verdict {
	line := record.Verdict{Exit: v.Exit(), Compared: v.Compared}
	for _, r := range beyond {
		line.Reasons = append(line.Reasons, record.Reason{Kind: string(r.Kind), Exit: r.Exit, Text: r.Text})
	}
	return line
}

// offRecording says for how many of the cases without an outcome that is since
// the model called a tool as it never did while the results were recorded.
func offRecording(run *summary.Run) string {
	if n := run.Totals.OffRecording; n > 0 {
		return fmt.Sprintf(", %d of them off the recording", n)
	}
	return ""
}

func nothing(run *summary.Run) string {
	if run.Totals.Cases.Total() == 0 {
		return "the run has no case"
	}
	return "every case is skipped"
}

// failedCases counts the cases that failed in suites in which each must pass.
func failedCases(run *summary.Run) int {
	n := 0
	for i := range run.Suites {
		if s := &run.Suites[i]; !s.Gated {
			n += s.Totals.Cases.Fail - s.Totals.KnownFailures
		}
	}
	return n
}

// warnedCases counts the cases of which reports show a warning.
func warnedCases(run *summary.Run) int {
	n := 0
	for i := range run.Suites {
		n += run.Suites[i].Noted()
	}
	return n
}

// countGates counts the gates by outcome, and all of them under "".
func countGates(run *summary.Run) map[string]int {
	n := map[string]int{}
	for i := range run.Suites {
		for _, g := range run.Suites[i].Gates {
			n[g.Outcome]++
			n[""]++
		}
	}
	return n
}

// tooManyErrors reports whether more cases have no outcome than is tolerated.
func tooManyErrors(run *summary.Run, opts Options) bool {
	errors, asked := 0, 0
	for i := range run.Suites {
		s := &run.Suites[i]
		asked += s.Totals.Cases.Total() - s.Totals.Cases.Skip
		if opts.counts(s) {
			errors += s.Totals.Cases.Error
		}
	}
	return errors > opts.MaxErrorCount && float64(errors)/float64(asked) > opts.MaxErrors
}
