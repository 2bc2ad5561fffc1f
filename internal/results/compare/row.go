package compare

import (
	"cmp"
	"slices"

	"github.com/evalrun/evalrun/record"
)

// State is what became of a case between two sides.
type State string

// The states, in the order in which they ask for attention. NewlyFailing
// and NewlyPassing went from passing to failing and back, Down and Up changed their value only;
// the last six are not compared.
const (
	NewlyFailing  State = "newly failing"
	Down          State = "down"
	NewlyPassing  State = "newly passing"
	Up            State = "up"
	Same          State = "same"
	NotComparable State = "not comparable"
	Changed       State = "changed"
	Added         State = "added"
	Removed       State = "removed"
	Skipped       State = "skipped"
)

var states = []State{NewlyFailing, Down, NewlyPassing, Up, NotComparable, Changed, Added, Removed, Same, Skipped}

// Row is a case on both sides, or on one. Its CaseRef is the new side's where
// there is one.
type Row struct {
	CaseRef
	State State
	// Difference is new less base, of shares from 0 to 1; 0 where the case is
	// not compared.
	Difference float64
	Base, New  *RowSide // nil where the side lacks the case
}

// RowSide is a case on one side. What no sample has is nil.
type RowSide struct {
	ID record.ID
	Tally
	CostUSD, LatencyMS, InputTokens, OutputTokens *float64 // means of a sample
}

// Rows are all cases of both sides, newly failing ones first.
func (c *Comparison) Rows() []Row {
	p := c.found.pairing
	if p == nil {
		return nil
	}
	var rows []Row
	for _, q := range p.pairs {
		row := newRow(q.old, q.new, pairState(q))
		row.Difference = q.difference()
		if q.old.anew != nil {
			row.Reason = "assertions changed: the base is judged by the new ones"
		}
		rows = append(rows, row)
	}
	for state, list := range map[State][]pair{NotComparable: p.notComparable, Changed: p.changed, Skipped: p.skipped} {
		for _, q := range list {
			row := newRow(q.old, q.new, state)
			if state != Skipped {
				row.Reason = q.reason()
			}
			rows = append(rows, row)
		}
	}
	for _, u := range p.added {
		rows = append(rows, newRow(nil, u, Added))
	}
	for _, u := range p.removed {
		rows = append(rows, newRow(u, nil, Removed))
	}
	slices.SortStableFunc(rows, func(a, b Row) int {
		return cmp.Or(
			cmp.Compare(slices.Index(states, a.State), slices.Index(states, b.State)),
			cmp.Compare(abs(b.Difference), abs(a.Difference)), compareRefs(a.CaseRef, b.CaseRef))
	})
	return rows
}

// pairState is the state of a pair that is compared.
func pairState(q pair) State {
	switch d := q.difference(); {
	case q.newlyFails():
		return NewlyFailing
	case q.newlyPasses():
		return NewlyPassing
	case d < 0:
		return Down
	case d > 0:
		return Up
	}
	return Same
}

func newRow(old, new *caseSamples, state State) Row {
	row := Row{State: state, Base: newRowSide(old), New: newRowSide(new)}
	if new == nil {
		new = old
	}
	row.CaseRef = refOf(new)
	return row
}

func newRowSide(u *caseSamples) *RowSide {
	if u == nil || u.isUnasked() {
		return nil
	}
	mean := func(t total) *float64 {
		if value, ok := t.mean(); ok {
			return &value
		}
		return nil
	}
	return &RowSide{
		ID: u.id(), Tally: tallyOf(u),
		CostUSD: mean(u.cost), LatencyMS: mean(u.latency), InputTokens: mean(u.input), OutputTokens: mean(u.output),
	}
}

// Sides are what was compared. Those of variants of one record share it.
func (c *Comparison) Sides() (base, new *Side) { return c.found.base, c.found.new }

// Record is the record that the side was read from; nil for a baseline.
func (s *Side) Record() *record.File { return s.file }
