package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/endpoint"
	"github.com/evalrun/evalrun/internal/lint"
	"github.com/evalrun/evalrun/internal/messages/platform"
	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/suite"
)

// checkFlags are the flags of a check.
type checkFlags struct {
	suiteFlags
	online  onlineFlags
	outputs []string
	failOn  []string
	ignore  []string
	// mend says that what is certain is mended first, diff that this is only shown.
	mend, diff bool
	batch      bool
}

func (f *checkFlags) bind(flags *pflag.FlagSet) {
	f.suiteFlags.bind(flags)
	inGroup(flags, "Asking the API", func(flags *pflag.FlagSet) {
		f.online.bind(flags)
		f.target.bind(flags)
	})
	inGroup(flags, "What is found", f.bindFound)
}

func (f *checkFlags) bindFound(flags *pflag.FlagSet) {
	f.bindLog(flags)
	flags.StringArrayVarP(&f.outputs, "output", "o", nil, "write what was found as `FORMAT[=PATH]`, repeatable; without a path, or with -, to stdout, where it takes the text's place; formats: "+diagnostic.Or(checkFormatNames()))
	flags.BoolVar(&f.mend, "fix", false, "mend the suites first where it is certain what is meant (docs/check.md)")
	flags.BoolVar(&f.diff, "diff", false, "with --fix: print what it would change as a diff, and write nothing")
	flags.BoolVar(&f.batch, "batch", false, "assume Message Batches: their price, how many come one after the other, and what is in none")
	flags.StringSliceVar(&f.failOn, "fail-on", nil, "`WHAT` makes it exit 1: warnings")
	flags.StringSliceVar(&f.ignore, "ignore", nil, "ignore the lint `NAME`, the word in brackets behind a warning; repeatable")
}

// check reports values that the flags cannot have.
func (f *checkFlags) check() error {
	var all diagnostic.List
	for _, name := range f.failOn {
		if name != verdict.FailOnWarnings {
			all.Add(diagnostic.Diagnostic{
				Message: fmt.Sprintf("--fail-on names %q, expected %s", name, verdict.FailOnWarnings),
				Hint:    "warnings fail no check by themselves, errors always do",
			})
		}
	}
	known := lintNames()
	for _, name := range f.ignore {
		if slices.Contains(known, name) {
			continue
		}
		d := diagnostic.Diagnostic{Message: fmt.Sprintf("--ignore names %q, which is not a lint", name), Hint: "docs/lints.md lists them"}
		if near := diagnostic.Nearest(name, known); near != "" {
			d.Message += fmt.Sprintf("; did you mean %q?", near)
			d.Hint = ""
		}
		all.Add(d)
	}
	return diagnostic.Join(all.Err(), f.online.check(f.target))
}

// lintNames are the names of all lints.
func lintNames() []string {
	var names []string
	for _, l := range lint.Lints() {
		names = append(names, l.Name)
	}
	return names
}

// newCheck is `evalrun check`: all that can be known without sending.
func newCheck(s streams) *cobra.Command {
	flags := &checkFlags{}
	cmd := &cobra.Command{
		Use:   "check PATH…",
		Short: "Load suites, compile their assertions, print the plan and what looks wrong; send nothing",
		Long: `check loads suites, compiles their assertions and prints what a run would do,
then warnings: what the API is known to refuse, what no answer can pass or
fail, what nothing uses. docs/lints.md describes each by its name in brackets.
Nothing is sent, and no key is needed.

With --model it says which cases cannot be asked of another model. With --online
it asks the API, for nothing, about the models that are named and has it count
tokens of prompts.`,
		Example: `  evalrun check ./suites
  evalrun check ./suites --model claude-opus-5-5
  evalrun check ./suites --online
  evalrun check ./suites --against origin/main
  evalrun check ./suites --fix --diff
  evalrun check ./suites --fail-on warnings -o github`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := flags.setRepeatByFile(cmd.Flags(), args); err != nil {
				return err
			}
			if flags.diff && !flags.mend {
				return usage("--diff is given without --fix", "`evalrun check --fix --diff` prints what --fix would change")
			}
			if flags.mend && len(args) > 0 {
				if err := flags.fix(s, args); err != nil || flags.diff {
					return err
				}
			}
			return check(cmd.Context(), s, flags, args)
		},
	}
	flags.bind(cmd.Flags())
	s.completeOutputs(cmd, checkFormatNames())
	s.complete(cmd, "fail-on", []string{verdict.FailOnWarnings})
	s.complete(cmd, "ignore", lintNames())
	s.complete(cmd, "log-level", logLevels)
	s.complete(cmd, "platform", platform.Names())
	return cmd
}

