package exprlang

import "slices"

// record is what the probes of a traced run saw.
type record struct {
	slots  []slot
	reason []string // of the function that was called last
	best   map[body]turn
}

// slot is the last value of one probe.
type slot struct {
	seen    bool
	value   any
	element bool // the value is an element of a list: the one at index
	index   int
	reason  []string // of a function, for its value
}

// turn is the slots of a predicate's body as one turn left them.
type turn struct {
	slots    []slot
	decisive bool
}

func newRecord(probes int) *record {
	return &record{slots: make([]slot, probes), best: map[body]turn{}}
}

// turn ends a turn of a predicate's body. It is kept if it is the first, or
// the first that was decisive.
func (r *record) turn(b body, decisive bool) {
	best, ok := r.best[b]
	if !ok || decisive && !best.decisive {
		r.best[b] = turn{slices.Clone(r.slots[b.first:b.end]), decisive}
	}
}

// close ends a predicate: its body shows the turn that was kept, or nothing
// where the list was empty.
func (r *record) close(b body) {
	clear(r.slots[b.first:b.end])
	copy(r.slots[b.first:b.end], r.best[b].slots)
	delete(r.best, b)
}
