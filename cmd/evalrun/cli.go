package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/endpoint"
	"github.com/evalrun/evalrun/internal/messages/platform"
	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters/checkreport"
	"github.com/spf13/cobra"
)

// run is the program: arguments and streams in, exit code out.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	s := newStreams(stdin, stdout, stderr, endpoint.GivenHeaders(args)...)
	s.completing = completes(args)
	return s.guarded(func() int {
		cmd := newRoot(s)
		cmd.SetArgs(args)
		cmd.SetIn(stdin)
		cmd.SetOut(s.out)
		cmd.SetErr(s.err)
		ctx, done := context.WithCancel(context.Background())
		defer done()
		unknown := refuseHelp(cmd)
		ran, err := cmd.ExecuteContextC(ctx)
		err = s.written(cmp.Or(err, *unknown))
		if s.interrupted.Load() {
			err = worst(&exitError{code: exitInterrupted}, err)
		}
		s.report(err, loadsSuites(ran))
		_ = s.err.Flush() // there is nowhere else to report it
		return exitCode(err)
	})
}

// refuseHelp has --help behind a command that there is not set an error, in the
// place of the help of evalrun.
func refuseHelp(root *cobra.Command) *error {
	var err error
	help := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		if !cmd.HasParent() {
			err = unknownCommand(root, cmd.Flags().Args())
		}
		if err == nil {
			help(cmd, args)
		}
	})
	return &err
}

// loadsSuites reports whether a command reads suites, as a run and check do. Of
// these it is worth saying that what is wrong was found before anything was
// sent; the others never send.
func loadsSuites(cmd *cobra.Command) bool {
	return !cmd.HasParent() || cmd.Name() == "check" || cmd.Name() == "migrate" || cmd.Name() == "submit"
}

// report shows an error. Nothing of it is trusted: names of files, keys and
// messages of servers come from outside.
func (s streams) report(err error, ofSuites bool) {
	var list diagnostic.List
	var exit *exitError
	switch {
	case err == nil, errors.As(err, &exit) && exit.err == nil:
	case errors.As(err, &list):
		if checkreport.Diagnostics(s.err, list, hasColours(s.err)) != nil || len(list) < 2 {
			return
		}
		count := fmt.Sprintf("%d problems", len(list))
		if ofSuites {
			count += "; nothing was sent"
		}
		fmt.Fprintln(s.err, count)
	default:
		fmt.Fprintln(s.err, "evalrun:", safetext.Text(err.Error()))
	}
}

// wideFlag describes --wide.
const wideFlag = "table: every case and finding, at full width"

// newRoot builds the command with its subcommands.
func newRoot(s streams) *cobra.Command {
	flags := &runFlags{}
	root := &cobra.Command{
		Use:   "evalrun PATH…",
		Short: "Declarative evaluations of prompts on the Messages API",
		Long: `evalrun reads suites (YAML), sends their requests to the Messages API, checks
the answers against assertions, and says with its exit code what came of it.

Exit codes: 0 all passed, 1 a case failed or the run regressed from its
baseline, 2 suites, flags or files are wrong (nothing was sent), 3 answers
could not be had, 4 a comparison was inconclusive (with --fail-on inconclusive),
70 a fault of evalrun itself, 130 interrupted.`,
		Example: `  evalrun ./suites
  evalrun ./suites -o junit=results.xml
  evalrun report -o markdown=comment.md
  evalrun --replay examples/record.jsonl examples/suites`,
		Version:           thisBuild().Version,
		Args:              cobra.ArbitraryArgs,
		ValidArgsFunction: completeFiles,
		SilenceErrors:     true,
		SilenceUsage:      true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			s.endAtSignal(cmd)
			return checkGiven(cmd)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := unknownCommand(cmd, args); err != nil {
				return err
			}
			if err := flags.setByFile(s, cmd.Flags(), args); err != nil {
				return err
			}
			s.wide = flags.wide
			if flags.watch && !flags.dryRun {
				return watch(cmd.Context(), s, flags, args)
			}
			return runSuites(cmd.Context(), s, flags, args)
		},
	}
	root.SetFlagErrorFunc(flagError)
	cells := cmp.Or(width(s.out), helpWidth)
	root.SetHelpCommand(newHelp(root, cells))
	root.SetUsageFunc(func(cmd *cobra.Command) error {
		writeUsage(cmd.OutOrStderr(), cmd, cells)
		return nil
	})
	root.SetVersionTemplate("evalrun {{.Version}}\n")
	flags.bind(root.Flags())
	s.completeOutputs(root, formatNames())
	s.complete(root, "fail-on", comparedFailOn)
	s.complete(root, "allow", verdict.AllowNames())
	s.complete(root, "log-level", logLevels)
	s.complete(root, "platform", platform.Names())
	s.complete(root, "concurrency", []string{autoConcurrency})
	root.AddCommand(newCheck(s), newReport(s), newSchema(s), newInit(s), newImport(s), newCompare(s), newBaseline(s), newMerge(s), newPower(s), newView(s), newJudge(s), newCapture(s), newMigrate(s), newSubmit(s), newCompletion(s, root), newVersion(s))
	return root
}

// logLevels are what --log-level takes.
var logLevels = []string{"debug", "info", "warn", "error"}

// defaultLogLevel keeps what happens on the way to itself.
const defaultLogLevel = "warn"

// logger writes what happens on the way to stderr, from the level on that
// --log-level names.
func logger(w io.Writer, name string) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(name)); err != nil {
		return nil, usage(fmt.Sprintf("--log-level is %q, expected debug, info, warn or error", name), "")
	}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level})), nil
}
