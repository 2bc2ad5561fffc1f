package runner

import (
	"context"
	"sync"

	"github.com/evalrun/evalrun/internal/fault"
)

const (
	// maxRequestMemory is how many bytes the requests of all samples under way take
	// at most, however many are sent at once and whatever they show.
	maxRequestMemory = 256 << 20
	// maxAnswerMemory is how many bytes their answers take at most.
	maxAnswerMemory = 256 << 20
	// bytesPerTextByte is how many bytes a case takes for each byte of its request's
	// text: the text, the value that it was made of, and that value's variables.
	bytesPerTextByte = 3
)

// memoryLimit has samples wait until there is memory for their requests. It is
// safe for concurrent use.
type memoryLimit struct {
	limit int

	mu       sync.Mutex
	released sync.Cond
	reserved map[any]int // by how many samples
	size     int
}

// reservation is something in memory that samples have in common: an image, or a
// case. Reservations of one pointer count once.
type reservation struct {
	of   any // a pointer
	size int // in bytes
}

func newMemoryLimit(limit int) *memoryLimit {
	m := &memoryLimit{limit: limit, reserved: map[any]int{}}
	m.released.L = &m.mu
	return m
}

// reservations are the memory of every sample of the case.
func (q *question) reservations() []reservation {
	out := []reservation{{q, bytesPerTextByte * len(q.Request.Body.Text())}}
	for _, b := range q.Blobs() {
		out = append(out, reservation{b, len(b.Data)})
	}
	return out
}

// reserve waits until the reservations fit, or ctx ended. A sample that needs
// more than the limit gets it once it is alone.
func (m *memoryLimit) reserve(ctx context.Context, wanted []reservation) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.fits(wanted) {
		if err := m.await(ctx, wanted); err != nil {
			return err
		}
	}
	for _, h := range wanted {
		if m.reserved[h.of]++; m.reserved[h.of] == 1 {
			m.size += h.size
		}
	}
	return nil
}

func (m *memoryLimit) await(ctx context.Context, wanted []reservation) error {
	stop := context.AfterFunc(ctx, func() {
		defer fault.Catch()
		m.mu.Lock()
		defer m.mu.Unlock()
		m.released.Broadcast()
	})
	defer stop()
	for !m.fits(wanted) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		m.released.Wait()
	}
	return nil
}

// fits reports whether the reservations fit beside those that were made.
func (m *memoryLimit) fits(wanted []reservation) bool {
	size := m.size
	for _, h := range wanted {
		if m.reserved[h.of] == 0 {
			size += h.size
		}
	}
	return size <= m.limit || len(m.reserved) == 0
}

// release gives back what a sample took.
func (m *memoryLimit) release(wanted []reservation) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, h := range wanted {
		if m.reserved[h.of]--; m.reserved[h.of] == 0 {
			delete(m.reserved, h.of)
			m.size -= h.size
		}
	}
	m.released.Broadcast()
}
