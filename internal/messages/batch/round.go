package batch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/record"
)

// Open takes over the batches of the record that the run goes on with: it settles
// which were created, and reads the results that are there.
func (s *Sender) Open(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, known := range s.opts.Known {
		b := &batch{Batch: known}
		s.number = max(s.number, known.Number)
		if b.IsOpen() {
			if s.opts.Money != nil && b.WorstUSD != nil {
				s.opts.Money.Hold(*b.WorstUSD)
			}
			var err error
			if b.ids, err = known.ReadIDs(); err != nil {
				return fmt.Errorf("batch %d of the record: %w", known.Number, err)
			}
		} else {
			b.read, b.kept = true, true
		}
		b.IDs = ""
		s.batches = append(s.batches, b)
	}
	for _, b := range s.batches {
		if b.State != record.BatchIntended {
			continue
		}
		found, err := s.find(ctx, b)
		if err == nil && !found {
			err = s.postpone(b, "the server's list shows that it was not created")
		}
		if err != nil {
			return err
		}
	}
	return s.look(ctx)
}

// Round is called once every sample was asked as far as the answers go, with how many
// are left. It creates the batches that were gathered, waits for their results where
// the Mode says so, and reports whether to ask on.
func (s *Sender) Round(ctx context.Context, left int) (again bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	err = s.collected()
	if left == 0 {
		s.free()
		s.opts.Mode = Collect // what is asked from now on is asked directly
	}
	if err != nil || left == 0 {
		return false, err
	}
	for _, key := range s.keys() {
		if err := s.create(ctx, key); err != nil {
			return false, err
		}
	}
	if s.opts.Mode != Wait {
		return false, nil
	}
	changed := s.changed
	s.changed = false
	waited, err := s.await(ctx)
	if err != nil {
		return false, err
	}
	if !waited && !changed && !s.changed {
		return false, errors.New("no batch is left to wait for, and requests have no answer")
	}
	return true, nil
}

func (s *Sender) keys() []string {
	var keys []string
	for key := range s.gathering {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// collected notes which batches have all that they answered in the record.
func (s *Sender) collected() error {
	for _, b := range s.batches {
		if !b.read || !b.whole || b.kept || b.refused != nil {
			continue
		}
		b.kept, b.State = true, record.BatchCollected
		if err := s.note(b); err != nil {
			return err
		}
	}
	return nil
}

// await waits until the results of all batches are read. waited says that there
// was one.
func (s *Sender) await(ctx context.Context) (waited bool, err error) {
	wait := s.opts.Pace.First
	for {
		if err := s.look(ctx); err != nil {
			return waited, err
		}
		if !slices.ContainsFunc(s.batches, (*batch).isAwaited) {
			return waited, nil
		}
		waited = true
		s.mu.Unlock() // others may look at the batches meanwhile
		err := s.opts.Pace.Sleep(ctx, wait)
		s.mu.Lock()
		if err != nil {
			return waited, err
		}
		wait = min(2*wait, s.opts.Pace.Most)
	}
}

// look looks at each batch that is awaited, and reads the results of those that
// ended.
func (s *Sender) look(ctx context.Context) error {
	for _, b := range s.batches {
		if !b.isAwaited() {
			continue
		}
		if err := s.lookAt(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

func (s *Sender) lookAt(ctx context.Context, b *batch) error {
	if b.ID == "" {
		return s.lookAgain(ctx, b)
	}
	at, err := s.opts.API.GetBatch(ctx, b.ID)
	switch {
	case err != nil && ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return s.unreadable(b, err)
	case at.Archived:
		b.State = record.BatchLost
		if err := s.lose(b); err != nil {
			return err
		}
		return s.unreadable(b, errors.New("its results are no longer kept, which they are for 29 days"))
	}
	counts := at.BatchCounts
	if b.Counts == nil || *b.Counts != counts {
		b.Counts = &counts
		s.opts.Observe(s.shown())
	}
	if !at.Ended {
		return nil
	}
	if b.State != record.BatchEnded {
		b.State = record.BatchEnded
		if err := s.note(b); err != nil {
			return err
		}
	}
	return s.read(ctx, b)
}

// lose counts the most that a batch can have cost whose results cannot be had any
// more: it was most likely paid for.
func (s *Sender) lose(b *batch) error {
	if b.WorstUSD == nil {
		return nil
	}
	return s.opts.Record.Append(record.Spent{Cause: "the results of the batch " + b.ID + " are no longer kept", LostUSD: b.WorstUSD})
}

// lookAgain looks for a batch of which it was not known whether it was created.
func (s *Sender) lookAgain(ctx context.Context, b *batch) error {
	candidates, err := s.candidates(ctx, b)
	switch {
	case err != nil && ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return nil // still not known
	case len(candidates) == 0:
		return s.postpone(b, "the server's list shows that it was not created")
	case len(candidates) == 1:
		return s.adopt(b, &candidates[0])
	}
	return s.choose(ctx, b, candidates)
}

// unreadable gives the requests of a batch that cannot be read an error. The batch
// stays what it is: a run that goes on with the record looks for it again.
func (s *Sender) unreadable(b *batch, err error) error {
	why := &messages.Error{Type: messages.BatchNoResult}
	var e *messages.Error
	said := err.Error()
	if errors.As(err, &e) {
		said = e.Error()
		switch e.Status {
		case http.StatusNotFound, http.StatusForbidden, http.StatusUnauthorized:
			said += "; it is of another workspace, or was deleted"
		}
	}
	why.Message = fmt.Sprintf("the batch %s cannot be read: %s", b.ID, said)
	b.refused, b.Error = why, why.Message
	return s.note(b)
}
