// Package replay answers requests from a record and sends nothing.
//
// It refuses to answer with anything but what was recorded for that very
// request of that case, sample, turn and vote: a request that differs in one
// byte is a miss, which is an error that says what the record has instead.
package replay

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/record"
)

// Sender answers from a record. It may be used from many goroutines at once.
type Sender struct {
	answers *record.Answers
	nearest nearest
	missed  atomic.Int64
}

var _ messages.Sender = (*Sender)(nil)

// New gives a Sender that answers from a record, which must stay open as long.
func New(answers *record.Answers) *Sender {
	return &Sender{answers: answers, nearest: nearest{answers: answers}}
}

// Missed counts the requests that the record had no answer to.
func (s *Sender) Missed() int { return int(s.missed.Load()) }

// Send gives the recorded exchange, an error that was recorded too. What the
// record lacks is an exchange with the error messages.ErrNotRecorded, which
// names the nearest request that it has. The Go error is for a record that
// cannot be read, and for the end of ctx.
func (s *Sender) Send(ctx context.Context, req *messages.Request, of record.Identity) (*messages.Exchange, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	done, err := s.reserve(ctx, req, of)
	defer done()
	if err != nil {
		return nil, err
	}
	found, err := s.answers.Find(of, req.Key())
	if err != nil {
		return nil, fmt.Errorf("the record cannot be replayed: %w", err)
	}
	if found == nil {
		return s.miss(req, of)
	}
	if found.IsRedacted() {
		s.missed.Add(1)
		return &messages.Exchange{Reused: true, Error: &messages.Error{
			Type: messages.ErrNotRecorded, Message: "the answer was changed by --redact when it was recorded, and what is left cannot be judged",
		}}, nil
	}
	x, err := s.exchange(found)
	if err != nil {
		return nil, fmt.Errorf("the record's answer to %s sample %d cannot be replayed: %w", found.ID, found.Sample, err)
	}
	return x, nil
}

// reserve waits for the memory of the answer, if there is one.
func (s *Sender) reserve(ctx context.Context, req *messages.Request, of record.Identity) (done func(), err error) {
	return messages.Reserve(ctx, s.answers.Size(of, req.Key()))
}

// exchange gives a recorded exchange with who made it and when.
func (s *Sender) exchange(e *record.Exchange) (*messages.Exchange, error) {
	x, err := Recorded(e)
	if x != nil {
		x.Source, x.Answered = s.source(e), s.answers.File().AnsweredAt(e)
	}
	return x, err
}

// Recorded is a recorded exchange as it was when it was made.
func Recorded(e *record.Exchange) (*messages.Exchange, error) {
	x := &messages.Exchange{
		RequestID: e.RequestID,
		Attempts:  make([]messages.Attempt, len(e.Attempts)),
		Latency:   record.Duration(e.LatencyMS),
		InFlight:  e.InFlight,
		Batch:     e.Batch,
		Reused:    true,
		Cost:      e.CostUSD,
	}
	for i, a := range e.Attempts {
		x.Attempts[i] = messages.Attempt{Status: a.Status, Duration: record.Duration(a.MS), Cause: a.Cause}
	}
	if e.TTFTMS != nil {
		ttft := record.Duration(*e.TTFTMS)
		x.TTFT = &ttft
	}
	if e.Error != nil {
		x.Error = &messages.Error{Status: e.Error.Status, Type: e.Error.Type, Message: e.Error.Message}
		return x, nil
	}
	if e.Response == nil {
		return nil, errors.New("it holds neither a response nor an error")
	}
	var err error
	x.Answer, err = messages.ParseAnswer(e.Response)
	return x, err
}

// source says who made the answer: the exchange, else the run. An answer of
// the API has no source.
func (s *Sender) source(e *record.Exchange) string {
	source := e.Source
	if source == "" {
		source = s.answers.File().Run.Source
	}
	if source == record.SourceAPI {
		return ""
	}
	return source
}

// miss is the exchange for a request that the record lacks. Nothing is sent
// for it either, so it is marked like the others.
func (s *Sender) miss(req *messages.Request, of record.Identity) (*messages.Exchange, error) {
	s.missed.Add(1)
	message, err := s.explain(req, of)
	if err != nil {
		return nil, fmt.Errorf("the record cannot be replayed: %w", err)
	}
	return &messages.Exchange{
		Reused: true,
		Error:  &messages.Error{Type: messages.ErrNotRecorded, Message: message},
	}, nil
}

// explain says what the record lacks, and what it has instead.
func (s *Sender) explain(req *messages.Request, of record.Identity) (string, error) {
	highest, err := s.answers.Recorded(of.ID, req.Key())
	switch {
	case err != nil:
		return "", err
	case highest == 0:
		return s.nearest.explain(req, of)
	case of.Sample > highest:
		return fmt.Sprintf("asked for sample %d; the record has %d of this request", of.Sample, highest), nil
	case of.Vote > 0:
		return fmt.Sprintf("the record has this request, but not vote %d on sample %d", of.Vote, of.Sample), nil
	}
	return fmt.Sprintf("the record has this request, but not its sample %d", of.Sample), nil
}
