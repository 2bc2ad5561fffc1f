package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/results/calibration"
	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/runreport"
)

// newReport is `evalrun report`: any report, later, from a run's record.
func newReport(s streams) *cobra.Command {
	var outputs, labels []string
	var wide bool
	var chosen chosenCases
	cmd := &cobra.Command{
		Use:   "report [RUN]",
		Short: "Make reports from a run's record (default: the last run's)",
		Long: `report makes reports from the record of a run, which may be still going on or
have been cut short: the table, or those that -o names. It says nothing about
the run with its exit code: 0 means that the reports were made, 3 that lines of
the record could not be read, which stderr names and the reports lack.`,
		Example: `  evalrun report
  evalrun report -o junit=results.xml -o markdown=comment.md
  evalrun report nightly.jsonl -o csv=nightly.csv`,
		Args: atMostOneRun,
		RunE: func(_ *cobra.Command, args []string) error {
			s.wide = wide
			return makeReports(s, runArgument(args), outputs, labels, chosen)
		},
	}
	cmd.Flags().StringVar(&chosen.where.source, "where", "", whereFlag)
	cmd.Flags().StringVar(&chosen.by, "by", "", byFlag)
	cmd.Flags().StringArrayVar(&labels, "labels", nil, "CSV `FILE` with people's labels of a random pick, repeatable: rates of rubrics are corrected by them (docs/judges.md)")
	cmd.Flags().BoolVar(&wide, "wide", false, wideFlag)
	cmd.Flags().StringArrayVarP(&outputs, "output", "o", nil, outputFlag+diagnostic.Or(formatNames()))
	s.completeOutputs(cmd, formatNames())
	return cmd
}

// makeReports is `evalrun report`.
func makeReports(s streams, path string, flags, labelFiles []string, chosen chosenCases) error {
	usual := "table"
	if len(flags) > 0 {
		usual = "" // only what is asked for
	}
	outputs, outErr := parseOutputsOf(flags, formatNames(), usual)
	labels, labelsErr := readLabels(labelFiles)
	if len(labelFiles) > 0 && chosen.where.source != "" {
		labelsErr = diagnostic.Join(labelsErr, usage("--labels is of a pick from the whole run, and --where chooses cases of it", "leave out one of them"))
	}
	src, openErr := openReported(s, path, chosen)
	if openErr == nil {
		defer src.File.Close()
	}
	if err := diagnostic.Join(outErr, labelsErr, openErr); err != nil {
		return err
	}
	if len(labels) > 0 {
		found, err := calibration.Calibrate(src.File, labels, summary.Alpha)
		if err == nil {
			err = src.Correct(found.Corrections())
		}
		if err != nil {
			return judgeError(path, err)
		}
	}
	for _, o := range outputs {
		if o.format == "jsonl" && chosen.where.source != "" {
			return usage(fmt.Sprintf("-o %s copies the record, which --where chooses no cases of", o), "leave out --where, or name another format")
		}
		if sameFile(o.path, path) {
			return usage(fmt.Sprintf("-o %s would take the place of the record that it is made from", o), "name another path")
		}
	}
	if err := writeOutputs(s, src, outputs, nil); err != nil {
		return err
	}
	for _, o := range outputs {
		if o.path != "-" {
			fmt.Fprintf(s.err, "%s report: %s\n", o.format, safetext.Line(o.path))
		}
	}
	showPending(s, path, &src)
	return damaged(path, src.File)
}

// openReported opens a record for a report. Lines that cannot be read are left
// out.
func openReported(s streams, path string, chosen chosenCases) (runreport.Source, error) {
	var src runreport.Source
	file, err := openForReport(path)
	if err == nil {
		if src, err = chosen.source(s.err, file); err == nil {
			return src, nil
		}
		file.Close()
	}
	if exit := new(exitError); errors.As(err, &exit) { // of an expression
		return src, err
	}
	if wrong := new(record.LineError); !errors.As(err, &wrong) {
		return src, recordError("", err)
	}
	if file, err = openDamagedForReport(path); err != nil {
		return src, recordError("", err)
	}
	if src, err = chosen.source(s.err, file); err != nil {
		file.Close()
		return src, usage(fmt.Sprintf("record %s: %v", path, err), "")
	}
	return src, nil
}

// damaged says which lines of a record a report lacks.
func damaged(path string, file *record.File) error {
	bad := file.Damage()
	if len(bad) == 0 {
		return nil
	}
	const shown = 5
	var said []string
	for _, b := range bad[:min(shown, len(bad))] {
		said = append(said, b.Error())
	}
	if more := len(bad) - shown; more > 0 {
		said = append(said, fmt.Sprintf("and %d more", more))
	}
	return &exitError{exitErrors, fmt.Errorf("%s of the record %s cannot be read, and the report lacks what %s: %s",
		wording.Count(len(bad), "line"), path, inflected(len(bad), "it says", "they say"), strings.Join(said, "; "))}
}

// atMostOneRun takes the record of a run, or nothing.
func atMostOneRun(_ *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usage(fmt.Sprintf("%d records are named, expected one", len(args)), "")
	}
	return nil
}

// runArgument is the record that is named, or the last run's.
func runArgument(args []string) string {
	if len(args) == 0 {
		return filepath.Join(defaultDir, lastRecord)
	}
	return args[0]
}

// openRun opens a record for reading.
func openRun(path string) (*record.File, error) {
	file, err := openForReport(path)
	if err != nil {
		return nil, recordError("", err)
	}
	return file, nil
}
