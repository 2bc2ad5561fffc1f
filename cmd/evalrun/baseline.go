package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/evalrun/evalrun/internal/namedfile"
	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/internal/wording"
)

// newBaseline is `evalrun baseline`: a run's numbers for version control.
func newBaseline(s streams) *cobra.Command {
	var path string
	cmd := &cobra.Command{
		Use:   "baseline [RUN]",
		Short: "Write a run's numbers as a small, sorted, diffable baseline for git (default: the last run's)",
		Long: `baseline writes what a comparison needs of a run: per case and variant how many
samples passed, the digests of the question and of the request, means of metrics,
cost and tokens. It holds no text of a request or an answer, and no latencies: two
runs with the same results give the same file. compare and --baseline take it
in the place of a record.`,
		Example: "  evalrun baseline -o baseline.json\n  evalrun baseline nightly.jsonl -o baseline.json",
		Args:    atMostOneRun,
		RunE: func(_ *cobra.Command, args []string) error {
			run := runArgument(args)
			if err := checkBaselinePath(path, run); err != nil {
				return err
			}
			side, err := openSide("", run)
			if err != nil {
				return err
			}
			defer side.Close()
			if err := refuseUndecided("baseline", side); err != nil {
				return err
			}
			var text bytes.Buffer
			if err = side.WriteBaseline(&text); err == nil {
				err = writeBaseline(s.out, path, safetext.JSON(text.Bytes()))
			}
			if err != nil {
				return &exitError{exitErrors, err}
			}
			warnOfBaseline(s.err, side)
			return nil
		},
	}
	cmd.Flags().StringVarP(&path, "output", "o", "", "write to `FILE` instead of stdout; on an error the file stays as it was")
	return cmd
}

// checkBaselinePath refuses a path that leads out of the root, or to the run
// itself.
func checkBaselinePath(path, run string) error {
	if path == "" || path == "-" {
		return nil
	}
	if err := namedfile.CheckWrite(path); err != nil {
		return usage(fmt.Sprintf("-o %s: %v", path, err), namedfile.Hint)
	}
	if sameFile(path, run) {
		return usage(fmt.Sprintf("-o %s would replace the run that the baseline is made of", path), "choose another file, such as `-o baseline.json`")
	}
	return nil
}

// writeBaseline writes to stdout, or to a file that is whole or as it was.
func writeBaseline(out io.Writer, path string, text []byte) error {
	write := func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	}
	if path == "" || path == "-" {
		if err := write(out); err != nil {
			return fmt.Errorf("cannot write the baseline: %w", err)
		}
		return nil
	}
	return namedfile.WriteFile(path, write)
}

// warnOfBaseline says what a baseline lacks.
func warnOfBaseline(w io.Writer, side *compare.Side) {
	if !side.Complete {
		fmt.Fprintf(w, "warning: %s was cut short: the baseline lacks what was not asked\n", safetext.Line(side.Name))
	}
	if names := side.WithoutAnswer(); len(names) > 0 {
		const most = 5
		shown := names[:min(len(names), most)]
		more := ""
		if len(names) > most {
			more = fmt.Sprintf(" and %d more", len(names)-most)
		}
		fmt.Fprintf(w, "warning: %s without an answer in the baseline: %s%s; a comparison leaves them out\n", wording.Count(len(names), "case"), safetext.Line(strings.Join(shown, ", ")), more)
	}
}
