package record

import "hash/maphash"

// identity is an ID's hash, wide enough that two never meet.
type identity [16]byte

// identities numbers identities in the order in which they come. It is a hash
// table of numbers beside a list, half as large as a map of both and, unlike
// one, without a pointer. The zero value is empty.
type identities struct {
	list  []identity
	slots []uint32 // 1 + the number; 0 is free
	seed  maphash.Seed
}

// find gives the number of an identity.
func (t *identities) find(id identity) (uint32, bool) {
	if len(t.slots) == 0 {
		return 0, false
	}
	number := t.slots[t.slot(id)]
	return number - 1, number != 0
}

// add numbers an identity that find does not know. list has room for it.
func (t *identities) add(id identity) {
	t.list = append(t.list, id)
	if len(t.slots)*3 >= len(t.list)*4 {
		t.slots[t.slot(id)] = uint32(len(t.list))
		return
	}
	if len(t.slots) == 0 {
		t.seed = maphash.MakeSeed()
	}
	t.slots = make([]uint32, max(64, 2*len(t.slots)))
	for i, id := range t.list {
		t.slots[t.slot(id)] = uint32(i + 1)
	}
}

// slot gives the slot of an identity, or the free one for it.
// The seed is secret, so that no record can have all of its cases meet in one.
func (t *identities) slot(id identity) int {
	last := len(t.slots) - 1
	at := int(maphash.Bytes(t.seed, id[:])) & last
	for t.slots[at] != 0 && t.list[t.slots[at]-1] != id {
		at = (at + 1) & last
	}
	return at
}
