package record

import (
	"cmp"
	"fmt"
	"slices"
)

// SameCaseError says that two of the records that are merged have the same case.
type SameCaseError struct {
	ID   ID
	A, B int // the indexes of the records
}

func (e *SameCaseError) Error() string { return "two records have the case " + e.ID.String() }

// Merged is what a Merge wrote.
type Merged struct {
	Summary Summary // its counts
	Cases   int     // one for each variant
}

// Merge writes what the parts of a plan hold of their runs: blobs, cases with
// their exchanges and samples, and what was spent. The order is that of one run
// of the whole plan, in which the suites stand as they are given. The lines are
// those of the parts byte for byte. It gives the counts of all, without when they
// ended. One case is held at a time.
//
// The parts are to be whole; what their runs left behind is not written but for
// what it cost.
func (w *Writer) Merge(parts []*File, suites []string) (Merged, error) {
	m := &merging{w: w, suites: map[string]int{}}
	for i, name := range suites {
		m.suites[name] = i
	}
	spent := Spending{}
	for _, f := range parts {
		if err := m.blobs(f); err != nil {
			return m.done(), err
		}
		s, err := f.Spent()
		if err != nil {
			return m.done(), err
		}
		spent.USD += s.USD
		spent.Unknown = spent.Unknown || s.Unknown
	}
	if !spent.Unknown {
		m.sum.SpentUSD = &spent.USD
	}
	if err := m.cases(parts); err != nil {
		return m.done(), err
	}
	err := m.lost(parts, spent.USD)
	return m.done(), err
}

// merging is one Merge under way.
type merging struct {
	w      *Writer
	suites map[string]int
	ids    identities // of the cases that were written
	owners []uint32   // the parts that they are of
	paid   float64    // by exchanges that were written
	sum    Summary
}

func (m *merging) done() Merged { return Merged{m.sum, len(m.owners)} }

// blobs writes the blobs of a part, each once.
func (m *merging) blobs(f *File) error {
	type blob struct {
		hash string
		at   lineRef
	}
	var all []blob
	for hash, at := range f.index.blobs {
		all = append(all, blob{hash, at})
	}
	slices.SortFunc(all, func(a, b blob) int { return cmp.Compare(a.at.offset, b.at.offset) })
	for _, b := range all {
		if m.w.has(b.hash) {
			continue
		}
		if _, err := f.Blob(b.hash); err != nil { // it may be none of that hash
			return err
		}
		line, err := f.line(b.at)
		if err == nil {
			err = m.w.copyLine(line)
		}
		if err != nil {
			return err
		}
		m.w.keep(b.hash)
	}
	return nil
}

// mergeHead is the next case of a part.
type mergeHead struct {
	part         int
	visit        *Visit
	next         int // index of the case after it
	suite, index int
}

// compare orders the next cases of two parts as the plan does.
func (h *mergeHead) compare(other *mergeHead) int {
	return cmp.Or(cmp.Compare(h.suite, other.suite), cmp.Compare(h.index, other.index), cmp.Compare(h.part, other.part))
}

// cases writes all cases in the order of the plan.
func (m *merging) cases(parts []*File) error {
	var heads []*mergeHead
	for i, f := range parts {
		head := &mergeHead{part: i, visit: &Visit{file: f, pages: newPages(f.lines)}}
		more, err := m.advance(head)
		if err != nil {
			return err
		}
		if more {
			heads = append(heads, head)
		}
	}
	for len(heads) > 0 {
		head := slices.MinFunc(heads, (*mergeHead).compare)
		if err := m.writeCase(head); err != nil {
			return err
		}
		more, err := m.advance(head)
		if err != nil {
			return err
		}
		if !more {
			heads = slices.DeleteFunc(heads, func(h *mergeHead) bool { return h == head })
		}
	}
	return nil
}

