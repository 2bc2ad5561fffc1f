package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/namedfile"
	"github.com/evalrun/evalrun/internal/results/calibration"
	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/judgereport"
)

// judgeFlags are those of `evalrun judge`.
type judgeFlags struct {
	labels     []string
	pick, next int
	seed       uint64
	alpha      float64
	minKappa   float64
	outputs    []string
}

var judgeFormats = []string{"json", "table"}

// newJudge is `evalrun judge`: a judge held against people's labels.
func newJudge(s streams) *cobra.Command {
	flags := &judgeFlags{}
	cmd := &cobra.Command{
		Use:   "judge [RUN]",
		Short: "Compare a judge with people's labels, or print the sheet to label (default: the last run's)",
		Long: `judge compares the verdicts that a judge gave in a run with what people say about
the same answers: how often they agree, Cohen's kappa with its interval, the
answers where they part, and, over a random pick, the rate at which people would
pass the run's answers.

Without --labels, or with --pick or --next, it prints the answers that were
judged as CSV, without the judge's verdicts: write pass or fail into its first
column.

Gates over metrics.NAME.corrected_low are decided with the labels: exit code 1
where one fails, 3 where one cannot be decided.`,
		Example: `  evalrun judge --pick 100 -o labels.csv
  evalrun judge --labels labels.csv
  evalrun judge nightly.jsonl --labels labels.csv --min-kappa 0.6
  evalrun judge --labels labels.csv --next 50 -o more.csv`,
		Args: atMostOneRun,
		RunE: func(cmd *cobra.Command, args []string) error {
			changed := cmd.Flags().Changed
			if err := flags.check(changed); err != nil {
				return err
			}
			if !changed("labels") || changed("pick") || changed("next") {
				return labelSheet(s, flags, runArgument(args))
			}
			return calibrate(s, flags, runArgument(args), changed("min-kappa"))
		},
	}
	cmd.Flags().StringArrayVar(&flags.labels, "labels", nil, "CSV `FILE` with people's labels (docs/judges.md), repeatable")
	cmd.Flags().IntVar(&flags.pick, "pick", 0, "write a sheet of `N` answers of each rubric, picked at random")
	cmd.Flags().IntVar(&flags.next, "next", 0, "write a sheet of about `N` answers of each rubric, as many that the judge fails as such that it passes, without those that --labels has")
	cmd.Flags().Uint64Var(&flags.seed, "seed", 0, "`SEED` of --pick and --next (default: a new one)")
	cmd.Flags().Float64Var(&flags.alpha, "alpha", 0.05, "`LEVEL`: intervals are of 1-alpha")
	cmd.Flags().Float64Var(&flags.minKappa, "min-kappa", 0, "fail unless the lower end of each rubric's `KAPPA` is at least this (default: nothing fails)")
	cmd.Flags().StringArrayVarP(&flags.outputs, "output", "o", nil, outputFlag+"json or table; of a sheet its file")
	s.completeOutputs(cmd, judgeFormats)
	return cmd
}

// check checks flags that go together.
func (f *judgeFlags) check(changed func(string) bool) error {
	var problems []error
	sheet := changed("pick") || changed("next") || !changed("labels")
	if changed("pick") && changed("next") {
		problems = append(problems, usage("--pick and --next each write a sheet; one is expected", ""))
	}
	for name, n := range map[string]int{"pick": f.pick, "next": f.next} {
		if changed(name) && (n < 1 || n > 1e6) {
			problems = append(problems, usage(fmt.Sprintf("--%s is %d, expected a number from 1 to 1000000", name, n), ""))
		}
	}
	if f.seed >= 1<<32 {
		problems = append(problems, usage(fmt.Sprintf("--seed is %d, expected a number below 4294967296", f.seed), ""))
	}
	if changed("seed") && !changed("pick") && !changed("next") {
		problems = append(problems, usage("--seed says nothing without --pick or --next", ""))
	}
	if sheet && changed("min-kappa") {
		problems = append(problems, usage("--min-kappa says nothing without --labels, or where a sheet is written", "`--labels FILE` names the labels to compare the judge with"))
	}
	return diagnostic.Join(problems...)
}

// calibrate holds the judge against the labels.
func calibrate(s streams, flags *judgeFlags, path string, minKappa bool) error {
	to, outErr := parseOutputsOf(flags.outputs, judgeFormats, "table")
	file, openErr := openRun(path)
	if file != nil {
		defer file.Close()
	}
	labels, labelsErr := readLabels(flags.labels)
	if err := diagnostic.Join(outErr, checkAlpha(flags.alpha), checkKappa(flags.minKappa), openErr, labelsErr); err != nil {
		return err
	}
	found, err := calibration.Calibrate(file, labels, flags.alpha)
	if err != nil {
		return judgeError(path, err)
	}
	run, err := summary.ReadCorrected(file, found.Corrections())
	if err != nil {
		return recordError("", err)
	}
	found.TakeGates(run)
	err = writeFound(s, to, found, func(w io.Writer, opts reporters.TableOptions) error {
		return judgereport.Table(w, found, opts)
	})
	if err != nil {
		return err
	}
	if minKappa {
		err = atLeast(found, flags.minKappa)
	}
	return worst(err, gatesHold(found))
}

// gatesHold fails where a gate over corrected rates does not hold, or cannot be
// decided.
func gatesHold(found *calibration.Calibration) error {
	var failed, unknown []error
	for _, g := range found.Gates {
		switch err := fmt.Errorf("%s: gate %s: %s", g.Suite, g.Expr, g.Value); g.Outcome {
		case record.Fail:
			failed = append(failed, err)
		case record.Errored:
			unknown = append(unknown, err)
		}
	}
	switch {
	case len(failed) > 0:
		return &exitError{exitFailed, errors.Join(append(failed, unknown...)...)}
	case len(unknown) > 0:
		return &exitError{exitErrors, errors.Join(unknown...)}
	}
	return nil
}

// readLabels reads the files of labels.
func readLabels(paths []string) ([]calibration.Label, error) {
	var all []calibration.Label
	var wrong []error
	for _, path := range paths {
		labels, err := readLabelFile(path)
		all, wrong = append(all, labels...), append(wrong, err)
	}
	return all, diagnostic.Join(wrong...)
}

func readLabelFile(path string) ([]calibration.Label, error) {
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
