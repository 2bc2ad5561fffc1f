package runner

import (
	"context"
	"sync"

	"github.com/evalrun/evalrun/internal/fault"
)

const (
	// maxHeld is how many bytes the samples under way hold together, so that
	// memory is bounded however many are asked at once and whatever they show.
	maxHeld = 256 << 20
	// maxAnswers is how many bytes their answers hold together.
	maxAnswers = 256 << 20
	// textHeld is what a case holds for each byte of its request's text: the
	// text, the value that it was made of, and that value's variables.
	textHeld = 3
)

// room has samples wait until there is memory for what they hold. It is safe
// for concurrent use.
type room struct {
	limit int

	mu    sync.Mutex
	freed sync.Cond
	held  map[any]int // by how many samples
	size  int
}

// holding is something in memory that samples have in common: an image, or a
// case. What it is of tells it from others.
type holding struct {
	of   any // a pointer
	size int // in bytes
}

func newRoom(limit int) *room {
	r := &room{limit: limit, held: map[any]int{}}
	r.freed.L = &r.mu
	return r
}

// holdings are what every sample of the case holds.
func (q *question) holdings() []holding {
	out := []holding{{q, textHeld * len(q.Request.Body.Text())}}
	for _, b := range q.Blobs() {
		out = append(out, holding{b, len(b.Data)})
	}
	return out
}

// take waits until there is room, or ctx ended. A sample that needs more than
// all of it gets it once it is alone.
func (r *room) take(ctx context.Context, holds []holding) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.fits(holds) {
		if err := r.await(ctx, holds); err != nil {
			return err
		}
	}
	for _, h := range holds {
		if r.held[h.of]++; r.held[h.of] == 1 {
			r.size += h.size
		}
	}
	return nil
}

func (r *room) await(ctx context.Context, holds []holding) error {
	stop := context.AfterFunc(ctx, func() {
		defer fault.Catch()
		r.mu.Lock()
		defer r.mu.Unlock()
		r.freed.Broadcast()
	})
	defer stop()
	for !r.fits(holds) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		r.freed.Wait()
	}
	return nil
}

// fits reports whether there is room, besides what is held already.
func (r *room) fits(holds []holding) bool {
	size := r.size
	for _, h := range holds {
		if r.held[h.of] == 0 {
			size += h.size
		}
	}
	return size <= r.limit || len(r.held) == 0
}

// give gives back what a sample took.
func (r *room) give(holds []holding) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, h := range holds {
		if r.held[h.of]--; r.held[h.of] == 0 {
			delete(r.held, h.of)
			r.size -= h.size
		}
	}
	r.freed.Broadcast()
}
