package pace

// waiter is an attempt that waits for its turn.
type waiter struct {
	turn chan *attempt // has room for one
	most mostTokens
	gone bool // it waits no more
}

// queue is first in, first out.
type queue struct {
	waiters []*waiter
	gone    int // of waiters
}

func (q *queue) len() int { return len(q.waiters) - q.gone }

func (q *queue) push(w *waiter) { q.waiters = append(q.waiters, w) }

// first is the first that still waits, nil if there is none.
func (q *queue) first() *waiter {
	for len(q.waiters) > 0 && q.waiters[0].gone {
		q.drop()
		q.gone--
	}
	if len(q.waiters) == 0 {
		return nil
	}
	return q.waiters[0]
}

// drop takes out the first.
func (q *queue) drop() {
	q.waiters[0] = nil
	q.waiters = q.waiters[1:]
}

// leave takes out one that waits no more.
func (q *queue) leave(w *waiter) {
	w.gone = true
	q.gone++
}
