package main

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// commandsOfOtherTools are commands by what other tools call them.
var commandsOfOtherTools = map[string]string{
	"diff": "compare", "lint": "check", "validate": "check", "show": "report", "open": "view", "ui": "view", "new": "init",
	"join": "merge", "combine": "merge", "merge-reports": "merge",
	"aa": "power", "plan": "power", // as they were called here
}

// runCommandsOfOtherTools are what other tools call running suites, which evalrun
// does without a command.
var runCommandsOfOtherTools = []string{"run", "eval", "evaluate", "test", "exec", "start"}

// unknownCommand is the problem of a first argument that is a word, but neither a
// file nor a command; nil where there is none.
func unknownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 || strings.ContainsAny(args[0], `./\`) {
		return nil
	}
	word := args[0]
	if _, err := os.Lstat(word); err == nil {
		return nil
	}
	if slices.Contains(runCommandsOfOtherTools, word) {
		return usage(fmt.Sprintf("there is no command and no file %q", word), "suites are run without a command: `evalrun ./suites`")
	}
	near := cmp.Or(commandsOfOtherTools[word], diagnostic.Nearest(word, commandNames(root)))
	if near == "" {
		near = nearFile(word)
	}
	if near != "" {
		return usage(fmt.Sprintf("there is no command and no file %q; did you mean `evalrun %s`?", word, near), "")
	}
	return usage(fmt.Sprintf("there is no command and no file %q", word), "`evalrun --help` lists the commands; suites are named by their files: `evalrun ./suites`")
}

// nearFile is a file of the working directory that may be meant; "" for none.
func nearFile(word string) string {
	entries, err := os.ReadDir(".")
	if err != nil {
		return ""
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if near := diagnostic.Nearest(word, names); near != "" {
		return "./" + near
	}
	return ""
}

func commandNames(root *cobra.Command) []string {
	var names []string
	for _, cmd := range root.Commands() {
		if cmd.IsAvailableCommand() {
			names = append(names, cmd.Name())
		}
	}
	return names
}

// allFlags is what help lists all flags of a run for.
const allFlags = "flags"

// newHelp is `evalrun help`, which refuses the name of an unknown command.
func newHelp(root *cobra.Command, cells int) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Show the help of evalrun or of a command, or all flags of a run",
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return append(commandNames(root), allFlags), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if slices.Equal(args, []string{allFlags}) {
				writeFlags(root.OutOrStdout(), root, cells)
				return nil
			}
			cmd, rest, err := root.Find(args)
			if err == nil && len(rest) == 0 {
				return cmd.Help()
			}
			message := fmt.Sprintf("there is no command %q", strings.Join(args, " "))
			if near := diagnostic.Nearest(args[0], commandNames(root)); near != "" {
				return usage(message+fmt.Sprintf("; did you mean `evalrun help %s`?", near), "")
			}
			return usage(message, "`evalrun help` lists the commands")
		},
	}
}
