package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// valueKinds are what flags of a type expect, by pflag's name of it.
var valueKinds = map[string]string{
	"int": "a whole number", "uint64": "a whole number from 0", "float64": "a number",
	"duration": "a duration such as 30s or 2m", "age": "a time above 0 such as 14d or 12h", "bool": "true or false",
}

// flagsElsewhere are flags that other tools have for what evalrun calls
// otherwise, and how it is said here.
var flagsElsewhere = map[string]string{
	"config":        "suites are named without a flag: `evalrun ./suites`",
	"c":             "suites are named without a flag: `evalrun ./suites`",
	"verbose":       "`--log-level debug` logs every attempt",
	"debug":         "`--log-level debug` logs every attempt",
	"format":        "`-o FORMAT` or `-o FORMAT=PATH` writes a report, such as `-o junit=results.xml`",
	"reporter":      "`-o FORMAT` or `-o FORMAT=PATH` writes a report, such as `-o junit=results.xml`",
	"output-format": "`-o FORMAT` or `-o FORMAT=PATH` writes a report, such as `-o junit=results.xml`",
	"json":          "`-o json` or `-o json=PATH` writes JSON",
	"filter":        "`--case GLOB` chooses cases by their names, `--tag T` by their tags",
	"grep":          "`--case GLOB` chooses cases by their names, `--tag T` by their tags",
	"limit":         "`--pick N` draws N cases",
	"cache":         "`--reuse FILE` answers from a record",
	"temperature":   "`--set temperature=VALUE` sets a request field over what suites say",
	"max-tokens":    "`--set max_tokens=VALUE` sets a request field over what suites say",
	"system":        "`--set system=TEXT` sets a request field over what suites say",
	"max-broken":    "its name is `--max-newly-failing N`",
	"api-key":       "set the key in ANTHROPIC_API_KEY, so that no process list shows it",
}

// flagError says what is wrong with a flag of a command.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var lacking *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		return unknownFlag(cmd, unknown)
	case errors.As(err, &lacking):
		what, _ := pflag.UnquoteUsage(lacking.GetFlag())
		return usage(fmt.Sprintf("--%s has no value, expected %s", lacking.GetFlag().Name, what), fmt.Sprintf("`%s` says what it takes", flagsHelp(cmd)))
	case errors.As(err, &invalid):
		return invalidFlag(invalid)
	}
	return usage(err.Error(), flagsHint(cmd))
}

// flagsHint says where the command's flags are listed.
func flagsHint(cmd *cobra.Command) string {
	return fmt.Sprintf("`%s` lists the flags", flagsHelp(cmd))
}

// flagsHelp is the command that lists the flags of another.
func flagsHelp(cmd *cobra.Command) string {
	if cmd.HasAvailableSubCommands() {
		return cmd.CommandPath() + " help " + allFlags
	}
	return cmd.CommandPath() + " --help"
}

// unknownFlag says which flag may be meant: one of a like name, one of another
// command, or what other tools call so.
func unknownFlag(cmd *cobra.Command, err *pflag.NotExistError) error {
	name := err.GetSpecifiedName()
	message := "unknown flag --" + name
	if group := err.GetSpecifiedShortnames(); group != "" {
		if long, _, _ := strings.Cut(group, "="); len(long) > 1 && cmd.Flags().Lookup(long) != nil {
			return usage("unknown flag -"+long+"; did you mean --"+long+"?", "")
		}
		message = "unknown flag -" + name
		if len(group) > 1 {
			message += " in -" + group
		}
	}
	if hint := flagsElsewhere[name]; hint != "" {
		return usage(message, hint)
	}
	if len(name) > 1 {
		if owner := flagOwner(cmd.Root(), name); owner != nil {
			of := "`" + owner.CommandPath() + "`"
			if owner == cmd.Root() {
				of = "a run, `evalrun PATH…`"
			}
			return usage(fmt.Sprintf("%s has no flag --%s, which is one of %s", cmd.CommandPath(), name, of), flagsHint(cmd))
		}
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if near := diagnostic.Nearest(name, names); near != "" {
			return usage(message+"; did you mean --"+near+"?", "")
		}
	}
	return usage(message, flagsHint(cmd))
}

// flagOwner is a command that has a flag of the name; nil where none has.
func flagOwner(root *cobra.Command, name string) *cobra.Command {
	for _, cmd := range append([]*cobra.Command{root}, root.Commands()...) {
		if cmd.Flags().Lookup(name) != nil {
			return cmd
		}
	}
	return nil
}

// invalidFlag says what a flag expects.
func invalidFlag(err *pflag.InvalidValueError) error {
	f := err.GetFlag()
	expected := valueKinds[f.Value.Type()]
	if expected == "" {
		return usage(fmt.Sprintf("--%s is %q: %v", f.Name, err.GetValue(), errors.Unwrap(err)), "")
	}
	return usage(fmt.Sprintf("--%s is %q, expected %s", f.Name, err.GetValue(), expected), "")
}

// checkGiven refuses flags that were given and say nothing: an empty value, as
// of a variable that is not set, must not quietly be as if there were no flag.
func checkGiven(cmd *cobra.Command) error {
	var all diagnostic.List
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if saysNothing(f) {
			all.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--%s is empty", f.Name), Hint: "give it a value, or leave it out"})
		}
	})
	return all.Err()
}

func saysNothing(f *pflag.Flag) bool {
	list, several := f.Value.(pflag.SliceValue)
	if !several {
		return f.Value.Type() == "string" && strings.TrimSpace(f.Value.String()) == ""
	}
	values := list.GetSlice()
	for _, v := range values {
		if strings.TrimSpace(v) == "" {
			return true
		}
	}
	return len(values) == 0
}
