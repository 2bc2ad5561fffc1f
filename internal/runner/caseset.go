package runner

import (
	"hash/maphash"
	"slices"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// caseID names a case in the record.
func caseID(c *suite.Case) record.ID {
	return record.ID{Suite: c.Suite.Name, Case: c.Name, Variant: c.Variant}
}

// caseSet is a set of cases, of eight bytes each. The zero value is empty.
type caseSet struct {
	seed   maphash.Seed
	hashes []uint64
}

func (s *caseSet) add(id record.ID) {
	if s.hashes == nil {
		s.seed = maphash.MakeSeed()
	}
	s.hashes = append(s.hashes, s.hash(id))
}

// sort makes the set ready to be asked.
func (s *caseSet) sort() { slices.Sort(s.hashes) }

func (s *caseSet) has(id record.ID) bool {
	if s.hashes == nil {
		return false
	}
	_, ok := slices.BinarySearch(s.hashes, s.hash(id))
	return ok
}

func (s *caseSet) hash(id record.ID) uint64 { return maphash.Comparable(s.seed, id) }

// requestSet counts different requests, of eight bytes each. The zero value is
// empty.
type requestSet struct {
	seed   maphash.Seed
	hashes []uint64
}

func (s *requestSet) add(c *suite.Case) {
	if s.hashes == nil {
		s.seed = maphash.MakeSeed()
	}
	var h maphash.Hash
	h.SetSeed(s.seed)
	h.Write(c.Request.Body.Text())
	h.WriteString(c.Request.Version)
	for _, beta := range c.Request.Betas {
		h.WriteByte(0)
		h.WriteString(beta)
	}
	s.hashes = append(s.hashes, h.Sum64())
}

// count gives how many there are, and forgets them: they may be many.
func (s *requestSet) count() int {
	slices.Sort(s.hashes)
	n := len(slices.Compact(s.hashes))
	s.hashes = nil
	return n
}
