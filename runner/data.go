package runner

import (
	"context"
	"sync"

	"github.com/evalrun/evalrun/payload"
)

// maxData is how many bytes of images and documents the samples under way hold
// together, so that memory is bounded however many are asked at once.
const maxData = 256 << 20

// dataBound has samples wait for room for the data that they hold. What several
// of them share counts once.
type dataBound struct {
	limit int

	mu    sync.Mutex
	freed sync.Cond
	held  map[*payload.Blob]int // by how many samples
	size  int
}

func newDataBound(limit int) *dataBound {
	d := &dataBound{limit: limit, held: map[*payload.Blob]int{}}
	d.freed.L = &d.mu
	return d
}

// take waits until there is room for a sample's data, or ctx ended. A sample
// that needs more than all of the room gets it once it is alone.
func (d *dataBound) take(ctx context.Context, data []*payload.Blob) error {
	if len(data) == 0 {
		return nil
	}
	stop := context.AfterFunc(ctx, func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.freed.Broadcast()
	})
	defer stop()
	d.mu.Lock()
	defer d.mu.Unlock()
	for len(d.held) > 0 && d.size+d.added(data) > d.limit {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		d.freed.Wait()
	}
	for _, b := range data {
		if d.held[b]++; d.held[b] == 1 {
			d.size += len(b.Data)
		}
	}
	return nil
}

// added is what data takes beside what is held already, in bytes.
func (d *dataBound) added(data []*payload.Blob) int {
	n := 0
	for _, b := range data {
		if d.held[b] == 0 {
			n += len(b.Data)
		}
	}
	return n
}

// give gives the room of a sample's data back.
func (d *dataBound) give(data []*payload.Blob) {
	if len(data) == 0 {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, b := range data {
		if d.held[b]--; d.held[b] == 0 {
			delete(d.held, b)
			d.size -= len(b.Data)
		}
	}
	d.freed.Broadcast()
}
