package main

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/spf13/pflag"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/suite"
)

// comparing are the settings of a run that say how it is compared, which the
// run of a shard leaves to the whole.
var comparing = []string{"baseline", "confirm", "until-decided", "alpha", "margin", "max-newly-failing", "require"}

// setByFile sets the flags that `run` in evalrun.yaml gives and the command line
// does not. Of two bounds of money the lower one holds.
func (f *runFlags) setByFile(s streams, flags *pflag.FlagSet, paths []string) error {
	settings, err := suite.RunSettings(paths, f.root)
	if err != nil {
		return err
	}
	var all diagnostic.List
	for _, set := range settings {
		if (f.choice.isPart() || f.submit) && slices.Contains(comparing, set.Flag) {
			if f.choice.isPart() && set.Flag == "baseline" && !f.quiet && len(set.Values) > 0 {
				fmt.Fprintf(s.err, "run.baseline is left to the whole: `evalrun merge -o all.jsonl …`, then `evalrun compare %s all.jsonl`\n", safetext.Line(set.Values[0]))
			}
			continue
		}
		if f.choice.isPart() && set.Flag == "fail-on" {
			set.Values = slices.DeleteFunc(set.Values, func(what string) bool {
				return what == verdict.FailOnAnyDrop || what == verdict.FailOnInconclusive
			})
		}
		all.Add(setFlag(flags, set)...)
	}
	return all.Err()
}

// setRepeatByFile is setByFile for a check, which depends on how often cases
// are asked and makes nothing of the rest.
func (f *checkFlags) setRepeatByFile(flags *pflag.FlagSet, paths []string) error {
	settings, err := suite.RunSettings(paths, f.root)
	if err != nil {
		return err
	}
	var all diagnostic.List
	for _, set := range settings {
		if set.Flag == "repeat" {
			all.Add(setFlag(flags, set)...)
		}
	}
	return all.Err()
}

// setFlag sets a flag to what evalrun.yaml says, where the command line says
// nothing, or more money.
func setFlag(flags *pflag.FlagSet, set suite.RunSetting) (problems diagnostic.List) {
	if flags.Changed(set.Flag) && !(set.Flag == "max-cost" && isLower(flags, set)) {
		return nil
	}
	for i, value := range set.Values {
		var err error
		if list, ok := flags.Lookup(set.Flag).Value.(pflag.SliceValue); ok && i > 0 {
			err = list.Append(value)
		} else {
			err = flags.Set(set.Flag, value)
		}
		if err != nil {
			problems.Add(set.Diagnostic(fmt.Sprintf("%s: %q is not what --%s takes", set.Key, value, set.Flag), ""))
		}
	}
	return problems
}

// isLower reports whether evalrun.yaml allows less money than the flag does. What
// cannot be read is not lower than anything, and setting it says so.
func isLower(flags *pflag.FlagSet, set suite.RunSetting) bool {
	given, err := flags.GetFloat64(set.Flag)
	if err != nil || len(set.Values) != 1 {
		return true
	}
	own, err := strconv.ParseFloat(set.Values[0], 64)
	return err != nil || !(own >= given)
}
