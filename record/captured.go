package record

import (
	"cmp"
	"iter"
	"slices"
)

// Captured gives the exchanges that have no case, as captured traffic has them,
// in the order of the record. Of the attempts of one request only the last is
// given.
func (f *File) Captured() iter.Seq2[*Exchange, error] {
	return func(yield func(*Exchange, error) bool) {
		for _, entry := range f.index.capturedEntries() {
			e, err := f.exchange(&entry)
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// capturedEntries gives the last exchange of each request without a case, by time.
func (x *index) capturedEntries() []exchangeEntry {
	var out []exchangeEntry
	for _, i := range x.byKey(noOwner) {
		e := x.exchanges[i]
		if last := len(out) - 1; last >= 0 && out[last].compareKey(e.key, e.sample, e.vote) == 0 {
			out[last] = e
			continue
		}
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b exchangeEntry) int { return cmp.Compare(a.offset, b.offset) })
	return out
}
