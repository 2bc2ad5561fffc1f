package batch

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/evalrun/evalrun/internal/messages"
)

// maxReads bounds how often results are read again that were cut off.
const maxReads = 5

// reading is the results of a batch while they are read.
type reading struct {
	results int // of its requests
	places  []place
	errors  map[uint64]bool // that may be gone the next time
	cost    float64
	priced  int
	unknown int // results of requests that the batch does not have
}

// read reads the results of a batch that ended, again where they were cut off.
func (s *Sender) read(ctx context.Context, b *batch) error {
	wait := s.opts.Pace.First
	for i := 1; ; i++ {
		from := int64(0)
		if s.results.file != nil {
			from = s.results.file.size
		}
		r, err := s.readOnce(ctx, b)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil, errors.Is(err, messages.ErrTorn) && i == maxReads:
			return s.take(b, r, err)
		case !errors.Is(err, messages.ErrTorn):
			var e *messages.Error
			if errors.As(err, &e) {
				return s.unreadable(b, err)
			}
			return err
		}
		if s.results.file != nil {
			s.results.file.size = from // they are written over
		}
		if err := s.opts.Pace.Sleep(ctx, wait); err != nil {
			return err
		}
		wait = min(2*wait, s.opts.Pace.Most)
	}
}

// readOnce reads the results of a batch once.
func (s *Sender) readOnce(ctx context.Context, b *batch) (*reading, error) {
	r := &reading{errors: map[uint64]bool{}, places: make([]place, 0, len(b.ids))}
	number := slices.Index(s.batches, b) + 1
	err := s.opts.API.BatchResults(ctx, b.ID, func(line []byte) error {
		result := s.opts.API.ReadResult(line)
		id, ok := parseCustomID(result.CustomID)
		if !ok || !b.contains(id.short()) {
			r.unknown++
			return nil
		}
		r.results++
		if result.Again {
			r.errors[id.short()] = true
		}
		if s.opts.Money != nil && result.Answer != nil {
			if cost, known := s.opts.Money.Cost(result.Answer); known {
				r.cost += cost
				r.priced++
			}
		}
		p, err := s.results.append(id.short(), number, line)
		if err != nil {
			return fmt.Errorf("the results of a batch cannot be kept: %w", err)
		}
		r.places = append(r.places, p)
		return nil
	})
	return r, err
}

// take takes the results of a batch. torn says that they are not all.
func (s *Sender) take(b *batch, r *reading, torn error) error {
	if r.results == 0 && r.unknown > 0 { // another run asked as many requests
		b.ID, b.read = "", true
		return s.postpone(b, "the batch that the server's list shows is another one")
	}
	places := r.places[:0]
	for _, p := range r.places {
		if r.errors[p.id] && s.mayAskAgain(p.id) {
			s.again[p.id] = true
			continue
		}
		places = append(places, p)
	}
	s.results.merge(places, s.toCome())
	b.read, b.whole = true, torn == nil
	cost := r.cost - s.paid[b.ID]
	s.settle(b, max(0, cost))
	switch {
	case torn != nil:
		b.Error = torn.Error()
	case r.unknown > 0:
		b.Error = fmt.Sprintf("%d of its results are of unknown requests", r.unknown)
	}
	if b.Error != "" {
		return s.note(b)
	}
	s.changed = true
	return nil
}

// toCome is how many results the batches may still have that are not read yet.
func (s *Sender) toCome() int {
	n := 0
	for _, b := range s.batches {
		if !b.read {
			n += len(b.ids)
		}
	}
	return n
}

// maxTimes ends the asking of a request that fails each time.
const maxTimes = 5

// mayAskAgain counts a failure of a request, and reports whether it is asked again:
// as long after the first one as RetryFor.
func (s *Sender) mayAskAgain(id uint64) bool {
	if s.opts.Mode == Collect {
		return true // directly
	}
	f, now := s.failures[id], s.opts.Pace.Now()
	if f.times == 0 {
		f.first = now
	}
	f.times++
	s.failures[id] = f
	return f.times < maxTimes && now.Sub(f.first) <= s.opts.RetryFor
}
