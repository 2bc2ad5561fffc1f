package record

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"sort"
	"unsafe"
)

// lineRef is the position of a line in the file.
type lineRef struct {
	offset int64
	length uint32
}

// The entries of the index hold no text, and lay their fields so that none
// is padded: a million cases of one sample and one exchange take about a
// hundred megabytes.
type (
	caseEntry struct {
		offset int64
		length uint32
		sent   uint32 // exchanges that were not reused
	}
	sampleEntry struct {
		offset int64
		length uint32
		owner  uint32 // index of the case
		sample uint32
	}
	exchangeEntry struct {
		offset int64
		key    uint64 // hash of the exchange's key
		length uint32
		owner  uint32 // index of the case, or noOwner
		sample uint32
		part   uint16 // the turn, or of a judge the index of the rubric
		vote   uint8
		judge  bool
	}
)

// noOwner marks an exchange that has no case line before it, as in a
// recording that was written by hand for replay alone.
const noOwner = ^uint32(0)

// stray is an exchange that names a case whose line has not come: it may be
// behind it, as where the line was damaged and the run resumed.
type stray struct {
	exchangeEntry
	of     identity
	reused bool
}

// index is the position of every line in a record.
type index struct {
	ids       identities      // of the cases
	cases     []caseEntry     // in the order of their first line
	samples   []sampleEntry   // by case and number, one each
	sorted    int             // how many of the samples are so, while lines are added
	exchanges []exchangeEntry // by case, sample and time
	tools     []toolEntry     // so too
	strays    []stray
	blobs     map[string]lineRef
	seed      maphash.Seed
	size      int64 // of the file
	planned   int   // cases that the run line says there are
	scratch   []byte
}

// newIndex is an empty index of a file of so many bytes.
func newIndex(size int64) *index {
	return &index{blobs: map[string]lineRef{}, seed: maphash.MakeSeed(), size: size}
}

// shortestLine is less than a line of any entry has.
const shortestLine = 64

// room is how many entries a list gets that has so many, the first of them at a
// place. A list that is grown by steps is in memory twice at each. So the first entry
// makes room for as many as the run has cases, if the file can hold them. Where these
// were too few it is as much as the rest of the file will take if entries come as
// often in it as from the first one on, up to twice what is there.
func (x *index) room(entries int, first, read int64) int {
	const most = 2 // times as many
	switch {
	case entries == 0:
		return max(64, int(min(int64(x.planned), x.size/shortestLine)))
	case read <= first:
		return most * entries
	}
	like := float64(entries) * float64(x.size-first) / float64(read-first)
	return 1 + int(min(max(1.02*like, 1.1*float64(entries)), most*float64(entries)))
}

// grow makes room for an entry more, where so much of the file is read.
func grow[T interface{ place() int64 }](x *index, list []T, read int64) []T {
	if len(list) < cap(list) {
		return list
	}
	first := read
	if len(list) > 0 {
		first = list[0].place()
	}
	return resized(list, x.room(len(list), first, read))
}

// resized is a list with room for so many entries.
func resized[T any](list []T, room int) []T { return append(make([]T, 0, room), list...) }

func (e caseEntry) place() int64     { return e.offset }
func (e sampleEntry) place() int64   { return e.offset }
func (e exchangeEntry) place() int64 { return e.offset }

// held is how many bytes the index takes, but for the blobs' places.
func (x *index) held() int64 {
	return int64(cap(x.ids.list))*int64(unsafe.Sizeof(identity{})) + int64(cap(x.ids.slots))*4 +
		int64(cap(x.cases))*int64(unsafe.Sizeof(caseEntry{})) + int64(cap(x.samples))*int64(unsafe.Sizeof(sampleEntry{})) +
		int64(cap(x.exchanges))*int64(unsafe.Sizeof(exchangeEntry{})) + int64(cap(x.strays))*int64(unsafe.Sizeof(stray{})) +
		int64(cap(x.tools))*int64(unsafe.Sizeof(toolEntry{}))
}

// identify hashes the parts of an ID, each with its length before it. It gives
// the buffer that it built them in, for the next time.
func identify(buf []byte, suite, name, variant []byte) (identity, []byte) {
	buf = buf[:0]
	for _, part := range [...][]byte{suite, name, variant} {
		buf = binary.AppendUvarint(buf, uint64(len(part)))
		buf = append(buf, part...)
	}
	sum := sha256.Sum256(buf)
	return identity(sum[:16]), buf
}

// find gives the index of a case. It may be called from many goroutines.
func (x *index) find(id ID) (uint32, bool) {
	hash, _ := identify(nil, []byte(id.Suite), []byte(id.Case), []byte(id.Variant))
	return x.ids.find(hash)
}

