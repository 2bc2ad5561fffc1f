package main

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/messages/batch"
	"github.com/evalrun/evalrun/internal/models"
	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/runreport"
)

// batchFlag describes --batch.
const batchFlag = "ask by Message Batches, at half the price, and wait for them: minutes to 24 hours (docs/batches.md)"

// batchPace is when batches are looked at; tests are in a hurry.
var batchPace batch.Pace

// checkBatch reports flags that do not go with batches.
func (f *runFlags) checkBatch() diagnostic.List {
	var all diagnostic.List
	name := "--batch"
	if f.submit {
		name = "submit"
	}
	if !f.batch && !f.submit {
		return nil
	}
	for _, other := range []struct {
		given     bool
		flag, why string
	}{
		{f.records.replay != "", "--replay", "which sends nothing"},
		{f.watch, "--watch", "which runs again while you look on"},
		{f.dryRun, "--dry-run", "which sends nothing; `evalrun check --batch` says what would be in batches"},
		{f.stream, "--stream", "which no batch takes"},
		{f.stopEarly, "--stop-early", "and a batch asks all samples of a round at once"},
		{f.baseline.untilDecided, "--until-decided", "which looks at answers while others are left out"},
		{f.against != "", "--against", "which asks two sides at the same time; ask each in a run of its own, and `evalrun compare` them"},
		{f.submit && f.baseline.confirm > 0, "--confirm", "which needs the answers; give it to the run that collects them"},
	} {
		if other.given {
			all.Add(diagnostic.Diagnostic{Message: name + " is given with " + other.flag + ", " + other.why})
		}
	}
	return all
}

// lacksBatches reports whether a platform has no Message Batches.
func lacksBatches(platform string) bool {
	return slices.Contains(models.Known().Platforms[platform].Lacks, "batches")
}

// inBatches has the target's requests go into batches where the flags say so, and
// has a record that waits for batches be answered by them.
func (t *target) inBatches(flags *runFlags, rec *runRecord) error {
	var known []record.Batch
	if rec.resumed {
		known = rec.answers.Batches()
	}
	open := slices.ContainsFunc(known, func(b record.Batch) bool { return b.IsOpen() })
	mode := batch.Collect
	switch asked := flags.batch || flags.submit; {
	case t.api == nil, !open && !asked, asked && lacksBatches(flags.target.Platform):
		return nil
	case flags.submit:
		mode = batch.Submit
	case flags.batch:
		mode = batch.Wait
	}
	paid := map[string]float64{}
	if open && flags.pace.bounds() {
		var err error
		if paid, err = rec.answers.SpentInBatches(); err != nil {
			return usage(fmt.Sprintf("--resume: %v", err), "")
		}
	}
	t.batches = batch.New(batch.Options{
		API: t.api, Direct: t.sender, Record: rec.writer, Mode: mode, Known: known,
		Dir: filepath.Dir(rec.path), RetryFor: flags.pace.retryFor, Pace: batchPace,
		Observe: func(all []record.Batch) { t.seeBatches(all) },
	}, paid)
	t.sender = t.batches
	closeSender := t.close
	t.close = func() error {
		t.batches.Close()
		return closeSender()
	}
	return nil
}

// seeBatches shows batches as they change, once there is somebody to show them to.
func (t *target) seeBatches(all []record.Batch) {
	if t.showBatches != nil {
		t.showBatches(all)
	}
}

// rounds has the sides be asked in rounds of batches, if there are any.
func (t *target) rounds(ctx context.Context, sides []runner.Side) error {
	if t.batches == nil {
		return nil
	}
	if t.budget != nil {
		t.batches.Charge(t.budget)
	}
	for i := range sides {
		sides[i].Options.Round = t.round
	}
	return t.batches.Open(ctx)
}

// round is a round of batches. After the last one the memory of their results is free
// before that of the record's index is taken.
func (t *target) round(ctx context.Context, left int) (bool, error) {
	again, err := t.batches.Round(ctx, left)
	if left == 0 {
		runtime.GC()
	}
	return again, err
}

// heldByBatches is about how many bytes the batches of a plan take.
func (t *target) heldByBatches(plan *runner.Plan) int {
	if t.batches == nil {
		return 0
	}
	return batch.BytesPerRequest * (plan.Requests + judgeCalls(plan))
}

// pending says what is not answered yet, as a reason why the run is not complete;
// none where nothing is.
func (t *target) pending(submit bool) []verdict.Reason {
	if t.batches == nil || submit {
		return nil
	}
	lines := pendingBatches(t.batches.Batches())
	if len(lines) == 0 {
		return nil
	}
	return []verdict.Reason{{Kind: verdict.Incomplete, Exit: exitErrors, Text: "answers are pending: " + strings.Join(lines, "; ")}}
}

// pendingBatches describes the batches whose answers are not in the record.
func pendingBatches(all []record.Batch) []string {
	var lines []string
	for _, b := range all {
		if b.IsOpen() {
			lines = append(lines, batchLine(&b))
		}
	}
	const most = 20
	if more := len(lines) - most; more > 0 {
		lines = append(lines[:most], fmt.Sprintf("… and %d more", more))
	}
	return lines
}

// batchLine describes a batch: its requests, by what became of them, and when it
// expires.
func batchLine(b *record.Batch) string {
	name := b.ID
	if name == "" {
		name = fmt.Sprintf("batch %d, of which it is not known whether it was created", b.Number)
	}
	parts := []string{name, wording.Count(b.Requests, "request")}
	if c := b.Counts; c != nil {
		for _, of := range []struct {
			n    int
			what string
		}{{c.Processing, "processing"}, {c.Succeeded, "succeeded"}, {c.Errored, "errored"}, {c.Canceled, "canceled"}, {c.Expired, "expired"}} {
			if of.n > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", of.n, of.what))
			}
		}
	}
	switch {
	case b.State == record.BatchEnded:
		parts = append(parts, "ended")
	case !b.Expires.IsZero():
		parts = append(parts, "expires "+b.Expires.UTC().Format(time.RFC3339))
	}
	if b.Error != "" {
		parts = append(parts, b.Error)
	}
	return strings.Join(parts, " · ")
}

// showPending says what of a record's batches is pending, beside its report.
func showPending(s streams, path string, src *runreport.Source) {
	lines := pendingBatches(src.File.Batches())
	for _, line := range lines {
		fmt.Fprintln(s.err, "pending:", safetext.Line(line))
	}
	if len(lines) > 0 {
		fmt.Fprintf(s.err, "`evalrun SUITES --resume %s` collects what is there\n", safetext.Line(path))
	}
}
