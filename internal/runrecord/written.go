package runrecord

import (
	"errors"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/runreport"
)

// Written is what is read of a record that a run writes. The zero value has read
// nothing yet.
type Written struct {
	// read is what the gates were evaluated from, nil where there were none.
	read *runreport.Source
}

// Gates evaluates the gates of a record that is being written. All of its
// samples are there; what an earlier run left in it and its suites no longer
// have is none of theirs.
func (w *Written) Gates(open func() (*record.File, error)) ([]record.Gate, error) {
	file, err := open()
	if err != nil {
		return nil, err
	}
	file.Summary = &record.Summary{Complete: true}
	run, err := summary.Read(file)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	src := runreport.SourceOf(run, file)
	w.read = &src
	var gates []record.Gate
	for _, s := range run.Suites {
		for _, g := range s.Gates {
			gates = append(gates, record.Gate{Suite: s.Name, Expr: g.Expr, Outcome: g.Outcome, Value: g.Value})
		}
	}
	return gates, nil
}

// Source is what the run's reports are made from, once it is over. What was
// read for its gates is not read again.
func (w *Written) Source(open func() (*record.File, error)) (runreport.Source, error) {
	if w.read == nil {
		file, err := open()
		if err != nil {
			return runreport.Source{}, err
		}
		return sourceOf(file)
	}
	file := w.read.File
	file.Summary = nil // which was only taken to be complete
	if err := file.Follow(); err != nil {
		return runreport.Source{}, errors.Join(err, file.Close())
	}
	if file.Summary == nil || !file.Summary.Complete {
		return sourceOf(file)
	}
	w.read.Run.End(file.Summary)
	return *w.read, nil
}

// sourceOf sums a record up, and closes it where that fails.
func sourceOf(file *record.File) (runreport.Source, error) {
	src, err := runreport.NewSource(file)
	if err != nil {
		return src, errors.Join(err, file.Close())
	}
	return src, nil
}

// End ends a record with what the run came to, and has src hold that too. The
// error is one that is not among the reasons of it yet.
func End(w *record.Writer, src *runreport.Source, beyond []verdict.Reason) error {
	wrong := w.Append(src.Verdict.Line(beyond))
	if err := w.End(); err != nil {
		wrong = err
	}
	if wrong == nil {
		return src.File.Follow()
	}
	stopped := func(r verdict.Reason) bool {
		return r.Kind == verdict.Stopped && strings.Contains(r.Text, wrong.Error())
	}
	if slices.ContainsFunc(beyond, stopped) {
		return nil
	}
	return wrong
}
