package record

import (
	"cmp"
	"hash/maphash"
	"slices"
	"sort"
	"sync"
)

// Answers finds the answers that a record has to the requests of a run. An
// answer belongs to its Identity, so that cases, samples and votes that ask the
// same keep the answers that each of them got. Only an answer without a case,
// as captured traffic has, is found by its request alone.
//
// A case that the record lacks is new, or was renamed: Adopt looks for the one
// whose answers it takes.
type Answers struct {
	file    *File
	planned func(ID) bool
	byKey   func() []uint32 // exchanges that are found by their request alone

	mu      sync.RWMutex
	adopted map[ID]uint32 // the recorded case whose answers a case takes
	left    map[uint64][]*leftCase
	err     error // of reading left
}

// leftCase is a recorded case that no suite has any more.
type leftCase struct {
	owner uint32
	name  uint64 // hash of its name and variant
	taken bool
}

// NewAnswers gives the answers of a record, which must stay open as long.
// planned reports whether the suites of the run have a case, asked or not:
// its answers are nobody else's. nil is no case.
func NewAnswers(f *File, planned func(ID) bool) *Answers {
	if planned == nil {
		planned = func(ID) bool { return false }
	}
	return &Answers{file: f, planned: planned, byKey: sync.OnceValue(f.byRequest), adopted: map[ID]uint32{}}
}

// byRequest gives the exchanges that are found by their request alone, by key,
// sample, vote and time: those without a case and, in a record of format 1, all.
func (f *File) byRequest() []uint32 {
	if f.format1 {
		return f.index.byKey(0)
	}
	return f.index.byKey(noOwner)
}

// File is the record that the answers are in.
func (a *Answers) File() *File { return a.file }

// Find gives the exchange of an identity whose request has the key: an answer
// or an error, the last one where there are several. Where an edit of the suite
// moved the turn or the assertion, it is the sample's own exchange with that
// request. It is nil where there is none.
func (a *Answers) Find(of Identity, key string) (*Exchange, error) {
	if of.Sample < 1 || of.Sample > maxSample || of.Vote < 0 || of.Vote > maxVote {
		return nil, nil
	}
	owner, ok, err := a.owner(of.ID)
	if err != nil {
		return nil, err
	}
	if ok {
		if e, err := a.ofSample(owner, of, key); e != nil || err != nil {
			return e, err
		}
	}
	return a.byRequest(of, key)
}

// Sample gives the recorded sample of a case; nil where there is none.
func (a *Answers) Sample(id ID, sample int) (*Sample, error) {
	owner, ok, err := a.owner(id)
	if !ok || err != nil {
		return nil, err
	}
	for _, s := range a.file.index.samplesOf(owner) {
		if int(s.sample) == sample {
			out := new(Sample)
			return out, a.file.decode(lineRef{s.offset, s.length}, out)
		}
	}
	return nil, nil
}

// Size is about how many bytes Find reads for an answer: the longest line that
// it may be in. It looks at the index alone.
func (a *Answers) Size(of Identity, key string) int64 {
	if of.Sample < 1 || of.Sample > maxSample || of.Vote < 0 || of.Vote > maxVote {
		return 0
	}
	x := a.file.index
	hash := maphash.String(x.seed, key)
	longest := uint32(0)
	if owner, ok, err := a.owner(of.ID); ok && err == nil {
		for _, e := range x.sampleExchanges(owner, uint32(of.Sample)) {
			if e.key == hash {
				longest = max(longest, e.length)
			}
		}
	}
	if past := a.pastKey(hash, uint32(of.Sample), uint8(of.Vote)); longest == 0 && past > 0 {
		if e := &x.exchanges[a.byKey()[past-1]]; e.key == hash {
			longest = e.length
		}
	}
	return int64(longest)
}

// owner gives the index of the recorded case whose answers a case has.
func (a *Answers) owner(id ID) (uint32, bool, error) {
	owner, ok, err := a.file.find(id)
	if !ok && err == nil {
		a.mu.RLock()
		defer a.mu.RUnlock()
		owner, ok = a.adopted[id]
	}
	return owner, ok, err
}

// ofSample finds an exchange among those of a recorded sample.
func (a *Answers) ofSample(owner uint32, of Identity, key string) (*Exchange, error) {
	x := a.file.index
	hash := maphash.String(x.seed, key)
	var found []exchangeEntry
	for _, e := range x.sampleExchanges(owner, uint32(of.Sample)) {
		if e.key == hash && int(e.vote) == of.Vote && e.judge == (of.Role == RoleJudge) {
			found = append(found, e)
		}
	}
	part := uint16(of.Turn)
	if of.Role == RoleJudge {
		part = uint16(of.Assertion)
	}
	slices.SortFunc(found, func(e, f exchangeEntry) int {
		return cmp.Or(-compareBool(e.part == part, f.part == part), cmp.Compare(e.part, f.part), cmp.Compare(f.offset, e.offset))
	})
	for i := range found {
		if e, err := a.file.exchange(&found[i]); err != nil || e.Key == key {
			return e, err
		}
	}
	return nil, nil
}

