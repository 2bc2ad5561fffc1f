package reporters

import (
	"iter"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/summary"
)

// Source is what a report is made from: the numbers of a run, and the record
// for those that show answers. Answers are read one by one, and a report
// holds no more than those of one case.
type Source struct {
	Run *summary.Run
	// File is the run's record; without one a report has no answers.
	File *record.File
}

// NewSource sums the record up. The file must stay open while reports are
// made.
func NewSource(f *record.File) (Source, error) {
	run, err := summary.Read(f)
	return Source{Run: run, File: f}, err
}

// exchanges gives the exchanges of a case: by sample, the answers' turns
// before the judges' votes.
func (s Source) exchanges(c *summary.Case) iter.Seq2[*record.Exchange, error] {
	if s.File == nil {
		return func(func(*record.Exchange, error) bool) {}
	}
	return s.File.Exchanges(c.ID(), 0)
}

// gates are the run's gates with their outcomes: as its record has them, or,
// where the run did not come to its end, as they are of what it holds.
func (s Source) gates() []record.Gate {
	if s.File != nil && len(s.File.Gates) > 0 {
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

// isAnswer tells an answer to the case from a judge's vote.
func isAnswer(e *record.Exchange) bool { return e.Role == "" || e.Role == "answer" }
