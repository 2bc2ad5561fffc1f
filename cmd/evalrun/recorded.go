package main

import (
	"errors"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/runreport"
)

// gates evaluates the gates of a record that is being written. All of its
// samples are there; what an earlier run left in it and its suites no longer
// have is none of theirs.
func (r *runRecord) gates() ([]record.Gate, error) {
	r.release()
	file, err := r.open()
	if err != nil {
		return nil, err
	}
	file.Summary = &record.Summary{Complete: true}
	run, err := summary.Read(file)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	src := runreport.SourceOf(run, file)
	r.read = &src
	var gates []record.Gate
	for _, s := range run.Suites {
		for _, g := range s.Gates {
			gates = append(gates, record.Gate{Suite: s.Name, Expr: g.Expr, Outcome: g.Outcome, Value: g.Value})
		}
	}
	return gates, nil
}

// open opens the record for reading, from the file that the run writes: another
// run may have replaced it at its path.
func (r *runRecord) open() (*record.File, error) { return openAndCollect(r.path, r.writer.Read) }

// source is what the run's reports are made from, once it is over. What was
// read for its gates is not read again.
func (r *runRecord) source() (runreport.Source, error) {
	if r.read == nil {
		file, err := r.open()
		if err != nil {
			return runreport.Source{}, err
		}
		return sourceOf(file)
	}
	file := r.read.File
	file.Summary = nil // which was only taken to be complete
	if err := file.Follow(); err != nil {
		return runreport.Source{}, errors.Join(err, file.Close())
	}
	if file.Summary == nil || !file.Summary.Complete {
		return sourceOf(file)
	}
	r.read.Run.End(file.Summary)
	return *r.read, nil
}

// sourceOf sums a record up, and closes it where that fails.
func sourceOf(file *record.File) (runreport.Source, error) {
	src, err := runreport.NewSource(file)
	if err != nil {
		return src, errors.Join(err, file.Close())
	}
	return src, nil
}
