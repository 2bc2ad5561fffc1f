package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/evalrun/evalrun/internal/namedfile"
	"github.com/evalrun/evalrun/internal/results/calibration"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/judgereport"
)

// judgeFlags are those of `evalrun judge`.
type judgeFlags struct {
	labels   string
	alpha    float64
	minKappa float64
	outputs  []string
}

// newJudge is `evalrun judge`: a judge held against people's labels.
func newJudge(s streams) *cobra.Command {
	flags := &judgeFlags{}
	cmd := &cobra.Command{
		Use:   "judge [RUN]",
		Short: "Compare a judge with people's labels, or print the sheet to label (default: the last run's)",
		Long: `judge compares the verdicts that a judge gave in a run with what people say about
the same answers: how often they agree, Cohen's kappa with its interval, and
the answers where they part.

Without --labels it prints the answers that were judged as CSV, without the
judge's verdicts: write pass or fail into its first column.`,
		Example: `  evalrun judge > labels.csv
  evalrun judge --labels labels.csv
  evalrun judge nightly.jsonl --labels labels.csv --min-kappa 0.6`,
		Args: atMostOneRun,
		RunE: func(cmd *cobra.Command, args []string) error {
			if !cmd.Flags().Changed("labels") {
				return labelSheet(s, flags, runArgument(args), cmd.Flags().Changed("min-kappa"))
			}
			return calibrate(s, flags, runArgument(args), cmd.Flags().Changed("min-kappa"))
		},
	}
	cmd.Flags().StringVar(&flags.labels, "labels", "", "CSV `FILE` with people's labels (docs/judges.md)")
	cmd.Flags().Float64Var(&flags.alpha, "alpha", 0.05, "`LEVEL`: intervals are of 1-alpha")
	cmd.Flags().Float64Var(&flags.minKappa, "min-kappa", 0, "fail unless the lower end of each rubric's `KAPPA` is at least this (default: nothing fails)")
	cmd.Flags().StringArrayVarP(&flags.outputs, "output", "o", nil, outputFlag+"json or table")
	completeOutputs(cmd, []string{"json", "table"})
	return cmd
}

// labelSheet prints the sheet that people label.
func labelSheet(s streams, flags *judgeFlags, path string, minKappa bool) error {
	var needless error
	if minKappa || len(flags.outputs) > 0 {
		needless = usage("--min-kappa and -o say nothing without --labels", "`--labels FILE` names the labels to compare the judge with")
	}
	file, openErr := openRun(path)
	if err := joinProblems(needless, openErr); err != nil {
		if file != nil {
			file.Close()
		}
		return err
	}
	defer file.Close()
	rows, err := judgereport.LabelSheet(s.out, file)
	if err != nil {
		return &exitError{exitErrors, fmt.Errorf("the sheet could not be written: %w", err)}
	}
	if rows == 0 {
		return &exitError{exitErrors, fmt.Errorf("%s has no verdicts of a judge; an assertion with `rubric:` asks one", path)}
	}
	return nil
}

// calibrate holds the judge against the labels.
func calibrate(s streams, flags *judgeFlags, path string, minKappa bool) error {
	to, outErr := parseOutputsOf(flags.outputs, []string{"json", "table"}, "table")
	file, openErr := openRun(path)
	if file != nil {
		defer file.Close()
	}
	labels, labelsErr := readLabels(flags.labels)
	if err := joinProblems(outErr, checkAlpha(flags.alpha), checkKappa(flags.minKappa), openErr, labelsErr); err != nil {
		return err
	}
	found, err := calibration.Calibrate(file, labels, flags.alpha)
	if err != nil {
		return err
	}
	err = writeFound(s, to, found, func(w io.Writer, opts reporters.TableOptions) error {
		return judgereport.Table(w, found, opts)
	})
	if err != nil || !minKappa {
		return err
	}
	return atLeast(found, flags.minKappa)
}

// readLabels reads the file of labels.
func readLabels(path string) ([]calibration.Label, error) {
	file, err := namedfile.Open(path)
	if err != nil {
		return nil, usage(fmt.Sprintf("cannot read the labels %v", fileError(err)), linkHint(err, "`evalrun judge RUN > labels.csv` prints a sheet to fill in"))
	}
	defer file.Close()
	return calibration.ReadLabels(file, path)
}

func checkKappa(kappa float64) error {
	if kappa >= -1 && kappa <= 1 {
		return nil
	}
	return usage(fmt.Sprintf("--min-kappa is %g, expected a number from -1 to 1, such as 0.6", kappa), "")
}

// atLeast fails where the kappa of a rubric may be lower, by its interval, or is
// not known.
func atLeast(found *calibration.Calibration, least float64) error {
	var low []error
	for _, r := range found.Rubrics {
		name := r.Suite + " › " + r.Name
		switch {
		case r.Kappa == nil:
			low = append(low, fmt.Errorf("%s: kappa cannot be computed, and --min-kappa asks for %g", name, least))
		case r.Kappa.Low < least:
			low = append(low, fmt.Errorf("%s: kappa is %.2f, and may be as low as %.2f; --min-kappa asks for %g: label more answers, or mend the rubric", name, r.Kappa.Value, r.Kappa.Low, least))
		}
	}
	if len(low) == 0 {
		return nil
	}
	return &exitError{exitFailed, errors.Join(low...)}
}
