package messages

import (
	"context"
	"sync"

	"github.com/evalrun/evalrun/internal/fault"
)

// bytesPerAnswerByte is about how many bytes a sample takes for each byte of an answer:
// the body, its decoded texts, and the line of the record.
const bytesPerAnswerByte = 4

// MemoryLimit bounds how many bytes the answers of all samples take, however many
// requests are under way and whatever a server answers: a sample that needs more
// waits, in the middle of an answer too. It may be used by many goroutines at
// once.
//
// Of those who wait beside nobody that may give something back, the one that
// began first goes on, so that a bound is passed by one at most.
type MemoryLimit struct {
	limit int64

	mu           sync.Mutex
	released     sync.Cond
	reserved     int64
	reservations []*Reservation // that are not empty, in the order in which they began
}

// NewMemoryLimit makes a bound of so many bytes.
func NewMemoryLimit(limit int64) *MemoryLimit {
	m := &MemoryLimit{limit: limit}
	m.released.L = &m.mu
	return m
}

// Reservation is the memory of one sample's answers. nil reserves nothing and
// waits for nothing.
type Reservation struct {
	memory *MemoryLimit
	bytes  int64
	// active counts who works on the sample, so that it will give its memory back
	// without waiting for others.
	active int
}

// Begin makes the reservation of a sample that somebody works on.
func (m *MemoryLimit) Begin() *Reservation { return &Reservation{memory: m, active: 1} }

// Pause says that one who works on the sample waits for something else until
// resume is called.
func (r *Reservation) Pause() (resume func()) {
	r.work(-1)
	return func() { r.work(+1) }
}

// Work says that one more works on the sample, until done is called.
func (r *Reservation) Work() (done func()) {
	r.work(+1)
	return func() { r.work(-1) }
}

func (r *Reservation) work(n int) {
	if r == nil {
		return
	}
	r.memory.mu.Lock()
	defer r.memory.mu.Unlock()
	r.active += n
	r.memory.released.Broadcast()
}

// grow waits until there is memory for so many bytes more of an answer, or ctx ends.
func (r *Reservation) grow(ctx context.Context, bytes int64) error {
	if r == nil {
		return nil
	}
	m, n := r.memory, bytesPerAnswerByte*bytes
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.fits(r, n) {
		stop := context.AfterFunc(ctx, func() {
			defer fault.Catch()
			m.mu.Lock()
			defer m.mu.Unlock()
			m.released.Broadcast()
		})
		defer stop()
	}
	for !m.fits(r, n) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		m.released.Wait()
	}
	if r.bytes == 0 {
		m.reservations = append(m.reservations, r)
	}
	r.bytes += n
	m.reserved += n
	return nil
}

// fits reports whether a reservation may be so many bytes larger.
func (m *MemoryLimit) fits(r *Reservation, n int64) bool {
	if m.reserved+n <= m.limit {
		return true
	}
	for _, other := range m.reservations {
		switch {
		case other == r:
			return true
		case other.active > 0:
			return false
		}
	}
	return true
}

// giveBack gives back what was reserved for so many bytes.
func (r *Reservation) giveBack(bytes int64) {
	if r == nil {
		return
	}
	r.memory.mu.Lock()
	defer r.memory.mu.Unlock()
	r.shrink(bytesPerAnswerByte * bytes)
}

// Release gives all of it back.
func (r *Reservation) Release() {
	if r == nil {
		return
	}
	r.memory.mu.Lock()
	defer r.memory.mu.Unlock()
	r.shrink(r.bytes)
}

func (r *Reservation) shrink(n int64) {
	if n == 0 {
		return
	}
	m := r.memory
	m.reserved -= n
	if r.bytes -= n; r.bytes == 0 {
		for i, other := range m.reservations {
			if other == r {
				m.reservations = append(m.reservations[:i], m.reservations[i+1:]...)
				break
			}
		}
	}
	m.released.Broadcast()
}

type reservationKey struct{}

// In gives a context in which answers are read into the reservation.
func (r *Reservation) In(ctx context.Context) context.Context {
	return context.WithValue(ctx, reservationKey{}, r)
}

// reservationOf is the reservation that answers are read into; nil for none.
func reservationOf(ctx context.Context) *Reservation {
	r, _ := ctx.Value(reservationKey{}).(*Reservation)
	return r
}

// Reserve waits until so many bytes of an answer that is not sent for, as it
// is in a record, may be read into the reservation of ctx. done is to
// be called once it is read.
func Reserve(ctx context.Context, bytes int64) (done func(), err error) {
	r := reservationOf(ctx)
	done = r.Work()
	return done, r.grow(ctx, bytes)
}
