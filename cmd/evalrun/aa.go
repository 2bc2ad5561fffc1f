package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/comparereport"
)

// newAA is `evalrun aa`: how often a suite cries wolf.
func newAA(s streams) *cobra.Command {
	var alpha float64
	var rounds int
	var outputs []string
	cmd := &cobra.Command{
		Use:   "aa [RUN]",
		Short: "Measure how often a comparison of this suite would give a false alarm",
		Long: `aa takes the record of a run that asked its cases several times (default: the
last run's), splits each case's samples at random into two halves and compares
them. Nothing differs between the halves: every REGRESSED is a false alarm.`,
		Example: "  evalrun ./suites --repeat 10 && evalrun aa",
		Args:    atMostOneRun,
		RunE: func(_ *cobra.Command, args []string) error {
			to, outErr := parseOutputsOf(outputs, []string{"json", "table"}, "table")
			if err := joinProblems(outErr, checkAlpha(alpha), checkPositive("--rounds", rounds)); err != nil {
				return err
			}
			side, err := openSide("", runArgument(args))
			if err != nil {
				return err
			}
			defer side.Close()
			noise, err := compare.AA(side, rounds, compare.Options{Alpha: alpha})
			if err != nil {
				return usage(err.Error(), "")
			}
			return writeFound(s, to, noise, func(w io.Writer, opts reporters.TableOptions) error {
				return comparereport.NoiseTable(w, noise, opts)
			})
		},
	}
	cmd.Flags().Float64Var(&alpha, "alpha", 0.05, "`LEVEL` of the tests")
	cmd.Flags().IntVar(&rounds, "rounds", 1000, "split `N` times")
	cmd.Flags().StringArrayVarP(&outputs, "output", "o", nil, outputFlag+"json or table")
	completeOutputs(cmd, []string{"json", "table"})
	return cmd
}

// writeFound writes what was found, as a table or as JSON.
func writeFound(s streams, outputs []output, found any, table func(io.Writer, reporters.TableOptions) error) error {
	return deliverAll(s, outputs, func(o output, w io.Writer) error {
		if o.format == "json" {
			return comparereport.ResultJSON(w, found)
		}
		return table(w, s.table(w))
	})
}

func checkAlpha(alpha float64) error {
	if alpha > 0 && alpha < 1 {
		return nil
	}
	return usage(fmt.Sprintf("--alpha is %g, expected a level between 0 and 1, such as 0.05", alpha), "")
}

func checkPositive(flag string, n int) error {
	if n > 0 {
		return nil
	}
	return usage(fmt.Sprintf("%s is %d, expected at least 1", flag, n), "")
}