// compareBool orders false before true.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// byRequest finds an exchange by its request alone, an answer rather than an
// error, and else the last.
func (a *Answers) byRequest(of Identity, key string) (*Exchange, error) {
	x, order := a.file.index, a.byKey()
	hash := maphash.String(x.seed, key)
	past := a.pastKey(hash, uint32(of.Sample), uint8(of.Vote))
	const most = 100 // of errors that are passed over
	var failed *Exchange
	for i := past - 1; i >= max(0, past-most); i-- {
		entry := &x.exchanges[order[i]]
		if entry.compareKey(hash, uint32(of.Sample), uint8(of.Vote)) != 0 {
			break
		}
		e, err := a.file.exchange(entry)
		switch {
		case err != nil:
			return nil, err
		case e.Key != key:
		case e.Error == nil:
			return e, nil
		case failed == nil:
			failed = e
		}
	}
	return failed, nil
}

// pastKey gives the position in byKey behind the exchanges of a request, a
// sample and a vote.
func (a *Answers) pastKey(key uint64, sample uint32, vote uint8) int {
	x, order := a.file.index, a.byKey()
	return sort.Search(len(order), func(i int) bool { return x.exchanges[order[i]].compareKey(key, sample, vote) > 0 })
}

// Recorded gives the highest sample of a case that the request with the key
// was asked for, 0 where there is none. It looks at the index alone.
func (a *Answers) Recorded(id ID, key string) (int, error) {
	x := a.file.index
	hash := maphash.String(x.seed, key)
	highest := uint32(0)
	owner, ok, err := a.owner(id)
	if ok {
		for _, e := range x.caseExchanges(owner) {
			if e.key == hash {
				highest = max(highest, e.sample)
			}
		}
	}
	if past := a.pastKey(hash, noSample, maxVote); past > 0 {
		if e := &x.exchanges[a.byKey()[past-1]]; e.key == hash {
			highest = max(highest, e.sample)
		}
	}
	return int(highest), err
}

// Adopt has a case that the record lacks take the answers of one that no suite
// has any more and that asked the same first request, whose key is given: of
// the same name and variant, where the suite was renamed, or else the next one
// in the order of the record. No two cases take the same one's. It is called
// before the case is asked, in the order of the plan.
func (a *Answers) Adopt(id ID, key func() string) error {
	if _, ok, err := a.owner(id); ok || err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.left == nil {
		a.left, a.err = a.leftBehind()
	}
	if a.err != nil || len(a.left) == 0 {
		return a.err
	}
	c := nextLeft(a.left[maphash.String(a.file.index.seed, key())], a.nameHash(id))
	if c != nil {
		c.taken = true
		a.adopted[id] = c.owner
	}
	return nil
}

// nextLeft gives the first case that is not taken, or one of the same name
// that is not far behind it.
func nextLeft(cases []*leftCase, name uint64) *leftCase {
	const far = 1000
	var first *leftCase
	passed := 0
	for _, c := range cases {
		switch {
		case c.taken:
			continue
		case c.name == name:
			return c
		case first == nil:
			first = c
		}
		if passed++; passed == far {
			break
		}
	}
	return first
}

func (a *Answers) nameHash(id ID) uint64 {
	return maphash.String(a.file.index.seed, id.Case+"\x00"+id.Variant)
}

// leftBehind gives the cases of the record that no suite has any more, by the
// hash of their first request's key.
func (a *Answers) leftBehind() (map[uint64][]*leftCase, error) {
	x, pages := a.file.index, newPages(a.file.lines)
	left := map[uint64][]*leftCase{}
	for owner, entry := range x.cases {
		line, err := pages.line(lineRef{entry.offset, entry.length})
		if err != nil {
			return nil, err
		}
		h, err := readHead(line)
		if err != nil {
			return nil, a.file.errorAt(lineRef{entry.offset, entry.length}, err)
		}
		id := ID{string(h.suite), string(h.name), string(h.variant)}
		if a.planned(id) {
			continue
		}
		if key, ok := x.firstKey(uint32(owner)); ok {
			left[key] = append(left[key], &leftCase{owner: uint32(owner), name: a.nameHash(id)})
		}
	}
	return left, nil
}
