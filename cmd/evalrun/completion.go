package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// complete has the shell complete what a flag takes, of these words; several
// go behind each other with commas where the flag takes several at once.
func (s streams) complete(cmd *cobra.Command, flag string, words []string) {
	s.completeBy(cmd, flag, func() []string { return words })
}

// completeBy is complete with words that are read when they are needed.
func (s streams) completeBy(cmd *cobra.Command, flag string, words func() []string) {
	s.register(cmd, flag, func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		before := ""
		if cmd.Flags().Lookup(flag).Value.Type() == "stringSlice" {
			before = typed[:strings.LastIndexByte(typed, ',')+1]
		}
		var out []string
		for _, w := range words() {
			if strings.HasPrefix(before+w, typed) {
				out = append(out, before+w)
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	})
}

// completeOutputs has the shell complete the formats of -o, and behind = the
// names of files.
func (s streams) completeOutputs(cmd *cobra.Command, formats []string) {
	s.register(cmd, "output", func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		if strings.Contains(typed, "=") {
			return nil, cobra.ShellCompDirectiveDefault
		}
		var out []string
		for _, f := range formats {
			if strings.HasPrefix(f, typed) {
				out = append(out, f)
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	})
}

// register does nothing unless a shell asks: cobra keeps what it is given, and with
// it all flags, for as long as the program runs, and a test runs thousands of
// commands.
func (s streams) register(cmd *cobra.Command, flag string, f cobra.CompletionFunc) {
	if !s.completing {
		return
	}
	if err := cmd.RegisterFlagCompletionFunc(flag, f); err != nil {
		panic(fmt.Sprintf("the flag --%s of %s: %v", flag, cmd.Name(), err)) // a mistake of this program
	}
}

// completeFiles completes names of files, also where there are commands that
// may be in their place.
func completeFiles(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveDefault
}

// completes reports whether a shell asks what may come next.
func completes(args []string) bool {
	return len(args) > 0 && (args[0] == cobra.ShellCompRequestCmd || args[0] == cobra.ShellCompNoDescRequestCmd)
}

// newCompletion is `evalrun completion`: the script that has a shell complete
// commands, flags and what they take.
func newCompletion(s streams, root *cobra.Command) *cobra.Command {
	scripts := map[string]func(io.Writer) error{
		"bash":       func(w io.Writer) error { return root.GenBashCompletionV2(w, true) },
		"fish":       func(w io.Writer) error { return root.GenFishCompletion(w, true) },
		"powershell": root.GenPowerShellCompletionWithDesc,
		"zsh":        root.GenZshCompletion,
	}
	shells := slices.Sorted(maps.Keys(scripts))
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print the script with which bash, fish, powershell or zsh completes commands and flags",
		Example: `  source <(evalrun completion bash)
  evalrun completion zsh > "${fpath[1]}/_evalrun"
  evalrun completion fish > ~/.config/fish/completions/evalrun.fish
  evalrun completion powershell | Out-String | Invoke-Expression`,
		ValidArgs: shells,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 || scripts[args[0]] == nil {
				return usage("completion takes the name of a shell: "+diagnostic.Or(shells), "`source <(evalrun completion bash)`")
			}
			if err := scripts[args[0]](s.out); err != nil {
				return &exitError{exitErrors, fmt.Errorf("cannot write the script: %w", err)}
			}
			return nil
		},
	}
}
