package batch

import (
	"context"
	"fmt"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/replay"
	"github.com/evalrun/evalrun/record"
)

// known gives what is known of a request, nil where it is to be asked.
func (s *Sender) known(ctx context.Context, id customID) (*messages.Exchange, error) {
	s.mu.Lock()
	if found := s.results.find(id.short()); len(found) > 0 {
		last := *found[len(found)-1]
		differ, name := s.results.differ(found), ""
		if last.batch > 0 {
			name = s.batches[last.batch-1].ID
		}
		found[len(found)-1].recorded = true
		s.mu.Unlock()
		return s.exchange(ctx, id, last, name, differ)
	}
	defer s.mu.Unlock()
	if s.isGathered(id.short()) {
		return nil, messages.ErrPending
	}
	b := s.batchOf(id.short())
	switch {
	case b == nil:
		return nil, nil
	case b.refused != nil:
		e := *b.refused
		return &messages.Exchange{Error: &e, Batch: b.ID}, nil
	case !b.read:
		return nil, messages.ErrPending
	}
	return noResult(b.ID, "has no result of this request"), nil
}

func noResult(batch, why string) *messages.Exchange {
	return &messages.Exchange{Batch: batch, Error: &messages.Error{
		Type: messages.BatchNoResult, Message: fmt.Sprintf("the batch %s %s", batch, why),
	}}
}

// exchange is the exchange of a result, of the batch with the name.
func (s *Sender) exchange(ctx context.Context, id customID, at place, batch string, differ bool) (*messages.Exchange, error) {
	done, err := messages.Reserve(ctx, int64(at.length))
	defer done()
	if err != nil {
		return nil, err
	}
	line, err := s.results.line(&at)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the results of batches cannot be read: %w", err)
	case at.batch == 0:
		return sentDirectly(line)
	case differ:
		return noResult(batch, "has several results of this request, and they differ"), nil
	}
	result := s.opts.API.ReadResult(line)
	if result.CustomID != id.String() { // another one of the same beginning
		return noResult(batch, "has no result of this request"), nil
	}
	return &messages.Exchange{Batch: batch, Recorded: at.recorded, Answer: result.Answer, Error: result.Error}, nil
}

// sentDirectly reads an exchange that was sent directly.
func sentDirectly(line []byte) (*messages.Exchange, error) {
	var e record.Exchange
	if err := exactjson.Unmarshal(line, &e); err != nil {
		return nil, fmt.Errorf("an exchange cannot be read again: %w", err)
	}
	ex, err := replay.Recorded(&e)
	if ex != nil {
		ex.Reused, ex.Recorded, ex.Source = false, true, e.Source
	}
	return ex, err
}
