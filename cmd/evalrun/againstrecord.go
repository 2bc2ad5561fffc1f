package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/record"
)

// otherSide is where the record of the commit's side is, beside that of the run.
func otherSide(path string) string {
	return strings.TrimSuffix(path, filepath.Ext(path)) + ".against.jsonl"
}

// line is what the record of one side has about the other.
func (a *against) line(of, path string) *record.Side {
	side := &record.Side{Of: of, Ref: a.commit.Ref, Commit: a.commit.Hash}
	if of == record.SideNew {
		side.Record = filepath.Base(otherSide(path))
	}
	return side
}

// openRecord opens the record of the commit's side, and the one that answers it.
func (a *against) openRecord(f *recordFlags, rec *runRecord, baseURL string) error {
	path := otherSide(rec.path)
	var err error
	switch {
	case f.resume != "" && rec.resumed:
		if err := a.sameCommit(rec); err != nil {
			return err
		}
		a.rec, err = resumeRecord(path, baseURL)
		return err
	case f.replay != "":
		if a.replayed, err = openForAnswers(otherSide(f.replay)); err != nil {
			return recordError("--against: --replay answers both sides", err)
		}
	}
	if err := refuseLink("cannot write the record", path); err != nil {
		return err
	}
	w, err := record.Create(path)
	if err != nil {
		return usage(fmt.Sprintf("cannot write the record: %v", err), "the side of --against has a record of its own beside that of the run; `--record FILE` writes both elsewhere")
	}
	a.rec = &runRecord{path: path, writer: w}
	return nil
}

// sameCommit refuses to go on with a run that was compared with something else.
func (a *against) sameCommit(rec *runRecord) error {
	switch was := rec.answers.Run.Side; {
	case was == nil || was.Of != record.SideNew:
		return usage("--resume: "+rec.path+" is of a run without --against, and its other side can no longer be asked at the same time",
			"leave --against out, or begin a run of its own")
	case was.Commit != a.commit.Hash:
		return usage(fmt.Sprintf("--resume: %s was asked against %s, at %s, and %s is %s now", rec.path, was.Ref, was.Commit, a.commit.Ref, a.commit.Hash),
			"`--against "+was.Commit+"` goes on with it")
	}
	return nil
}

// begin opens the record of the commit's side as that of the run was opened.
func (a *against) begin(flags *runFlags, rec *runRecord, baseURL string, patterns []*regexp.Regexp) error {
	if a == nil {
		return nil
	}
	if err := a.openRecord(&flags.records, rec, baseURL); err != nil {
		return err
	}
	if len(patterns) > 0 {
		a.rec.writer.Redact(patterns)
	}
	return nil
}

// sides are the sides of the run, the commit's first where there is one.
func (t *target) sides(flags *runFlags, plan *runner.Plan, rec *runRecord, a *against) []runner.Side {
	if a == nil {
		return []runner.Side{{Plan: plan, Options: t.options(flags, plan, rec)}}
	}
	base := *t
	base.replayed = a.replayed
	base.header.Side = a.line(record.SideBase, rec.path)
	opts := base.options(flags, a.plan, a.rec)
	opts.Gates = nil // which are of the run
	a.missed = base.missed
	t.header.Side = a.line(record.SideNew, rec.path)
	own := t.options(flags, plan, rec)
	opts.Concurrency = max(opts.Concurrency, own.Concurrency)
	return []runner.Side{{Plan: a.plan, Options: opts}, {Plan: plan, Options: own}}
}

// end ends the record of the commit's side and adds that to what the run is
// compared with.
func (a *against) end(bases []*compare.Side, ended []verdict.Reason) ([]*compare.Side, []verdict.Reason) {
	if a == nil {
		return bases, ended
	}
	file, err := a.rec.open()
	if err == nil {
		var side *compare.Side
		if side, err = compare.Read(a.commit.String(), file); err == nil {
			bases = append(bases, side)
		}
	}
	if err = errors.Join(err, a.rec.writer.End()); err != nil {
		ended = append(ended, stopped(err))
	}
	return bases, ended
}

// closeAnswers closes what answers the commit's side.
func (a *against) closeAnswers() error {
	if a == nil {
		return nil
	}
	err := a.rec.closeAnswers()
	if a.replayed != nil {
		err = errors.Join(err, a.replayed.Close())
	}
	return err
}

// closeRecords closes what is open of the commit's side.
func (a *against) closeRecords() error {
	if a == nil || a.rec == nil {
		return nil
	}
	return errors.Join(a.closeAnswers(), a.rec.writer.Close())
}
