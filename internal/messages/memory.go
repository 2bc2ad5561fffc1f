package messages

import (
	"context"
	"sync"

	"github.com/evalrun/evalrun/internal/fault"
)

// answerHeld is about how many bytes a sample holds for each byte of an answer:
// the body, its decoded texts, and the line of the record.
const answerHeld = 4

// Memory bounds how many bytes of answers are held together, so that it is
// bounded however many requests are under way and whatever a server answers:
// who would hold more waits, in the middle of an answer too. It may be used by
// many goroutines at once.
//
// Of those who wait beside nobody that may give something back, the one that
// began first goes on, so that a bound is passed by one at most.
type Memory struct {
	limit int64

	mu    sync.Mutex
	freed sync.Cond
	held  int64
	all   []*Holding // that hold something, in the order in which they began to
}

// NewMemory makes a bound of so many bytes.
func NewMemory(limit int64) *Memory {
	m := &Memory{limit: limit}
	m.freed.L = &m.mu
	return m
}

// Holding is what one sample holds of a Memory. nil holds nothing and waits for
// nothing.
type Holding struct {
	memory *Memory
	held   int64
	// active counts who works on the sample, so that it will give back what it
	// holds without waiting for others.
	active int
}

// Begin is the holding of a sample that somebody works on.
func (m *Memory) Begin() *Holding { return &Holding{memory: m, active: 1} }

// Pause says that one who works on the sample waits for something else until
// resume is called.
func (h *Holding) Pause() (resume func()) {
	h.work(-1)
	return func() { h.work(+1) }
}

// Work says that one more works on the sample, until done is called.
func (h *Holding) Work() (done func()) {
	h.work(+1)
	return func() { h.work(-1) }
}

func (h *Holding) work(n int) {
	if h == nil {
		return
	}
	h.memory.mu.Lock()
	defer h.memory.mu.Unlock()
	h.active += n
	h.memory.freed.Broadcast()
}

// take waits until so many bytes of an answer may be held too, or ctx ends.
func (h *Holding) take(ctx context.Context, bytes int64) error {
	if h == nil {
		return nil
	}
	m, n := h.memory, answerHeld*bytes
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.fits(h, n) {
		stop := context.AfterFunc(ctx, func() {
			defer fault.Catch()
			m.mu.Lock()
			defer m.mu.Unlock()
			m.freed.Broadcast()
		})
		defer stop()
	}
	for !m.fits(h, n) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		m.freed.Wait()
	}
	if h.held == 0 {
		m.all = append(m.all, h)
	}
	h.held += n
	m.held += n
	return nil
}

// fits reports whether a holding may be so many bytes larger.
func (m *Memory) fits(h *Holding, n int64) bool {
	if m.held+n <= m.limit {
		return true
	}
	for _, other := range m.all {
		switch {
		case other == h:
			return true
		case other.active > 0:
			return false
		}
	}
	return true
}

// give gives back what was taken for so many bytes.
func (h *Holding) give(bytes int64) {
	if h == nil {
		return
	}
	h.memory.mu.Lock()
	defer h.memory.mu.Unlock()
	h.shrink(answerHeld * bytes)
}

// Release gives back all that is held.
func (h *Holding) Release() {
	if h == nil {
		return
	}
	h.memory.mu.Lock()
	defer h.memory.mu.Unlock()
	h.shrink(h.held)
}

func (h *Holding) shrink(n int64) {
	if n == 0 {
		return
	}
	m := h.memory
	m.held -= n
	if h.held -= n; h.held == 0 {
		for i, other := range m.all {
			if other == h {
				m.all = append(m.all[:i], m.all[i+1:]...)
				break
			}
		}
	}
	m.freed.Broadcast()
}

type holdingKey struct{}

// In gives a context in which answers are read as a part of the holding.
func (h *Holding) In(ctx context.Context) context.Context {
	return context.WithValue(ctx, holdingKey{}, h)
}

// holdingOf is the holding that answers are a part of; nil for none.
func holdingOf(ctx context.Context) *Holding {
	h, _ := ctx.Value(holdingKey{}).(*Holding)
	return h
}

// Hold waits until so many bytes of an answer that is not sent for, as it
// is in a record, may be read into the holding that ctx is of. done is to
// be called once it is read.
func Hold(ctx context.Context, bytes int64) (done func(), err error) {
	h := holdingOf(ctx)
	done = h.Work()
	return done, h.take(ctx, bytes)
}
