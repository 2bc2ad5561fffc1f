package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/evalrun/evalrun/runner"
	"github.com/evalrun/evalrun/suite"
)

// newCheck is `evalrun check`: all that can be known without sending.
func newCheck(s streams) *cobra.Command {
	flags := &suiteFlags{}
	cmd := &cobra.Command{
		Use:     "check PATH…",
		Short:   "Load suites, compile their assertions, print the plan; send nothing",
		Example: "  evalrun check ./suites",
		RunE: func(_ *cobra.Command, args []string) error {
			plan, err := flags.plan(s, args)
			if err != nil {
				return err
			}
			fmt.Fprintln(s.out, planLine(plan, flags))
			return nil
		},
	}
	flags.bind(cmd.Flags())
	return cmd
}

// plan loads the suites and compiles them. What is wrong with the flags is
// found together with what is wrong with the suites.
func (f *suiteFlags) plan(s streams, paths []string) (*runner.Plan, error) {
	if len(paths) == 0 {
		return nil, usage("no suites are named", "name a file or a directory: `evalrun ./suites`")
	}
	log, logErr := logger(s.err, f.logLevel)
	table, pricesErr := loadPrices(f.prices)
	opts, optsErr := f.options()
	set, loadErr := suite.Load(paths, opts)
	if log != nil {
		for _, name := range set.Ignored {
			log.Info("not a suite, left alone", "file", name)
		}
	}
	plan, planErr := runner.NewPlan(set, table)
	return plan, together(logErr, pricesErr, optsErr, loadErr, planErr)
}

// planLine says what a run would do.
func planLine(p *runner.Plan, f *suiteFlags) string {
	line := count(p.Cases, "case")
	if p.Variants > 1 {
		line += fmt.Sprintf(" (of %d variants)", p.Variants)
	}
	line += fmt.Sprintf(" in %s, %s", count(p.InSuites, "suite"), requests(p))
	if p.Skipped > 0 {
		line += fmt.Sprintf(" (%s skipped)", count(p.Skipped, "case"))
	}
	if f.choice.pick > 0 {
		line += fmt.Sprintf(", picked with --seed %d", f.choice.seed)
	}
	return line
}

// requests says how many requests a run sends.
func requests(p *runner.Plan) string {
	if p.AtLeast {
		return "at least " + count(p.Requests, "request")
	}
	return count(p.Requests, "request")
}

// count writes a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
