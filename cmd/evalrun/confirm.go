package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/internal/runrecord"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// confirmFlag describes --confirm.
const confirmFlag = "ask cases that dropped `N` times anew on both sides, and fail on those that drop again; with one --baseline that is a record, or --against"

// checkConfirm reports what --confirm cannot do.
func (f *runFlags) checkConfirm() diagnostic.List {
	var all diagnostic.List
	if f.baseline.confirm == 0 {
		return nil
	}
	wrong := func(message, hint string) {
		all.Add(diagnostic.Diagnostic{Message: "--confirm " + message, Hint: hint})
	}
	fewest := compare.FewestToConfirm(f.baseline.alpha)
	sides := len(f.baseline.paths)
	if f.against != "" {
		sides++
	}
	switch {
	case f.baseline.confirm < fewest || f.baseline.confirm > suite.MaxRepeat:
		wrong(fmt.Sprintf("is %d, expected %d to %d: with fewer not even a case that always passed and always fails now could be confirmed", f.baseline.confirm, fewest, suite.MaxRepeat), "")
	case sides == 0:
		wrong("is given, and there is nothing to compare the run with", baselineHint)
	case sides > 1:
		wrong(fmt.Sprintf("asks both sides of a comparison, and there are %d comparisons", sides), "compare with one side: `--against`, or one `--baseline`")
	}
	if f.records.replay != "" {
		wrong("asks anew, and --replay sends nothing", "")
	}
	if f.watch {
		wrong("asks anew each time, and --watch asks only for what changed", "")
	}
	return all
}

// confirmation is the asking anew of cases that dropped.
type confirmation struct {
	s      streams
	flags  *runFlags
	p      *prepared
	rec    *runRecord
	base   *compare.Side // --baseline; nil with --against
	sender func(*runner.Options)

	asked   []*compare.Side
	notDone []compare.CaseRef
}

// apply takes what was found into the comparison.
func (c *confirmation) apply(to *compare.Comparison) {
	var base, now *compare.Side
	switch {
	case len(c.asked) == 2:
		base, now = c.asked[0], c.asked[1]
	case len(c.notDone) == 0:
		return // nothing dropped
	}
	to.Confirm(base, now, c.flags.baseline.confirm, c.notDone, c.flags.baseline.options())
}

func (c *confirmation) close() { closeSides(c.asked) }

// ask compares what is recorded so far, and asks what dropped anew.
func (c *confirmation) ask(ctx context.Context) error {
	dropped, err := c.dropped()
	if err != nil || len(dropped) == 0 {
		return err
	}
	plans, err := c.plans(dropped)
	if err != nil || plans[0].Samples == 0 {
		return err
	}
	if !c.flags.quiet {
		fmt.Fprintf(c.s.err, "confirm: %s that dropped: asked %s anew on both sides\n", wording.Count(plans[1].Cases, "case"), wording.Count(c.flags.baseline.confirm, "time"))
	}
	return c.run(ctx, plans)
}

// dropped are the cases to ask anew. Those that are left are noted.
func (c *confirmation) dropped() ([]compare.CaseChange, error) {
	found, closeAll, err := c.compare(0)
	defer closeAll()
	if err != nil {
		return nil, err
	}
	chosen, left := found.Choose(c.flags.baseline.confirm)
	for _, d := range left {
		c.leave(d, fmt.Sprintf("%d cases fell more, and as many can be confirmed by %s", len(chosen), wording.Count(c.flags.baseline.confirm, "sample")))
	}
	return chosen, nil
}

func (c *confirmation) leave(d compare.CaseChange, why string) {
	ref := d.CaseRef
	ref.Reason = why
	c.notDone = append(c.notDone, ref)
}

// plans are those of the base and of the new side. A case whose base cannot be
// asked is in neither.
func (c *confirmation) plans(dropped []compare.CaseChange) ([2]*runner.Plan, error) {
	var plans [2]*runner.Plan
	old, now := map[record.ID]bool{}, map[record.ID]*payload.JSON{}
	left := map[record.ID]string{}
	byNew := map[record.ID]compare.CaseChange{}
	for _, d := range dropped {
		byNew[d.NewID()] = d
		old[d.OldID()] = true
	}
	var err error
	plans[1], err = c.p.plan.Again(c.flags.baseline.confirm, func(k *suite.Case) (bool, *payload.JSON) {
		id := record.ID{Suite: k.Suite.Name, Case: k.Name, Variant: k.Variant}
		d, ok := byNew[id]
		switch {
		case !ok:
			return false, nil
		case c.p.plan.IsCompared(k):
			left[id] = "its answers are compared with those of other variants"
		case c.base != nil:
			body, err := c.recorded(d, k)
			if err != nil {
				left[id] = err.Error()
				break
			}
			now[id] = body
		}
		return left[id] == "", nil
	})
	if err != nil {
		return plans, err
	}
	if c.base != nil {
		plans[0], err = c.p.plan.Again(c.flags.baseline.confirm, func(k *suite.Case) (bool, *payload.JSON) {
			body := now[record.ID{Suite: k.Suite.Name, Case: k.Name, Variant: k.Variant}]
			return body != nil, body
		})
	} else {
		plans[0], err = c.p.against.plan.Again(c.flags.baseline.confirm, func(k *suite.Case) (bool, *payload.JSON) {
			return old[record.ID{Suite: k.Suite.Name, Case: k.Name, Variant: k.Variant}], nil
		})
	}
	for id, why := range left {
		c.leave(byNew[id], why)
	}
	return plans, err
}

// recorded is the request of the base in a case.
func (c *confirmation) recorded(d compare.CaseChange, k *suite.Case) (*payload.JSON, error) {
	file := c.base.Record()
	if file == nil {
		return nil, errors.New("a baseline holds no requests; name the record that it was made of, or ask by --against")
	}
	return runner.Recorded(file, d.OldID(), k, c.p.target.version)
}

// run asks both sides in turn. Each has a record of its own.
func (c *confirmation) run(ctx context.Context, plans [2]*runner.Plan) error {
	path := strings.TrimSuffix(c.rec.path, filepath.Ext(c.rec.path)) + confirmed
	var sides []runner.Side
	var records []*runRecord
	patterns, _ := c.flags.records.patterns()
	for i, at := range []string{otherSide(path), path} {
		if err := refuseLink("cannot write the record", at); err != nil {
			return err
		}
		w, err := record.Create(at)
		if err != nil {
			return err
		}
		defer w.Close()
		if len(patterns) > 0 {
			w.Redact(patterns)
		}
		rec := &runRecord{path: at, writer: w}
		records = append(records, rec)
		header := c.p.target.header
		header.Resumed, header.Side = false, nil
		header.Choice = &record.Choice{By: []string{fmt.Sprintf("--confirm %d", c.flags.baseline.confirm)}}
		opts := runner.Options{
			Record: w, Concurrency: c.flags.samples(plans[i]), Version: c.p.target.version, Timeout: c.flags.timeout, Stream: c.flags.stream, Header: header,
		}
		c.sender(&opts)
		sides = append(sides, runner.Side{Plan: plans[i], Options: opts})
	}
	runErr := runner.RunSides(ctx, sides...)
	for _, rec := range records {
		file, err := rec.open()
		if err != nil {
			return errors.Join(runErr, err)
		}
		side, err := compare.Read(rec.path, file)
		if err != nil {
			return errors.Join(runErr, err, file.Close())
		}
		c.asked = append(c.asked, side)
		runErr = errors.Join(runErr, rec.writer.End())
	}
	return runErr
}

// confirmed is how the records of what was asked anew end.
const confirmed = runrecord.Confirmed
