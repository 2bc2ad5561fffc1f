package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/comparereport"
)

// newPlan is `evalrun plan`: how many cases or samples it takes.
func newPlan(s streams) *cobra.Command {
	var alpha, detect float64
	var outputs []string
	cmd := &cobra.Command{
		Use:   "plan [RUN [OTHER]]",
		Short: "Say how many cases or samples it takes to find a difference",
		Long: `plan reads from a run (default: the last one) how much its cases differ and how
much the answers to one case do, and says how many cases, or samples a case, it
takes to find a difference of --detect with a power of 80 %, and which of the two
is cheaper. With another run of the same cases it measures how much a change
moves cases.`,
		Example: `  evalrun plan --detect 0.05
  evalrun plan base.jsonl new.jsonl --detect 0.03`,
		RunE: func(_ *cobra.Command, args []string) error {
			to, outErr := parseOutputsOf(outputs, []string{"json", "table"}, "table")
			if err := joinProblems(outErr, checkAlpha(alpha), checkDetect(detect), checkPlanned(args)); err != nil {
				return err
			}
			plan, err := planFor(args, detect, compare.Options{Alpha: alpha})
			if err != nil {
				return err
			}
			return writeFound(s, to, plan, func(w io.Writer, opts reporters.TableOptions) error {
				return comparereport.PlanTable(w, plan, opts)
			})
		},
	}
	cmd.Flags().Float64Var(&detect, "detect", 0.05, "find a difference of pass rates of this `SHARE`")
	cmd.Flags().Float64Var(&alpha, "alpha", 0.05, "`LEVEL` of the test")
	cmd.Flags().StringArrayVarP(&outputs, "output", "o", nil, outputFlag+"json or table")
	completeOutputs(cmd, []string{"json", "table"})
	return cmd
}

func checkDetect(detect float64) error {
	if detect > 0 && detect <= 1 {
		return nil
	}
	return usage(fmt.Sprintf("--detect is %g, expected a share above 0 and up to 1, such as 0.05", detect), "")
}

func checkPlanned(args []string) error {
	if len(args) <= 2 {
		return nil
	}
	return usage(fmt.Sprintf("plan takes two records at most, found %d", len(args)), "`evalrun plan RUN OTHER --detect 0.05`")
}

// planFor plans from one run or two.
func planFor(paths []string, detect float64, opts compare.Options) (*compare.Plan, error) {
	run, err := openSide("", runArgument(paths))
	if err != nil {
		return nil, err
	}
	defer run.Close()
	if len(paths) < 2 {
		return compare.NewPlan(run, nil, detect, opts)
	}
	other, err := openSide("", paths[1])
	if err != nil {
		return nil, err
	}
	defer other.Close()
	return compare.NewPlan(run, other, detect, opts)
}
