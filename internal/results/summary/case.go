package summary

import (
	"fmt"
	"hash/maphash"
	"iter"
	"slices"
	"time"

	"github.com/evalrun/evalrun/record"
)

// Case is one case in one variant with all of its samples, by number, as the
// record has it.
type Case struct {
	record.Case
	Samples []record.Sample
	// Outcome is record.Pass once passes reach Need, record.Fail once fails
	// exceed Times-Need, record.Skip for a skipped case, and else
	// record.Errored: what is missing could have decided it either way.
	Outcome string
	// Known is what became of the case as a known failure.
	Known Known
	// Totals are those of the samples and of the requests. What the answers
	// took is not in them until AddAnswer was called with each.
	Totals Totals

	index   int    // where the record has it
	request uint64 // hash of what was asked first; 0 where that is not known
}

// AddAnswer adds what an exchange of the case took to its totals.
func (c *Case) AddAnswer(e *record.Exchange) {
	if c.request == 0 && e.IsAnswer() && e.Key != "" {
		c.request = maphash.String(textSeed, e.Key+"\x00"+c.Conversation)
	}
	c.Totals.AddAnswer(e)
}

// Index is the case's place in the record, as record.CaseResult has it.
func (c *Case) Index() int { return c.index }

// newCase sums up a case of a run that was started then.
func newCase(result record.CaseResult, started time.Time) *Case {
	c := &Case{Case: result.Case, Samples: result.Samples, index: result.Index}
	c.Totals.Requests = result.Sent
	for i := range c.Samples {
		c.Totals.Samples.count(c.Samples[i].Outcome)
		c.Totals.Comparisons.addSample(&c.Samples[i])
	}
	c.Outcome = outcome(c)
	c.Totals.Cases.count(c.Outcome)
	if c.Outcome == record.Errored && slices.ContainsFunc(c.Samples, isOffRecording) {
		c.Totals.OffRecording = 1
	}
	if c.Known = knownOf(c, started); c.Known == KnownFailing {
		c.Totals.KnownFailures = 1
	}
	return c
}

func isOffRecording(s record.Sample) bool {
	return s.Error != nil && s.Error.Type == record.OffRecording
}

// noted reports whether something was noticed of a case that changes no outcome.
func (c *Case) noted() bool {
	if c.Known == KnownPassing {
		return true
	}
	for i := range c.Samples {
		if len(c.Samples[i].Warnings) > 0 {
			return true
		}
		for _, check := range c.Samples[i].Assertions {
			if check.I >= 0 && check.I < len(c.Assertions) && c.Assertions[check.I].Level == record.LevelWarn &&
				(check.Outcome == record.Fail || check.Outcome == record.Errored) {
				return true
			}
		}
	}
	return false
}

// Mark is what a Run keeps of each case: enough to choose which cases to read.
type Mark struct {
	// Outcome is the case's.
	Outcome string
	// Noted says that something was noticed that changes no outcome: an
	// assertion of the level warn did not hold, or a sample has warnings.
	Noted bool
	// Variant is the index of the case's variant in Suite.Variants.
	Variant int
}

// marks are the Marks of a suite's cases, in a few bytes each: a run has a
// million of them.
type marks struct {
	at       []uint32 // the case's index in the record
	came     []uint8  // index of its outcome, with the bits below
	variants []uint32 // of each case; nil where there is one variant
	// rows numbers the cases' names by their first case; nil where each case
	// has its own.
	rows []uint32
}

const (
	outcomeBits = 3
	notedBit    = 4
)

var outcomes = [...]string{record.Pass, record.Fail, record.Errored, record.Skip}

// outcomeIndex is where an outcome is in outcomes.
func outcomeIndex(outcome string) uint8 {
	return uint8(max(0, slices.Index(outcomes[:], outcome)))
}

// add marks a case, in the variant.
func (m *marks) add(c *Case, variant int) {
	came := outcomeIndex(c.Outcome)
	if c.noted() {
		came |= notedBit
	}
	if variant > 0 && m.variants == nil {
		m.variants = make([]uint32, len(m.at), 2*len(m.at))
	}
	if m.variants != nil {
		m.variants = append(m.variants, uint32(variant))
	}
	m.at = append(m.at, uint32(c.index))
	m.came = append(m.came, came)
}

// Noted counts the cases of which something was noticed: those with a warning.
func (s *Suite) Noted() int {
	n := 0
	for _, came := range s.marks.came {
		if came&notedBit != 0 {
			n++
		}
	}
	return n
}

// Len is the number of the suite's cases.
func (s *Suite) Len() int { return len(s.marks.at) }

// Mark is what is known of the i-th case, in the order of the record.
func (s *Suite) Mark(i int) Mark {
	came := s.marks.came[i]
	m := Mark{Outcome: outcomes[came&outcomeBits], Noted: came&notedBit != 0}
	if s.marks.variants != nil {
		m.Variant = int(s.marks.variants[i])
	}
	return m
}

// Case reads the i-th case of the suite from the record that the run was read
// from.
func (s *Suite) Case(f *record.File, i int) (*Case, error) {
	result, err := f.CaseAt(int(s.marks.at[i]))
	if err != nil {
		return nil, fmt.Errorf("the record cannot be read: %w", err)
	}
	return newCase(result, f.Run.Started), nil
}

// Rows gives the suite's cases by name, in the order of each name's first
// case: the indexes of a case's variants. The list is only good until the
// next.
func (s *Suite) Rows() iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		if s.marks.rows == nil {
			for i := range s.Len() {
				if !yield([]int{i}) {
					return
				}
			}
			return
		}
		order, ends := byRow(s.marks.rows)
		var row []int
		from := uint32(0)
		for _, to := range ends {
			row = row[:0]
			for _, i := range order[from:to] {
				row = append(row, int(i))
			}
			if from = to; !yield(row) {
				return
			}
		}
	}
}

// byRow orders indexes by their row, each row's as they stood, and gives where
// each row ends.
func byRow(rows []uint32) (order, ends []uint32) {
	for _, row := range rows {
		for int(row) >= len(ends) {
			ends = append(ends, 0)
		}
		ends[row]++
	}
	sum := uint32(0)
	for row, n := range ends {
		ends[row] = sum // where the row begins
		sum += n
	}
	order = make([]uint32, len(rows))
	for i, row := range rows {
		order[ends[row]] = uint32(i)
		ends[row]++
	}
	return order, ends
}
