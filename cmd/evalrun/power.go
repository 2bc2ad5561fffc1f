package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/comparereport"
)

// newPower is `evalrun power`: what comparisons of a suite's runs find.
func newPower(s streams) *cobra.Command {
	var alpha, margin, detect float64
	var outputs []string
	cmd := &cobra.Command{
		Use:   "power [RUN]",
		Short: "Say what comparisons of this suite would find, and what more cases would",
		Long: `power takes the record of a run (default: the last one's), simulates runs like it
and compares them as compare does. It says how often the same is called REGRESSED,
the smallest drop of the pass rate that is found 8 times in 10, and whether more
cases or more samples a case buy more. A drop is that of some cases, which fail
as a whole: a change that makes all a little worse is found more often.

It takes cases that were asked several times (--repeat 5) to tell how much the
answers to one case differ. Where no answer failed, or none passed, nothing is
known.`,
		Example: `  evalrun ./suites --repeat 5 && evalrun power
  evalrun power run.jsonl --detect 0.03 --margin 0.03`,
		Args: atMostOneRun,
		RunE: func(_ *cobra.Command, args []string) error {
			to, outErr := parseOutputsOf(outputs, []string{"json", "table"}, "table")
			if err := diagnostic.Join(outErr, checkAlpha(alpha), checkShare("--margin", margin), checkShare("--detect", detect)); err != nil {
				return err
			}
			side, err := openSide("", runArgument(args))
			if err != nil {
				return err
			}
			defer side.Close()
			power := compare.NewPower(side, detect, compare.Options{Alpha: alpha, Margin: margin})
			return writeFound(s, to, power, func(w io.Writer, opts reporters.TableOptions) error {
				return comparereport.PowerTable(w, power, opts)
			})
		},
	}
	cmd.Flags().Float64Var(&detect, "detect", 0.05, "find a drop of the pass rate of this `SHARE`")
	cmd.Flags().Float64Var(&alpha, "alpha", 0.05, "`LEVEL` of the tests")
	cmd.Flags().Float64Var(&margin, "margin", 0.05, "a drop of this `SHARE` does not matter, as in compare")
	cmd.Flags().StringArrayVarP(&outputs, "output", "o", nil, outputFlag+"json or table")
	s.completeOutputs(cmd, []string{"json", "table"})
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

func checkShare(flag string, value float64) error {
	if value > 0 && value <= 1 {
		return nil
	}
	return usage(fmt.Sprintf("%s is %g, expected a share above 0 and up to 1, such as 0.05", flag, value), "")
}
