package batch

import (
	"slices"

	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/record"
)

// batch is one batch with its requests.
type batch struct {
	record.Batch
	ids []uint64 // sorted beginnings of the custom_ids
	// read says that its results are known, whole that all are.
	read, whole bool
	// refused is why its requests have no answer; nil where they may have.
	refused *messages.Error
	kept    bool // the record says that its results are there
}

func (b *batch) contains(id uint64) bool {
	_, ok := slices.BinarySearch(b.ids, id)
	return ok
}

// isAwaited reports whether results of the batch may still come.
func (b *batch) isAwaited() bool { return b.IsOpen() && !b.read && b.refused == nil }

// Batches are all batches of the run, as they were seen last.
func (s *Sender) Batches() []record.Batch {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shown()
}

func (s *Sender) shown() []record.Batch {
	out := make([]record.Batch, 0, len(s.batches))
	for _, b := range s.batches {
		out = append(out, b.Batch)
	}
	return out
}

// IsWaiting reports whether there are batches, or requests left to later.
func (s *Sender) IsWaiting() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.deferred > 0 || slices.ContainsFunc(s.batches, func(b *batch) bool { return b.IsOpen() || b.State == record.BatchNotCreated })
}

// Deferred is how many requests Submit left to later.
func (s *Sender) Deferred() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.deferred
}
