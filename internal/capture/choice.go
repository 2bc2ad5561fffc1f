package capture

import (
	"hash/maphash"
	"math"
	"sync"

	"github.com/evalrun/evalrun/internal/exactjson"
)

// choice chooses a share of the conversations. A request that goes on from one
// is chosen as that was, so that conversations are recorded whole.
type choice struct {
	share float64
	seed  maphash.Seed

	mu    sync.Mutex
	known map[uint64]bool // by the messages of a request
	order []uint64        // in which they came
}

// maxKnown is how many requests are remembered, for those that go on from them.
const maxKnown = 100_000

func newChoice(share float64) *choice {
	return &choice{share: share, seed: maphash.MakeSeed(), known: map[uint64]bool{}}
}

// takes reports whether a request with the body is chosen.
func (c *choice) takes(body []byte) bool {
	if c.share >= 1 {
		return true
	}
	hashes := c.prefixes(body)
	c.mu.Lock()
	defer c.mu.Unlock()
	whole := maphash.Bytes(c.seed, body)
	if len(hashes) > 0 {
		whole = hashes[len(hashes)-1]
	}
	chosen, known := false, false
	for i := len(hashes) - 1; i >= 0 && !known; i-- {
		chosen, known = c.known[hashes[i]]
	}
	if !known {
		// The seed is this run's own, so that each chooses others.
		chosen = float64(whole)/math.MaxUint64 < c.share
	}
	if _, there := c.known[whole]; !there {
		c.remember(whole, chosen)
	}
	return chosen
}

func (c *choice) remember(hash uint64, chosen bool) {
	if len(c.order) == maxKnown {
		for _, old := range c.order[:maxKnown/2] {
			delete(c.known, old)
		}
		c.order = append(c.order[:0], c.order[maxKnown/2:]...)
	}
	c.known[hash] = chosen
	c.order = append(c.order, hash)
}

// prefixes hashes the messages of a request up to each of its turns. The requests
// before it in its conversation had some of these as their own.
func (c *choice) prefixes(body []byte) []uint64 {
	top, err := exactjson.ParseObject(body)
	if err != nil {
		return nil
	}
	turns, err := exactjson.ParseArray(top.Get("messages"))
	if err != nil {
		return nil
	}
	var h maphash.Hash
	h.SetSeed(c.seed)
	hashes := make([]uint64, len(turns))
	for i, turn := range turns {
		h.Write(turn)
		h.WriteByte('\n')
		hashes[i] = h.Sum64()
	}
	return hashes
}
