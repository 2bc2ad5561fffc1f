package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/results/merge"
	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/record"
)

// mergeFlags are the flags of `evalrun merge`.
type mergeFlags struct {
	out      string
	partial  bool
	baseline baselineFlags
	verdict  verdictFlags
}

// newMerge is `evalrun merge`: one record of the parts of a plan.
func newMerge(s streams) *cobra.Command {
	var f mergeFlags
	var wide bool
	cmd := &cobra.Command{
		Use:   "merge -o FILE RECORD…",
		Short: "Make one record of the records of a run's shards",
		Long: `merge makes one record of those of the runs with --shard 1/N to N/N, evaluates
the suites' gates over all of them, and says with its exit code what the whole
came to, as a run of all cases would. The other commands take the record that
it writes. Parts that overlap, are missing, were cut short or are of another
plan are named, and nothing is written.`,
		Example: `  evalrun merge -o all.jsonl shard-*.jsonl
  evalrun merge -o all.jsonl shard-*.jsonl --baseline main.jsonl
  evalrun report all.jsonl -o junit=results.xml`,
		ValidArgsFunction: completeFiles,
		RunE: func(_ *cobra.Command, args []string) error {
			s.wide = wide
			return mergeRecords(s, &f, args)
		},
	}
	cmd.Flags().StringVarP(&f.out, "output", "o", "", "write the record to `FILE`")
	cmd.Flags().BoolVar(&f.partial, "partial", false, "merge what is there, with a verdict that is incomplete (exit 3)")
	cmd.Flags().BoolVar(&wide, "wide", false, wideFlag)
	f.baseline.bindDone(cmd.Flags())
	cmd.Flags().StringSliceVar(&f.verdict.failOn, "fail-on", nil, "`WHAT` fails the whole beside what fails the shards: warnings; with --baseline any-drop and inconclusive (exit 4)")
	s.complete(cmd, "fail-on", comparedFailOn)
	return cmd
}

// check reports what cannot be merged into what.
func (f *mergeFlags) check(paths []string) error {
	format, file, given := strings.Cut(f.out, "=")
	switch {
	case len(paths) == 0:
		return usage("no records are named", "`evalrun merge -o all.jsonl shard-*.jsonl` merges those of a run's shards")
	case f.out == "":
		return usage("-o is missing", "`-o all.jsonl` says where the merged record goes")
	case f.out == "-":
		return usage("-o -: a record is written to a file", "`evalrun report FILE -o jsonl` writes the lines of a record to stdout")
	case given && slices.Contains(formatNames(), format):
		return usage(fmt.Sprintf("-o %s: merge writes a record, and no report", f.out),
			fmt.Sprintf("`-o all.jsonl` writes the record, and `evalrun report all.jsonl -o %s=%s` the report", format, file))
	}
	for _, path := range paths {
		if sameFile(path, f.out) {
			return usage(fmt.Sprintf("-o %s would take the place of a record that it is made from", f.out), "name another file")
		}
	}
	compared := len(f.baseline.paths) > 0
	if err := diagnostic.Join(f.baseline.check(&recordFlags{record: f.out}, compared), f.verdict.check(&f.baseline, compared)); err != nil {
		return err
	}
	return refuseLink("cannot write the record", f.out)
}

// mergeRecords is `evalrun merge`.
func mergeRecords(s streams, f *mergeFlags, paths []string) error {
	if err := f.check(paths); err != nil {
		return err
	}
	parts, err := openParts(paths)
	defer func() { closeParts(parts) }()
	if err != nil {
		return err
	}
	problems, lacks := merge.Check(parts)
	if !f.partial {
		problems = append(problems, lacks...)
	}
	if err := notMerged(problems, len(problems) == len(lacks) && !f.partial); err != nil {
		return err
	}
	bases, err := f.baseline.open()
	if err != nil {
		return err
	}
	defer closeSides(bases)
	withBaseline, err := f.write(parts, lacks, bases)
	if err != nil {
		return usage(fmt.Sprintf("cannot merge: %v", err), "")
	}
	fmt.Fprintf(s.err, "merged %s into %s\n", wording.Count(len(parts), "record"), safetext.Line(f.out))
	src, err := openReported(s, f.out, chosenCases{})
	if err != nil {
		return err
	}
	defer src.File.Close()
	outputs := []output{{"table", "-"}}
	return worst(decided(src.Verdict, outputs), writeReports(s, src, withBaseline, outputs, false))
}

// openParts opens all records, or says what is wrong with each.
func openParts(paths []string) ([]merge.Part, error) {
	var parts []merge.Part
	var errs []error
	for _, path := range paths {
		file, err := openForReport(path)
		if err != nil {
			errs = append(errs, recordError("", err))
			continue
		}
		parts = append(parts, merge.Part{Path: path, File: file})
	}
	return parts, diagnostic.Join(errs...)
}

// closeParts closes the records, and lets their indexes go.
func closeParts(parts []merge.Part) {
	for i := range parts {
		if parts[i].File != nil {
			_ = parts[i].File.Close() // nothing was written to it
			parts[i].File = nil
		}
	}
}

// notMerged is the error of problems; nil where there is none. partial says that
// --partial passes over all of them.
func notMerged(problems []merge.Problem, partial bool) error {
	var all diagnostic.List
	for _, p := range problems {
		all.Add(diagnostic.Diagnostic{Message: p.Message, Hint: p.Hint})
	}
	if last := len(all) - 1; last >= 0 && partial {
		hint := "`--partial` merges what is there, with a verdict that is incomplete"
		if all[last].Hint != "" {
			hint = all[last].Hint + "; " + hint
		}
		all[last].Hint = hint
	}
	return all.Err()
}

// write writes the merged record, whole or not at all, and gives how it compares
// with the baselines.
func (f *mergeFlags) write(parts []merge.Part, lacks []merge.Problem, bases []*compare.Side) (*baselineComparison, error) {
	staged, err := record.Stage(f.out)
	if err != nil {
		return nil, err
	}
	defer staged.Discard()
	sum, err := merge.Write(staged.Writer, parts, lacks, f.verdict.failOn)
	if err != nil {
		return nil, err
	}
	beyond := merge.Reasons(parts, lacks)
	closeParts(parts)
	rec := &runRecord{path: f.out, writer: staged.Writer, release: func() {}}
	if sum.Complete {
		if err := writeGates(rec); err != nil {
			return nil, err
		}
	}
	if err := staged.Append(sum); err != nil {
		return nil, err
	}
	src, err := rec.source()
	if err != nil {
		return nil, err
	}
	defer src.File.Close()
	opts := verdict.OptionsOf(&src.Run.Header)
	withBaseline, found := f.baseline.compareRun(comparedWith{bases, new(confirmation)}, f.out, src.File, opts)
	beyond = append(beyond, found...)
	src.Verdict = verdict.OfRun(src.Run, opts, beyond...)
	src.Verdict.Compared = withBaseline.compared()
	if err := rec.end(&src, beyond); err != nil {
		return nil, err
	}
	return withBaseline, staged.Place()
}

// writeGates writes the outcomes of the gates over all cases.
func writeGates(rec *runRecord) error {
	gates, err := rec.gates()
	if err != nil {
		return err
	}
	for _, g := range gates {
		if err := rec.writer.Append(g); err != nil {
			return err
		}
	}
	return nil
}