// identity hashes the ID that a line names.
func (x *index) identity(h *head) identity {
	var id identity
	id, x.scratch = identify(x.scratch, h.suite, h.name, h.variant)
	return id
}

// owner gives the index of the case that a line belongs to.
func (x *index) owner(h *head) (uint32, bool) {
	return x.ids.find(x.identity(h))
}

func (x *index) addCase(h *head, at lineRef) error {
	if h.bad != nil {
		return h.bad
	}
	id := x.identity(h)
	if i, ok := x.ids.find(id); ok {
		x.cases[i].offset, x.cases[i].length = at.offset, at.length
		return nil
	}
	if uint64(len(x.cases)) == uint64(noOwner) {
		return errors.New("more cases than a record can hold")
	}
	x.cases = grow(x, x.cases, at.offset)
	if len(x.ids.list) == cap(x.ids.list) {
		x.ids.list = resized(x.ids.list, cap(x.cases))
	}
	x.ids.add(id)
	x.cases = append(x.cases, caseEntry{offset: at.offset, length: at.length})
	return nil
}

func (x *index) addSample(h *head, at lineRef) error {
	if err := h.checkSample(); err != nil {
		return err
	}
	owner, ok := x.owner(h)
	if !ok {
		return fmt.Errorf("a sample of %s, which has no case line before it", excerpt(h.name))
	}
	s := sampleEntry{at.offset, at.length, owner, uint32(h.sample)}
	if !x.replace(s) {
		x.samples = append(grow(x, x.samples, at.offset), s)
	}
	return nil
}

func (x *index) addExchange(h *head, at lineRef) error {
	if err := h.checkExchange(); err != nil {
		return err
	}
	id := x.identity(h)
	owner, ok := x.ids.find(id)
	if !ok {
		owner = noOwner
	} else if !h.reused {
		x.cases[owner].sent++
	}
	e := exchangeEntry{
		offset: at.offset,
		key:    maphash.Bytes(x.seed, h.key),
		length: at.length,
		owner:  owner,
		sample: uint32(h.sample),
		part:   uint16(h.turn),
		vote:   uint8(h.vote),
		judge:  string(h.role) == RoleJudge,
	}
	if e.judge {
		e.part = uint16(h.assertion)
	}
	if !ok && len(h.name) > 0 {
		x.strays = append(x.strays, stray{e, id, h.reused})
	}
	x.exchanges = append(grow(x, x.exchanges, at.offset), e)
	return nil
}

// finish sorts the index and drops the samples that a later line replaced.
func (x *index) finish() {
	x.sortSamples()
	x.sortTools()
	x.gather()
	slices.SortFunc(x.exchanges, func(a, b exchangeEntry) int {
		return cmp.Or(cmp.Compare(a.owner, b.owner), cmp.Compare(a.sample, b.sample), cmp.Compare(a.offset, b.offset))
	})
	x.scratch = nil
}

// gather gives the strays to their cases, where those have come, and sorts the
// others.
func (x *index) gather() {
	found := map[int64]uint32{}
	x.strays = slices.DeleteFunc(x.strays, func(s stray) bool {
		owner, ok := x.ids.find(s.of)
		if ok {
			found[s.offset] = owner
		}
		if ok && !s.reused {
			x.cases[owner].sent++
		}
		return ok
	})
	slices.SortFunc(x.strays, func(a, b stray) int { return bytes.Compare(a.of[:], b.of[:]) })
	if len(found) == 0 {
		return
	}
	for i := range x.exchanges {
		if owner, ok := found[x.exchanges[i].offset]; ok {
			x.exchanges[i].owner = owner
		}
	}
}

// straysOf gives the exchanges of a sample of a case that has no line.
func (x *index) straysOf(id ID, sample uint32) []exchangeEntry {
	of, _ := identify(nil, []byte(id.Suite), []byte(id.Case), []byte(id.Variant))
	i, _ := slices.BinarySearchFunc(x.strays, of, func(s stray, of identity) int { return bytes.Compare(s.of[:], of[:]) })
	var found []exchangeEntry
	for ; i < len(x.strays) && x.strays[i].of == of; i++ {
		if x.strays[i].sample == sample {
			found = append(found, x.strays[i].exchangeEntry)
		}
	}
	return lastOfEach(found)
}

// sortSamples sorts the samples and drops those that a later line replaced.
func (x *index) sortSamples() {
	slices.SortFunc(x.samples, func(a, b sampleEntry) int {
		return cmp.Or(a.comparePosition(b), cmp.Compare(b.offset, a.offset))
	})
	x.samples = slices.CompactFunc(x.samples, func(a, b sampleEntry) bool { return a.comparePosition(b) == 0 })
	x.sorted = len(x.samples)
}

