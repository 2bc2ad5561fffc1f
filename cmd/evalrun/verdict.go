package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/reporters"
)

// verdictFlags say what fails: --fail-on adds to it, --allow takes away.
type verdictFlags struct {
	failOn, allow []string
	maxErrors     string
}

// What --fail-on and --allow may name for a comparison, and what is a
// comparison's of what they may name for a run.
var (
	comparedFailOn = []string{verdict.FailOnAnyDrop, verdict.FailOnInconclusive, verdict.FailOnWarnings}
	comparedAllow  = []string{string(verdict.Regressions), verdict.AllowAll}
)

func (f *verdictFlags) bind(flags *pflag.FlagSet) {
	flags.StringSliceVar(&f.failOn, "fail-on", nil,
		"`WHAT` fails the run as well: warnings; with --baseline any-drop and inconclusive (exit 4)")
	flags.StringSliceVar(&f.allow, "allow", nil, "`WHAT` does not fail the run: "+diagnostic.Or(verdict.AllowNames())+"; reports name it")
	flags.StringVar(&f.maxErrors, "max-errors", "", "tolerate cases without an outcome: `N` of them, or a share of those asked such as 1%")
}

// bindCompared binds the flags of a comparison.
func (f *verdictFlags) bindCompared(flags *pflag.FlagSet) {
	flags.StringSliceVar(&f.failOn, "fail-on", nil, "`WHAT` fails beside a regression: any-drop, inconclusive (exit 4), warnings")
	flags.StringSliceVar(&f.allow, "allow", nil, "`WHAT` does not fail: "+diagnostic.Or(comparedAllow)+"; reports name it")
}

// checkCompared reports values that the flags of a comparison cannot have.
func (f *verdictFlags) checkCompared(of *compareFlags) error {
	all := f.checkNames(comparedFailOn, comparedAllow)
	all.Add(of.contradictions(f)...)
	return all.Err()
}

// check reports values that the flags of a run cannot have, and those that say
// nothing without a baseline.
func (f *verdictFlags) check(baseline *baselineFlags, compared bool) error {
	all := f.checkNames(comparedFailOn, verdict.AllowNames())
	if !compared {
		needless := func(flag string, names, compared []string) {
			for _, name := range names {
				if slices.Contains(compared, name) {
					all.Add(diagnostic.Diagnostic{
						Message: fmt.Sprintf("%s names %s, and there is nothing to compare the run with", flag, name), Hint: baselineHint,
					})
				}
			}
		}
		needless("--fail-on", f.failOn, []string{verdict.FailOnAnyDrop, verdict.FailOnInconclusive})
		needless("--allow", f.allow, []string{string(verdict.Regressions)})
	}
	if err := new(verdict.Options).ParseMaxErrors(f.maxErrors); err != nil {
		all.Add(diagnostic.Diagnostic{Message: err.Error()})
	}
	for _, name := range []string{string(verdict.Errors), verdict.AllowAll} {
		if f.maxErrors != "" && slices.Contains(f.allow, name) {
			all.Add(contradiction(name, "--max-errors"))
		}
	}
	all.Add(baseline.contradictions(f)...)
	return all.Err()
}

func contradiction(allow, flag string) diagnostic.Diagnostic {
	return diagnostic.Diagnostic{Message: fmt.Sprintf("--allow %s and %s contradict each other", allow, flag), Hint: "give one of them"}
}

// contradictions are the flags that add to what fails, where all is allowed.
func (f *compareFlags) contradictions(v *verdictFlags) diagnostic.List {
	var all diagnostic.List
	if !slices.Contains(v.allow, verdict.AllowAll) {
		return nil
	}
	if len(v.failOn) > 0 {
		all.Add(contradiction(verdict.AllowAll, "--fail-on"))
	}
	if f.maxNewlyFailing >= 0 {
		all.Add(contradiction(verdict.AllowAll, "--max-newly-failing"))
	}
	if len(f.require) > 0 {
		all.Add(contradiction(verdict.AllowAll, "--require"))
	}
	return all
}

// checkNames reports what --fail-on and --allow name and cannot.
func (f *verdictFlags) checkNames(failOn, allow []string) diagnostic.List {
	var all diagnostic.List
	for _, name := range f.failOn {
		if !slices.Contains(failOn, name) {
			all.Add(unknownFailOn(name, failOn))
		}
	}
	for _, name := range f.allow {
		if slices.Contains(allow, name) {
			continue
		}
		d := diagnostic.Diagnostic{Message: fmt.Sprintf("--allow names %q, expected %s", name, diagnostic.Or(allow))}
		if near := diagnostic.Nearest(name, allow); near != "" {
			d.Hint = fmt.Sprintf("did you mean `--allow %s`?", near)
		}
		all.Add(d)
	}
	return all
}

// alwaysFails are names that are no use to --fail-on, since what they name
// fails anyway, with what --allow calls it.
var alwaysFails = map[string]string{
	"fail": "failures", "gate": "gates", "error": "errors", "regression": "regressions",
	"failures": "failures", "gates": "gates", "errors": "errors", "regressions": "regressions",
}

// unknownFailOn says what is wrong with a name that --fail-on has not.
func unknownFailOn(name string, known []string) diagnostic.Diagnostic {
	d := diagnostic.Diagnostic{Message: fmt.Sprintf("--fail-on names %q, expected %s", name, strings.Join(known, ", "))}
	switch {
	case name == "none":
		d.Hint = "--fail-on only adds failures; with `--allow all` nothing fails the run"
	case alwaysFails[name] != "":
		d.Hint = fmt.Sprintf("--fail-on only adds to what fails, and %[1]s fail without it; `--allow WHAT` takes away", alwaysFails[name])
	default:
		if near := diagnostic.Nearest(name, known); near != "" {
			d.Hint = fmt.Sprintf("did you mean `--fail-on %s`?", near)
		}
	}
	return d
}

// options are the flags as a verdict takes them, once they are checked.
func (f *verdictFlags) options() verdict.Options {
	opts := verdict.Options{FailOn: f.failOn, Allow: f.allow}
	_ = opts.ParseMaxErrors(f.maxErrors) // which check reports
	return opts
}

// decided gives the exit code of a verdict. What ended the run goes to
// stderr, and so does the verdict where no report for people has stdout.
func decided(v verdict.Verdict, outputs []output) error {
	if v.Exit() == verdict.ExitPassed {
		return nil
	}
	var said []error
	for _, r := range v.Reasons {
		if r.Kind == verdict.Stopped || r.Kind == verdict.Interruption {
			said = append(said, errors.New(r.Text))
		}
	}
	if len(said) == 0 && !slices.ContainsFunc(outputs, output.isForPeople) {
		said = append(said, errors.New(reporters.VerdictLine(v)))
	}
	return &exitError{v.Exit(), errors.Join(said...)}
}

// isForPeople reports whether the report is one on stdout that ends with the
// verdict.
func (o output) isForPeople() bool {
	return o.path == "-" && slices.Contains([]string{"table", "github", "markdown"}, o.format)
}
