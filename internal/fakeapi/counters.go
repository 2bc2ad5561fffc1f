package fakeapi

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"sync"
)

// Counts is what a Server has seen so far.
type Counts struct {
	// Requests counts everything that arrived; Answered the 200s whose body
	// was handed over whole.
	Requests int
	Answered int
	// InFlight is how many calls are being served now, MaxInFlight the most
	// there ever were at once.
	InFlight    int
	MaxInFlight int
	// ByStatus counts the statuses sent. A call whose connection was broken
	// before a status has none.
	ByStatus map[int]int
	// ByFault counts the injected faults.
	ByFault map[Fault]int
	// ByBody counts how often each body was answered with a whole 200; the
	// key is the body's SHA-256 in hex.
	ByBody map[string]int
}

type bodyCount struct{ arrived, answered int }

// counters are the numbers behind Counts. One lock is held for a few map
// updates a call, which is nothing beside net/http's own work.
type counters struct {
	mu     sync.Mutex
	counts Counts
	bodies map[[sha256.Size]byte]*bodyCount
}

func newCounters() counters {
	return counters{
		counts: Counts{ByStatus: map[int]int{}, ByFault: map[Fault]int{}},
		bodies: map[[sha256.Size]byte]*bodyCount{},
	}
}

// begin counts an arrival and numbers the call.
func (c *counters) begin(call *Call) *tally {
	call.hashBody()
	c.mu.Lock()
	defer c.mu.Unlock()
	body := c.bodies[call.hash]
	if body == nil {
		body = &bodyCount{}
		c.bodies[call.hash] = body
	}
	body.arrived++
	c.counts.Requests++
	c.counts.InFlight++
	c.counts.MaxInFlight = max(c.counts.MaxInFlight, c.counts.InFlight)
	call.Seq, call.Attempt = c.counts.Requests, body.arrived
	return &tally{counters: c, body: body}
}

// batched numbers a request of a batch by its body.
func (c *counters) batched(body []byte) int {
	hash := sha256.Sum256(body)
	c.mu.Lock()
	defer c.mu.Unlock()
	of := c.bodies[hash]
	if of == nil {
		of = &bodyCount{}
		c.bodies[hash] = of
	}
	of.arrived++
	return of.arrived
}

func (c *counters) snapshot() Counts {
	c.mu.Lock()
	defer c.mu.Unlock()
	counts := c.counts
	counts.ByStatus = maps.Clone(counts.ByStatus)
	counts.ByFault = maps.Clone(counts.ByFault)
	counts.ByBody = make(map[string]int, len(c.bodies))
	for hash, body := range c.bodies {
		if body.answered > 0 {
			counts.ByBody[hex.EncodeToString(hash[:])] = body.answered
		}
	}
	return counts
}

// tally is one call's share of the counters. It is written before the bytes
// that it counts are sent, so that a client which has its answer finds it in
// the counters.
type tally struct {
	counters *counters
	body     *bodyCount
	ended    bool
}

func (t *tally) status(status int) {
	t.counters.mu.Lock()
	defer t.counters.mu.Unlock()
	t.counters.counts.ByStatus[status]++
}

func (t *tally) fault(fault Fault) {
	t.counters.mu.Lock()
	defer t.counters.mu.Unlock()
	t.counters.counts.ByFault[fault]++
}

// answered counts a whole 200 and ends the call.
func (t *tally) answered() {
	t.counters.mu.Lock()
	t.counters.counts.Answered++
	t.body.answered++
	t.counters.mu.Unlock()
	t.end()
}

// end takes the call out of flight, once.
func (t *tally) end() {
	if t.ended {
		return
	}
	t.ended = true
	t.counters.mu.Lock()
	defer t.counters.mu.Unlock()
	t.counters.counts.InFlight--
}