// advance reads the next case of a part. It gives false where there is none.
func (m *merging) advance(head *mergeHead) (bool, error) {
	v := head.visit
	for ; head.next < len(v.file.index.cases); head.next++ {
		if v.file.isGone(v.file.index.cases[head.next].offset) {
			continue
		}
		v.owner = uint32(head.next)
		if err := v.load(); err != nil {
			return false, err
		}
		head.next++
		at, known := m.suites[v.Case.Suite]
		if !known {
			return false, fmt.Errorf("the record's run line has no suite %s, which the case %s is of", excerpt([]byte(v.Case.Suite)), excerpt([]byte(v.Case.Case)))
		}
		head.suite, head.index = at, v.Case.Index
		return true, nil
	}
	return false, nil
}

// writeCase writes the lines of a case.
func (m *merging) writeCase(head *mergeHead) error {
	v, x := head.visit, head.visit.file.index
	id, _ := identify(nil, []byte(v.Case.Suite), []byte(v.Case.Case), []byte(v.Case.Variant))
	if other, ok := m.ids.find(id); ok {
		return &SameCaseError{v.Case.ID(), int(m.owners[other]), head.part}
	}
	m.ids.add(id)
	m.owners = append(m.owners, uint32(head.part))
	entry := x.cases[v.owner]
	if err := m.copy(v.file, lineRef{entry.offset, entry.length}); err != nil {
		return err
	}
	exchanges := slices.Clone(x.caseExchanges(v.owner))
	for _, e := range v.file.kept(&v.CaseResult, exchanges) {
		if err := m.exchange(v.file, lineRef{e.offset, e.length}); err != nil {
			return err
		}
	}
	for _, c := range x.toolsOf(v.owner, 0) {
		if !slices.ContainsFunc(v.Samples, func(s Sample) bool { return s.Sample == int(c.sample) }) {
			continue
		}
		if err := m.copy(v.file, lineRef{c.offset, c.length}); err != nil {
			return err
		}
	}
	for _, s := range x.samplesOf(v.owner) {
		if v.file.isGone(s.offset) {
			continue
		}
		if err := m.copy(v.file, lineRef{s.offset, s.length}); err != nil {
			return err
		}
	}
	for i := range v.Samples {
		m.sum.count(v.Samples[i].Outcome)
	}
	return nil
}

// exchange writes an exchange, and counts what was sent and paid for it.
func (m *merging) exchange(f *File, at lineRef) error {
	line, err := f.line(at)
	if err != nil {
		return err
	}
	var e Exchange
	if err := decode(line, &e); err != nil {
		return f.errorAt(at, err)
	}
	if !e.Reused {
		m.sum.Requests++
	}
	if e.SpentUSD != nil {
		m.paid += *e.SpentUSD
	}
	return m.w.copyLine(line)
}

func (m *merging) copy(f *File, at lineRef) error {
	line, err := f.line(at)
	if err != nil {
		return err
	}
	return m.w.copyLine(line)
}

// lost writes what was spent beside the exchanges that were written: for answers
// that were lost on the way, and for those that runs left behind.
func (m *merging) lost(parts []*File, paid float64) error {
	lost := max(0, paid-m.paid)
	unknown := false
	for _, f := range parts {
		lost += f.lost.usd + f.lost.inFlight
		unknown = unknown || f.lost.unknown
	}
	const least = 1e-9 // what sums of many amounts may be off by
	if lost > least {
		if err := m.w.Append(Spent{Cause: "beside the answers of the merged records", LostUSD: &lost}); err != nil {
			return err
		}
	}
	if unknown {
		return m.w.Append(Spent{Cause: "beside the answers of the merged records"})
	}
	return nil
}

// count counts the outcome of a sample.
func (s *Summary) count(outcome string) {
	s.Samples++
	switch outcome {
	case Pass:
		s.Pass++
	case Fail:
		s.Fail++
	case Errored:
		s.Error++
	default:
		s.Skip++
	}
}

// copyLine writes a line of another record as it is.
func (w *Writer) copyLine(line []byte) error {
	if len(line) == 0 || line[len(line)-1] != '\n' {
		line = append(slices.Clip(line), '\n')
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.write(line, true)
}

// has reports whether the record has a blob, and keep says that it does.
func (w *Writer) has(hash string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.blobs[hash]
}

func (w *Writer) keep(hash string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.blobs[hash] = true
}
