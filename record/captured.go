package record

import (
	"cmp"
	"hash/maphash"
	"iter"
	"slices"
	"sort"
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

// Successive are the answers of a record by their request alone: those to equal
// requests one after the other, whichever case asked them. It may be read by many
// goroutines at once.
type Successive struct {
	file    *File
	entries []exchangeEntry // by key and time
}

// Successive gives the answers of the record, and errors that came in the place
// of one, without those of judges.
func (f *File) Successive() *Successive {
	s := &Successive{file: f, entries: f.index.capturedEntries()}
	for owner := range f.index.cases {
		s.entries = append(s.entries, lastOfEach(f.index.caseExchanges(uint32(owner)))...)
	}
	s.entries = slices.DeleteFunc(s.entries, func(e exchangeEntry) bool { return e.judge })
	slices.SortFunc(s.entries, func(a, b exchangeEntry) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.offset, b.offset))
	})
	return s
}

// Find gives the nth exchange, from 1, of the requests with the key, and how many
// there are; nil where there are fewer.
func (s *Successive) Find(key string, n int) (e *Exchange, of int, err error) {
	hash := maphash.String(s.file.index.seed, key)
	from := sort.Search(len(s.entries), func(i int) bool { return s.entries[i].key >= hash })
	for i := from; i < len(s.entries) && s.entries[i].key == hash; i++ {
		of++
	}
	if n < 1 || n > of {
		return nil, of, nil
	}
	e, err = s.file.exchange(&s.entries[from+n-1])
	return e, of, err
}
