package main

import (
	"bytes"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/evalrun/evalrun/internal/safetext"
)

// newBaseline is `evalrun baseline`: a run's numbers for version control.
func newBaseline(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "baseline [RUN]",
		Short: "Write a run's numbers as a small, sorted, diffable baseline for git (default: the last run's)",
		Long: `baseline writes to stdout what a comparison needs of a run: per case and variant
how many samples passed, the digests of the question and of the request, means
of metrics, cost, latency and tokens. It holds no text of a request or an
answer. compare and --baseline take it in the place of a record.`,
		Example: "  evalrun baseline > baseline.json\n  evalrun baseline nightly.jsonl > baseline.json",
		Args:    atMostOneRun,
		RunE: func(_ *cobra.Command, args []string) error {
			side, err := openSide("", runArgument(args))
			if err != nil {
				return err
			}
			defer side.Close()
			var text bytes.Buffer
			err = side.WriteBaseline(&text)
			if err == nil {
				_, err = s.out.Write(safetext.JSON(text.Bytes()))
			}
			if err != nil {
				return &exitError{exitErrors, fmt.Errorf("cannot write the baseline: %w", err)}
			}
			return nil
		},
	}
}