// check is `evalrun check PATH…`.
func check(ctx context.Context, s streams, flags *checkFlags, paths []string) error {
	outputs, outErr := parseOutputsOf(flags.outputs, checkFormatNames(), "text")
	api, apiErr := flags.online.api(s, flags)
	lints := &linting{version: flags.target.apiVersion, platform: flags.target.Platform, now: retirementsAt(flags.target.Platform)}
	other, againstErr := flags.openAgainst(ctx, paths)
	defer other.close()
	checks, toolsErr := flags.loadTools()
	if flags.outside = (staticTools{checks}); toolsErr != nil {
		flags.outside = staticTools{}
	}
	plan, planErr := flags.plan(s, paths, planning{observe: lints.see, with: other, batched: flags.batch && !lacksBatches(flags.target.Platform)})
	if planErr == nil && checks != nil {
		toolsErr = flags.missingChecks(plan, checks)
	}
	wrong := diagnostic.Join(outErr, flags.check(), apiErr, againstErr, planErr, toolsErr)
	if wrong == nil && other != nil {
		wrong = other.load(s, &flags.suiteFlags, func(*suite.Case) {})
	}
	if wrong != nil && outErr != nil {
		return wrong
	}
	done := &checked{flags: flags, plan: plan, against: other, wrong: wrong}
	var askErr error
	if wrong == nil {
		done.found = lints.report(plan)
		askErr = done.ask(ctx, api)
		done.found.Findings = slices.DeleteFunc(done.found.Findings, func(f lint.Finding) bool {
			return slices.Contains(flags.ignore, f.Rule)
		})
	}
	err := deliverAll(s, outputs, func(o output, w io.Writer) error { return checkFormats[o.format](done, w, s) })
	if wrong == nil && len(done.found.Findings) > 0 && slices.Contains(flags.failOn, verdict.FailOnWarnings) {
		return worst(askErr, err, &exitError{code: exitFailed})
	}
	return worst(wrong, askErr, err)
}

// recordsAsSuites reports records that are given as suites. One is the value
// of --failed where that was thought to take it without =.
func (f *suiteFlags) recordsAsSuites(paths []string) error {
	var all diagnostic.List
	for _, path := range paths {
		if filepath.Ext(path) != ".jsonl" {
			continue
		}
		hint := fmt.Sprintf("`evalrun report %[1]s` shows a record, `--replay %[1]s` answers from it", path)
		if f.given("failed") && f.choice.failed == defaultRecord {
			hint = fmt.Sprintf("--failed takes its record behind =: `--failed=%s`", path)
		}
		all.Add(diagnostic.Diagnostic{Message: path + " is not a suite, which is a YAML file", Hint: hint})
	}
	return all.Err()
}

// linting looks for what check warns of while the plan is made.
type linting struct {
	version  string // of the API, where suites say none; "" for the default
	platform string
	now      time.Time
	linter   *lint.Linter
}

// retirementsAt is the time at which models' ends are looked at. Amazon Bedrock
// and Google Vertex AI have days of their own, which are not known: the zero
// time.
func retirementsAt(platform string) time.Time {
	if platform == "bedrock" || platform == "vertex" {
		return time.Time{}
	}
	return now()
}

// see looks at a case of the plan.
func (l *linting) see(p *runner.Planner, c *suite.Case) {
	if l.linter == nil {
		l.linter = lint.New(lint.Options{Compiler: p.Compiler(), Version: cmp.Or(l.version, endpoint.DefaultVersion), Platform: l.platform, Now: l.now})
	}
	l.linter.Case(c)
}

// report gives what was found.
func (l *linting) report(p *runner.Plan) *lint.Report {
	if l.linter == nil {
		return &lint.Report{}
	}
	return l.linter.Report(p.Suites())
}

// planning is what a plan is made for.
type planning struct {
	// run says that the plan is run, and not only shown.
	run bool
	// batched says that requests go into batches.
	batched bool
	// observe is shown every chosen case; nil is nobody.
	observe func(*runner.Planner, *suite.Case)
	// with is the other side of the run, which takes note of the cases; nil
	// without one. at is it where the plan is its own.
	with, at *against
	// adjust changes what is loaded; nil is nothing.
	adjust func(*suite.Options)
}

// plan loads the suites and compiles them. What is wrong with the flags is
// found together with what is wrong with the suites.
func (f *suiteFlags) plan(s streams, paths []string, to planning) (*runner.Plan, error) {
	if len(paths) == 0 && to.at == nil {
		return nil, usage("no suites are named", "name a file or a directory: `evalrun check ./suites`")
	}
	if err := f.recordsAsSuites(paths); err != nil {
		return nil, err
	}
	log, logErr := logger(s.err, f.logLevel)
	table, pricesErr := f.table()
	opts, optsErr := f.options()
	if to.at != nil {
		opts = to.at.options(opts)
	}
	opts.Tools = f.outside
	if to.adjust != nil {
		to.adjust(&opts)
	}
	planner := runner.NewPlanner(table)
	if to.batched {
		planner.InBatches()
	}
	opts.Each = func(c *suite.Case) {
		planner.Add(c)
		to.with.note(c)
	}
	if to.observe != nil {
		planner.Observe = func(c *suite.Case) { to.observe(planner, c) }
	}
	if to.run || to.with != nil {
		opts.Every = func(c *suite.Case) {
			planner.Every(c)
			to.with.noteAll(c)
		}
	}
	set, loadErr := suite.Load(paths, opts)
	if to.at == nil {
		f.inputs = set.Inputs()
	}
	if log != nil {
		for _, name := range set.Ignored {
			log.Info("not a suite, left alone", "file", name)
		}
		for _, link := range set.SkippedLinks {
			log.Warn("a link is not followed", "link", link.Path, "why", link.Reason)
		}
	}
	plan, planErr := planner.Plan(set)
	return plan, diagnostic.Join(logErr, pricesErr, optsErr, loadErr, planErr)
}
