package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/evalrun/evalrun/internal/runrecord"
	"github.com/evalrun/evalrun/record"
)

// open opens the records of all sides, and has them keep one bound of money.
func (p *proof) open() error {
	p.flags.records.begin(p.s)
	patterns, _ := p.flags.records.patterns() // check has reported what is wrong with them
	var spent record.Spending
	for _, side := range p.sides {
		var err error
		if side.rec, err = p.openSide(side); err != nil {
			p.closeRecords()
			return err
		}
		if len(patterns) > 0 {
			side.rec.writer.Redact(patterns)
		}
		if !p.flags.pace.bounds() {
			continue
		}
		more, err := side.rec.spent()
		if err != nil {
			p.closeRecords()
			return err
		}
		spent.USD += more.USD
		spent.LostUSD += more.LostUSD
	}
	if p.flags.pace.bounds() {
		first := p.sides[0]
		p.target.budget = first.plan.Bounded(p.target.sender, p.flags.pace.maxCost, spent, first.rec.writer)
		p.target.sender = p.target.budget
	}
	return nil
}

// file is where the record of a side is.
func (p *proof) file(side *proofSide) string {
	name := "old"
	if side.of == record.SideSetting {
		name = slug("to " + strings.TrimSuffix(strings.Join(p.to, " ")+" "+side.name, strings.Join(p.to, " ")))
	}
	return filepath.Join(cmp.Or(p.flags.records.resume, p.flags.records.record, filepath.FromSlash(proofDir)), name+".jsonl")
}

// openSide opens the record of a side, and the one that may answer it.
func (p *proof) openSide(side *proofSide) (*runRecord, error) {
	path, baseURL := p.file(side), p.target.header.BaseURL
	if err := refuseLink("cannot write the record", path); err != nil {
		return nil, err
	}
	if p.flags.records.resume != "" {
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			return p.resume(side, path, baseURL)
		}
	}
	rec := &runRecord{path: path}
	var err error
	if p.flags.records.reuse != "" {
		if rec.answers, err = openAnswers("--reuse", p.flags.records.reuse, baseURL); err != nil {
			return nil, err
		}
	}
	begin := record.Create
	if p.flags.records.record == "" && p.flags.records.resume == "" {
		begin = func(path string) (*record.Writer, error) {
			return runrecord.BeginIn(path, filepath.Join("proof", "previous-"+filepath.Base(path)))
		}
	}
	if rec.writer, err = begin(path); err != nil {
		return nil, errors.Join(usage(fmt.Sprintf("cannot write the record: %v", err), "`--record DIR` writes the records of the proof elsewhere"), rec.closeAnswers())
	}
	return rec, nil
}

// resume goes on with the record of a side.
func (p *proof) resume(side *proofSide, path, baseURL string) (*runRecord, error) {
	rec, err := resumeRecord(path, baseURL)
	if err != nil || !rec.resumed {
		return rec, err
	}
	if was := rec.answers.Run.Side; was == nil || was.Of != side.of || was.Ref != side.name {
		return nil, errors.Join(usage(fmt.Sprintf("--resume: %s is not a record of %s", path, side.name), "`--record DIR` begins a proof of its own"), rec.writer.Close(), rec.closeAnswers())
	}
	return rec, nil
}

// closeRecords closes what is open.
func (p *proof) closeRecords() {
	for _, side := range p.sides {
		if side.rec != nil {
			side.rec.closeAnswers()
			side.rec.writer.Close()
		}
	}
}
