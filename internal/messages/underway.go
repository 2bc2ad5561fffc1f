package messages

import "sync"

// underWay counts each model's attempts that are under way. It may be used by
// many goroutines at once; its zero value counts none.
type underWay struct {
	mu sync.Mutex
	of map[string]int
}

// begin counts an attempt in until end is called, and gives how many there are
// with it.
func (u *underWay) begin(model string) (n int, end func()) {
	return u.add(model, 1), func() { u.add(model, -1) }
}

func (u *underWay) add(model string, n int) int {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.of == nil {
		u.of = map[string]int{}
	}
	u.of[model] += n
	return u.of[model]
}
