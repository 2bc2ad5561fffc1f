package batch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/record"
)

// create creates the batch that is gathered. Its intent is in the record before.
// The error says that the run cannot go on; that the server refused the batch is an
// error of its requests.
func (s *Sender) create(ctx context.Context, key string) error {
	g := s.gathering[key]
	delete(s.gathering, key)
	defer g.file.close()
	body, err := g.end()
	if err != nil {
		return fmt.Errorf("the requests of a batch cannot be kept: %w", err)
	}
	newest, _, err := s.opts.API.ListBatches(ctx, "", 1)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	b, wrong := s.intend(g, newest)
	if wrong != nil {
		return wrong
	}
	if err != nil {
		return s.refuse(b, refusalOf(err))
	}
	return s.createUntil(ctx, b, body)
}

// intend writes what is about to be created into the record.
func (s *Sender) intend(g *gathering, newest []messages.Batch) (*batch, error) {
	s.number++
	b := &batch{ids: shorts(g.ids)}
	b.Batch = record.Batch{
		Number: s.number, State: record.BatchIntended, Digest: digest(g.ids), IDs: record.BatchIDs(b.ids), Requests: len(g.ids),
	}
	if len(newest) > 0 {
		b.After = newest[0].Created
	}
	if s.opts.Money != nil && !g.unknown {
		b.WorstUSD = &g.worst
	}
	s.batches = append(s.batches, b)
	s.changed = true
	err := s.opts.Record.Append(b.Batch)
	b.IDs, b.After = "", b.After.UTC() // the record has the ids
	return b, err
}

// note writes that the state of a batch changed.
func (s *Sender) note(b *batch) error {
	s.changed = true
	s.opts.Observe(s.shown())
	return s.opts.Record.Append(record.Batch{Number: b.Number, State: b.State, ID: b.ID, Expires: b.Expires, Counts: b.Counts, Error: b.Error})
}

// refusalOf is the error of requests whose batch could not be had.
func refusalOf(err error) *messages.Error {
	var e *messages.Error
	if !errors.As(err, &e) {
		e = &messages.Error{Type: messages.ErrConnection, Message: err.Error()}
	}
	out := *e
	if out.Status == http.StatusNotFound || out.Status == http.StatusMethodNotAllowed || out.Status == http.StatusNotImplemented {
		// without the status, by which the model would be taken for unknown
		out.Status, out.Message = 0, "the server has no Message Batches: "+out.Message
	}
	return &out
}

// refuse says that there is certainly no such batch, and why.
func (s *Sender) refuse(b *batch, why *messages.Error) error {
	b.State, b.refused, b.Error = record.BatchNotCreated, why, why.Error()
	s.settle(b, 0)
	return s.note(b)
}

// postpone has the requests of a batch that was not created be asked in the next
// round.
func (s *Sender) postpone(b *batch, why string) error {
	b.State, b.Error = record.BatchNotCreated, why
	for _, id := range b.ids {
		s.again[id] = true
	}
	s.settle(b, 0)
	return s.note(b)
}

// settle ends what is reserved for a batch.
func (s *Sender) settle(b *batch, cost float64) {
	if s.opts.Money == nil {
		return
	}
	worst := 0.0
	if b.WorstUSD != nil {
		worst, b.WorstUSD = *b.WorstUSD, nil
	}
	s.opts.Money.Settle(worst, cost)
}

// backoff is the wait before a create is tried again, which doubles.
const (
	backoff     = time.Second
	mostBackoff = time.Minute
)

// createUntil creates a batch, again for as long as RetryFor where it certainly was
// not created.
func (s *Sender) createUntil(ctx context.Context, b *batch, body messages.BatchBody) error {
	first := s.opts.Pace.Now()
	for wait := backoff; ; wait = min(2*wait, mostBackoff) {
		made, err := s.opts.API.CreateBatch(ctx, body)
		var failed *messages.CreateError
		switch {
		case err == nil:
			return s.adopt(b, made)
		case !errors.As(err, &failed):
			return s.notSent(ctx, b, err)
		case failed.Uncertain:
			found, err := s.find(ctx, b)
			if err != nil || found {
				return err
			}
		case !failed.Again:
			return s.refuse(b, refusalOf(failed.Err))
		}
		if s.opts.Pace.Now().Sub(first)+wait > s.opts.RetryFor {
			return s.giveUp(b, failed)
		}
		if err := s.opts.Pace.Sleep(ctx, max(failed.Wait, wait)); err != nil {
			return s.notSent(ctx, b, err)
		}
	}
}

