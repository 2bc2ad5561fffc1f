package fakeapi

import (
	"sync"
	"time"
)

// Queue is a Latency of a server that answers so many calls at once, in the time
// that each takes, and has the others wait without a word.
func Queue(slots int, each time.Duration) func(*Call) time.Duration {
	var mu sync.Mutex
	free := make([]time.Time, slots) // from when on each slot is
	return func(*Call) time.Duration {
		mu.Lock()
		defer mu.Unlock()
		first := 0
		for i := range free {
			if free[i].Before(free[first]) {
				first = i
			}
		}
		now := time.Now()
		if free[first].Before(now) {
			free[first] = now
		}
		free[first] = free[first].Add(each)
		return free[first].Sub(now)
	}
}
