package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const (
	// helpWidth is that of help where there is no terminal, and the widest.
	helpWidth = 100
	// minHelpWidth is the least width for what flags do, behind their names.
	minHelpWidth = 60
	// groupKey is the annotation of a flag that names its group.
	groupKey = "evalrun-group"
)

// inGroup binds flags that help shows together, below a title.
func inGroup(flags *pflag.FlagSet, title string, bind func(*pflag.FlagSet)) {
	own := pflag.NewFlagSet(title, pflag.ContinueOnError)
	own.SortFlags = false
	bind(own)
	own.VisitAll(func(f *pflag.Flag) {
		if f.Annotations[groupKey] == nil { // or of a group in this one
			f.Annotations = map[string][]string{groupKey: {title}}
		}
		flags.AddFlag(f)
	})
}

// writeUsage writes how a command is called: its examples, the commands below
// it and its flags, by their groups.
func writeUsage(w io.Writer, cmd *cobra.Command, cells int) {
	fmt.Fprintf(w, "Usage:\n  %s\n", cmd.UseLine())
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(w, "  %s COMMAND\n", cmd.CommandPath())
	}
	if cmd.HasExample() {
		fmt.Fprintf(w, "\nExamples:\n%s\n", cmd.Example)
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprint(w, "\nCommands:\n")
		for _, sub := range cmd.Commands() {
			if sub.IsAvailableCommand() {
				fmt.Fprintf(w, "  %-*s %s\n", sub.NamePadding(), sub.Name(), sub.Short)
			}
		}
	}
	if !cmd.HasAvailableSubCommands() {
		writeFlags(w, cmd, cells)
		return
	}
	common := pflag.NewFlagSet("common", pflag.ContinueOnError)
	common.SortFlags = false
	for _, name := range commonFlags {
		common.AddFlag(cmd.Flags().Lookup(name))
	}
	writeGroup(w, flagGroup{"Flags that are used most", common}, cells)
	fmt.Fprintf(w, "\n`%[1]s help flags` lists all flags of a run, `%[1]s help COMMAND` those of a command.\n", cmd.CommandPath())
}

// commonFlags are the flags of a run that help shows where it must fit a screen.
var commonFlags = []string{
	"output", "record", "replay", "resume", "case", "tag", "failed", "model", "repeat", "max-cost", "concurrency",
	"dry-run", "baseline", "fail-on",
}

// writeFlags writes all flags of a command, by their groups.
func writeFlags(w io.Writer, cmd *cobra.Command, cells int) {
	for _, g := range flagGroups(cmd.Flags()) {
		writeGroup(w, g, cells)
	}
}

func writeGroup(w io.Writer, g flagGroup, cells int) {
	fmt.Fprintf(w, "\n%s:\n%s", cmp.Or(g.title, "Flags"), flagUsages(g.flags, min(max(cells, minHelpWidth), helpWidth)))
}

// flagUsages says what flags do. A flag that may be without its value is shown as
// --failed[=FILE].
func flagUsages(flags *pflag.FlagSet, cells int) string {
	shown := pflag.NewFlagSet("", pflag.ContinueOnError)
	shown.SortFlags = false
	var optional []*pflag.Flag
	flags.VisitAll(func(f *pflag.Flag) {
		if name, _ := pflag.UnquoteUsage(f); f.NoOptDefVal != "" && name != "" && f.Value.Type() == "string" {
			changed := *f
			changed.NoOptDefVal, changed.Usage = "", strings.Replace(f.Usage, "`"+name+"`", "`[="+name+"]`", 1)
			optional = append(optional, f)
			f = &changed
		}
		shown.AddFlag(f)
	})
	text := shown.FlagUsagesWrapped(cells)
	for _, f := range optional {
		name, _ := pflag.UnquoteUsage(f)
		value := "[=" + name + "]"
		before, after, _ := strings.Cut(text, "--"+f.Name+" "+value)
		text = before + "--" + f.Name + value + " " + strings.Replace(after, value, name, 1) // which the description repeats
	}
	return text
}

// flagGroup are flags that help shows together.
type flagGroup struct {
	title string
	flags *pflag.FlagSet
}

// flagGroups are a command's flags by their groups, in the order in which they
// are bound; those of none come last.
func flagGroups(flags *pflag.FlagSet) []flagGroup {
	sorted := flags.SortFlags
	flags.SortFlags = false
	defer func() { flags.SortFlags = sorted }()
	var groups []flagGroup
	flags.VisitAll(func(f *pflag.Flag) {
		title := strings.Join(f.Annotations[groupKey], "")
		i := slices.IndexFunc(groups, func(g flagGroup) bool { return g.title == title })
		if i < 0 {
			i = len(groups)
			own := pflag.NewFlagSet(title, pflag.ContinueOnError)
			own.SortFlags = false
			groups = append(groups, flagGroup{title, own})
		}
		groups[i].flags.AddFlag(f)
	})
	slices.SortStableFunc(groups, func(a, b flagGroup) int { return strings.Compare(lastIfNone(a.title), lastIfNone(b.title)) })
	return groups
}

// lastIfNone sorts what has no title behind all that has one.
func lastIfNone(title string) string {
	if title == "" {
		return "1"
	}
	return "0"
}