// runAgain prepares for a run that goes on with the record, and makes again the
// samples that are there. Where few are new since the last one it leaves them.
func (x *index) runAgain() {
	if added := len(x.samples) - x.sorted; added > x.sorted/8 {
		x.sortSamples()
	}
}

// replace puts a sample in the place of an earlier one that was sorted. It
// reports whether there is one.
func (x *index) replace(s sampleEntry) bool {
	i, ok := slices.BinarySearchFunc(x.samples[:x.sorted], s, sampleEntry.comparePosition)
	if ok {
		x.samples[i] = s
	}
	return ok
}

func (e sampleEntry) comparePosition(other sampleEntry) int {
	return cmp.Or(cmp.Compare(e.owner, other.owner), cmp.Compare(e.sample, other.sample))
}

// samplesOf gives the samples of a case, by number.
func (x *index) samplesOf(owner uint32) []sampleEntry {
	from := sort.Search(len(x.samples), func(i int) bool { return x.samples[i].owner >= owner })
	to := from
	for to < len(x.samples) && x.samples[to].owner == owner {
		to++
	}
	return x.samples[from:to]
}

// exchangesOf gives the exchanges of a sample of a case, or of all of its
// samples where sample is 0, without those that a later line replaced.
func (x *index) exchangesOf(owner, sample uint32) []exchangeEntry {
	if sample == 0 {
		return lastOfEach(x.caseExchanges(owner))
	}
	return lastOfEach(x.sampleExchanges(owner, sample))
}

// caseExchanges gives all exchanges of a case, by sample and time.
func (x *index) caseExchanges(owner uint32) []exchangeEntry {
	return x.exchangesBetween(owner, 0, noSample)
}

// sampleExchanges gives all exchanges of a sample of a case, by time.
func (x *index) sampleExchanges(owner, sample uint32) []exchangeEntry {
	return x.exchangesBetween(owner, sample, sample)
}

// noSample is above every sample.
const noSample = ^uint32(0)

// exchangesBetween gives all exchanges of some samples of a case.
func (x *index) exchangesBetween(owner, first, last uint32) []exchangeEntry {
	from := sort.Search(len(x.exchanges), func(i int) bool {
		e := &x.exchanges[i]
		return e.owner > owner || e.owner == owner && e.sample >= first
	})
	to := from
	for to < len(x.exchanges) && x.exchanges[to].owner == owner && x.exchanges[to].sample <= last {
		to++
	}
	return x.exchanges[from:to]
}

// firstKey gives the hash of the key of a case's first request.
func (x *index) firstKey(owner uint32) (uint64, bool) {
	for _, e := range x.caseExchanges(owner) {
		if !e.judge && e.part <= 1 {
			return e.key, true
		}
	}
	return 0, false
}

// lastOfEach orders exchanges by sample, answers before judges, the one by
// turn, the others by rubric and vote, and keeps the last one of those at
// one position.
func lastOfEach(exchanges []exchangeEntry) []exchangeEntry {
	out := slices.Clone(exchanges)
	slices.SortFunc(out, func(a, b exchangeEntry) int {
		return cmp.Or(a.comparePosition(b), cmp.Compare(b.offset, a.offset))
	})
	return slices.CompactFunc(out, func(a, b exchangeEntry) bool { return a.comparePosition(b) == 0 })
}

// comparePosition orders by the position of an exchange in its case.
func (e exchangeEntry) comparePosition(other exchangeEntry) int {
	role := func(e exchangeEntry) int {
		if e.judge {
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(e.sample, other.sample),
		cmp.Compare(role(e), role(other)),
		cmp.Compare(e.part, other.part),
		cmp.Compare(e.vote, other.vote),
	)
}

// byKey gives the positions of exchanges by key, sample, vote and time, from
// those of a case on.
func (x *index) byKey(owner uint32) []uint32 {
	from := sort.Search(len(x.exchanges), func(i int) bool { return x.exchanges[i].owner >= owner })
	order := make([]uint32, 0, len(x.exchanges)-from)
	for i := from; i < len(x.exchanges); i++ {
		order = append(order, uint32(i))
	}
	slices.SortFunc(order, func(i, j uint32) int {
		a, b := &x.exchanges[i], &x.exchanges[j]
		return cmp.Or(a.compareKey(b.key, b.sample, b.vote), cmp.Compare(a.offset, b.offset))
	})
	return order
}

func (e *exchangeEntry) compareKey(key uint64, sample uint32, vote uint8) int {
	if e.key != key { // nearly always
		return cmp.Compare(e.key, key)
	}
	return cmp.Or(cmp.Compare(e.sample, sample), cmp.Compare(e.vote, vote))
}
