package runreport

import (
	"iter"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/record"
)

// Source is what a report is made from: the numbers of a run, and its record.
// Cases and answers are read from the record one by one, and a report holds no
// more than those of one case, so that its memory does not grow with the run.
type Source struct {
	Run *summary.Run
	// File is the record that the run was read from.
	File *record.File
	// Verdict is what the run came to.
	Verdict verdict.Verdict

	// By is the numbers by category; nil where they are not asked for.
	By *Breakdown

	leads     func() ([]compare.Lead, error)
	corrected bool // the gates are not those that the record has
}

// SourceOf is a source of a run that was read from a record.
func SourceOf(run *summary.Run, f *record.File) Source {
	return Source{Run: run, File: f, leads: leadsOf(run, f)}
}

// NewSource sums the record up. The file must stay open while reports are
// made.
func NewSource(f *record.File) (Source, error) {
	run, err := summary.Read(f)
	if err != nil {
		return Source{}, err
	}
	src := SourceOf(run, f)
	src.Verdict = verdict.OfRecord(run, f)
	return src, nil
}

// Correct takes the rates that people's labels correct, and what the gates over
// them come to with them.
func (s *Source) Correct(corrections summary.Corrections) error {
	run, err := summary.ReadCorrected(s.File, corrections)
	if err != nil {
		return err
	}
	s.Verdict = verdict.OfLabelled(run, s.Run, s.File)
	s.Run, s.leads, s.corrected = run, leadsOf(run, s.File), true
	return nil
}

// NewFiltered sums up those cases of a record that File.Only kept, of all that
// it has. A sentence about that is in the place of a verdict.
func NewFiltered(f *record.File, filter string, all int) (Source, error) {
	src, err := NewSource(f)
	if err == nil {
		src.Verdict = verdict.OfFiltered(src.Run, filter, all)
	}
	return src, err
}

// cases reads the cases of a suite that are wanted, in the order of the
// record; nil wants all. Their totals lack what the answers took.
func (s Source) cases(suite *summary.Suite, want func(summary.Mark) bool) iter.Seq2[*summary.Case, error] {
	return func(yield func(*summary.Case, error) bool) {
		for i := range suite.Len() {
			if want != nil && !want(suite.Mark(i)) {
				continue
			}
			c, err := suite.Case(s.File, i)
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}

// exchanges gives the exchanges of a case: by sample, the answers' turns
// before the judges' votes.
func (s Source) exchanges(c *summary.Case) iter.Seq2[*record.Exchange, error] {
	return s.File.ExchangesAt(c.Index(), 0)
}

// sumUp adds what the answers of a case took to its totals.
func (s Source) sumUp(c *summary.Case) error {
	for e, err := range s.exchanges(c) {
		if err != nil {
			return err
		}
		c.AddAnswer(e)
	}
	return nil
}

// gates are the run's gates with their outcomes: as its record has them, or,
// where the run did not come to its end, as they are of what it holds.
func (s Source) gates() []record.Gate {
	if len(s.File.Gates) > 0 && !s.corrected {
		return s.File.Gates
	}
	var gates []record.Gate
	for _, suite := range s.Run.Suites {
		for _, g := range suite.Gates {
			gates = append(gates, record.Gate{Suite: suite.Name, Expr: g.Expr, Outcome: g.Outcome, Value: g.Value})
		}
	}
	return gates
}