// notSent says that nothing was sent, as the run ends.
func (s *Sender) notSent(ctx context.Context, b *batch, err error) error {
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	b.State, b.Error = record.BatchNotCreated, "the run ended before it was created"
	return errors.Join(err, s.note(b))
}

// giveUp ends the tries to create a batch. Where others are processed, which may be
// why there is no place for it, it is tried again after them.
func (s *Sender) giveUp(b *batch, why *messages.CreateError) error {
	for _, other := range s.batches {
		if other != b && other.State == record.BatchProcessing {
			return s.postpone(b, why.Error())
		}
	}
	return s.refuse(b, refusalOf(why.Err))
}

// adopt takes a batch of the server for one that was intended.
func (s *Sender) adopt(b *batch, made *messages.Batch) error {
	b.State, b.ID, b.Expires, b.Error = record.BatchProcessing, made.ID, made.Expires.UTC(), ""
	counts := made.BatchCounts
	b.Counts = &counts
	return s.note(b)
}

// looks is how often a batch that may have been created is looked for before it is
// certain that it was not.
const looks = 4

// find looks in the server's list for a batch that may have been created, and
// adopts it. It gives false once it is certain that there is none.
func (s *Sender) find(ctx context.Context, b *batch) (bool, error) {
	for i := range looks {
		if i > 0 {
			if err := s.opts.Pace.Sleep(ctx, s.opts.Pace.Settle/(looks-1)); err != nil {
				return false, err
			}
		}
		candidates, err := s.candidates(ctx, b)
		switch {
		case err != nil && ctx.Err() != nil:
			return false, ctx.Err()
		case err != nil:
			return true, s.unsettled(b, "whether it was created is not known: "+err.Error())
		case len(candidates) == 1:
			return true, s.adopt(b, &candidates[0])
		case len(candidates) > 1:
			return true, s.choose(ctx, b, candidates)
		}
	}
	return false, nil
}

// unsettled leaves a batch of which it is not known whether it is there: nothing of
// it is asked again.
func (s *Sender) unsettled(b *batch, why string) error {
	b.Error = why
	return s.note(b)
}

// choose adopts that of several batches which has the requests, if that can be
// seen already.
func (s *Sender) choose(ctx context.Context, b *batch, candidates []messages.Batch) error {
	for i := range candidates {
		if !candidates[i].Ended {
			continue
		}
		if ours, err := s.isOurs(ctx, b, candidates[i].ID); err == nil && ours {
			return s.adopt(b, &candidates[i])
		}
	}
	return s.unsettled(b, fmt.Sprintf("%d batches of the server may be this one; which is known once they ended", len(candidates)))
}

// errSeen ends the reading of results.
var errSeen = errors.New("seen enough")

// isOurs reports whether the results of a batch are of b's requests.
func (s *Sender) isOurs(ctx context.Context, b *batch, id string) (ours bool, err error) {
	err = s.opts.API.BatchResults(ctx, id, func(line []byte) error {
		custom, ok := parseCustomID(s.opts.API.ReadResult(line).CustomID)
		ours = ok && b.contains(custom.short())
		return errSeen
	})
	if errors.Is(err, errSeen) {
		err = nil
	}
	return ours, err
}

// page is how many batches are listed at once.
const page = 100

// candidates are the batches of the server of which one may be b: not older than
// what it had before, of as many requests, and none that is known.
func (s *Sender) candidates(ctx context.Context, b *batch) ([]messages.Batch, error) {
	known := map[string]bool{}
	for _, other := range s.batches {
		known[other.ID] = true
	}
	var out []messages.Batch
	for after := ""; ; {
		list, more, err := s.opts.API.ListBatches(ctx, after, page)
		if err != nil {
			return nil, err
		}
		for _, one := range list {
			if one.Created.Before(b.After) {
				return out, nil
			}
			if !known[one.ID] && one.Requests() == b.Requests {
				out = append(out, one)
			}
		}
		if !more {
			return out, nil
		}
		after = list[len(list)-1].ID
	}
}
