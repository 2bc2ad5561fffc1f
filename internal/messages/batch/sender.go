package batch

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/replay"
	"github.com/evalrun/evalrun/record"
)

// API is what a server has of Message Batches.
type API interface {
	CreateBatch(ctx context.Context, body messages.BatchBody) (*messages.Batch, error)
	GetBatch(ctx context.Context, id string) (*messages.Batch, error)
	ListBatches(ctx context.Context, after string, limit int) (page []messages.Batch, more bool, err error)
	BatchResults(ctx context.Context, id string, each func(line []byte) error) error
	ReadResult(line []byte) messages.BatchResult
}

// Mode is what becomes of requests that are in no batch.
type Mode int

const (
	// Wait has them go into batches, and waits for these; what no batch takes is
	// sent directly.
	Wait Mode = iota
	// Submit has them go into batches, and leaves the rest to later.
	Submit
	// Collect sends them directly, and waits for nothing.
	Collect
)

// Options say how a Sender works.
type Options struct {
	API    API
	Direct messages.Sender
	Record interface{ Append(record.Line) error }
	Mode   Mode
	// Known are the batches of the record that the run goes on with.
	Known []record.Batch
	// Dir is where files are that are gone at the end.
	Dir string
	// RetryFor bounds how long after its first failure a request is asked again.
	RetryFor time.Duration
	// Money is asked where there is a bound of it; nil has none.
	Money Money
	// Pace is when batches are looked at.
	Pace Pace
	// Observe, if set, is shown all batches whenever one changed.
	Observe func([]record.Batch)
	// MaxRequests and MaxBytes are the limits of a batch; 0 are the API's.
	MaxRequests int
	MaxBytes    int64
}

// Pace is when batches are looked at, and with which clock.
type Pace struct {
	// First is the wait after which a batch is looked at again; it doubles up to
	// Most. 0 are a second and a minute.
	First, Most time.Duration
	// Settle is how long a batch that may have been created is looked for in the
	// server's list. 0 is 30 seconds.
	Settle time.Duration
	Now    func() time.Time                                 // nil is the real clock
	Sleep  func(ctx context.Context, d time.Duration) error // nil sleeps
}

// Money knows what requests in batches cost.
type Money interface {
	// Worst is the most that an answer costs in a batch; nil where that is not known.
	Worst(req *messages.Request) *float64
	// Hold reserves the most that the answers of a batch cost that is there.
	Hold(worst float64)
	// Settle puts what answers cost in the place of the most that was reserved for
	// them.
	Settle(worst, cost float64)
	// Cost is what an answer costs; false where that is not known.
	Cost(answer *messages.Answer) (float64, bool)
}

// Sender gives answers from batches. Send never waits for a batch: it gives
// messages.ErrPending, and Round waits. It may be used from many goroutines at once.
type Sender struct {
	opts Options
	paid map[string]float64

	mu        sync.Mutex
	gathering map[string]*gathering // by headers
	batches   []*batch              // by number
	results   results
	again     map[uint64]bool // to be asked again
	failures  map[uint64]failure
	number    int
	deferred  int  // requests of this round that are left to later
	changed   bool // since the last round
}

// failure is when a request failed first, and how often.
type failure struct {
	first time.Time
	times int
}

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

// New makes a Sender. paid is what the record has paid for answers of each batch.
func New(o Options, paid map[string]float64) *Sender {
	o.MaxRequests, o.MaxBytes = cmp.Or(o.MaxRequests, maxRequests), cmp.Or(o.MaxBytes, maxBytes)
	o.Pace.First, o.Pace.Most, o.Pace.Settle = cmp.Or(o.Pace.First, time.Second), cmp.Or(o.Pace.Most, time.Minute), cmp.Or(o.Pace.Settle, 30*time.Second)
	if o.Pace.Now == nil {
		o.Pace.Now = time.Now
	}
	if o.Pace.Sleep == nil {
		o.Pace.Sleep = messages.Sleep
	}
	if o.Observe == nil {
		o.Observe = func([]record.Batch) {}
	}
	return &Sender{
		opts: o, paid: paid, gathering: map[string]*gathering{}, results: results{dir: o.Dir},
		again: map[uint64]bool{}, failures: map[uint64]failure{},
	}
}

// Charge has Money be asked. It is called before the first Send.
func (s *Sender) Charge(m Money) { s.opts.Money = m }

// Close takes the files away.
func (s *Sender) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free()
}

// free gives back what no further request needs. The mutex must be held.
func (s *Sender) free() {
	for _, g := range s.gathering {
		g.file.close()
	}
	s.results.close()
	s.gathering, s.results, s.again, s.failures = map[string]*gathering{}, results{dir: s.opts.Dir}, nil, nil
	for _, b := range s.batches {
		b.ids = nil
	}
}

// BytesPerRequest is about how much memory a Sender takes for each request of a run.
const BytesPerRequest = 48

// Fate says what Send would do with a request: known gives what it has without
// spending anything, batched takes it into a batch.
func (s *Sender) Fate(req *messages.Request, of record.Identity) (known, batched bool) {
	id := newCustomID(of, req.Key())
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.results.find(id.short())) > 0 || s.isGathered(id.short()) {
		return true, false
	}
	if b := s.batchOf(id.short()); b != nil {
		return true, false
	}
	if s.opts.Mode == Collect {
		return false, false
	}
	if messages.RefusedByBatch(req) != "" {
		return s.opts.Mode == Submit, false
	}
	return false, true
}

// isGathered reports whether a request is in a batch that is not created yet. The
// mutex must be held, as for all that follow.
func (s *Sender) isGathered(id uint64) bool {
	for _, g := range s.gathering {
		if g.has[id] {
			return true
		}
	}
	return false
}

// batchOf is the last batch that has a request, nil where it is to be asked.
func (s *Sender) batchOf(id uint64) *batch {
	if s.again[id] {
		return nil
	}
	for _, b := range slices.Backward(s.batches) {
		if b.contains(id) {
			return b
		}
	}
	return nil
}

// Send gives the answer of a batch, or takes the request into one. The error
// ErrPending says that the answer will come later.
func (s *Sender) Send(ctx context.Context, req *messages.Request, of record.Identity) (*messages.Exchange, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	id := newCustomID(of, req.Key())
	ex, err := s.known(ctx, id)
	if ex != nil || err != nil {
		return ex, err
	}
	refused := messages.RefusedByBatch(req)
	switch {
	case s.opts.Mode == Collect:
		return s.opts.Direct.Send(ctx, req, of)
	case refused != "" && s.opts.Mode == Submit:
		s.mu.Lock()
		defer s.mu.Unlock()
		s.deferred++
		return nil, messages.ErrPending
	case refused != "":
		return s.direct(ctx, id, req, of)
	}
	return s.gather(ctx, id, req, of)
}

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

// direct sends a request that no batch takes, and keeps the exchange for the rounds
// to come.
func (s *Sender) direct(ctx context.Context, id customID, req *messages.Request, of record.Identity) (*messages.Exchange, error) {
	ex, err := s.opts.Direct.Send(ctx, req, of)
	if err != nil {
		return nil, err
	}
	line := messages.RecordLine(of, req, ex)
	line.Request, line.Blobs = nil, nil
	text, err := json.Marshal(line)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return ex, s.results.keep(id.short(), text)
}

// gather takes a request into a batch. Where it does not fit into the one that is
// gathered, that is created first.
func (s *Sender) gather(ctx context.Context, id customID, req *messages.Request, of record.Identity) (*messages.Exchange, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := newEntry(id, req)
	if int64(len(bodyBegin)+len(bodyEnd))+e.size > s.opts.MaxBytes {
		return &messages.Exchange{Error: &messages.Error{
			Type: "request_too_large", Message: fmt.Sprintf("not sent: the request has %d bytes, more than a whole batch", e.size),
		}}, nil
	}
	key := headers(req)
	g := s.gathering[key]
	if g != nil && !g.fits(&e, s.opts.MaxRequests, s.opts.MaxBytes) {
		if err := s.create(ctx, key); err != nil {
			return nil, err
		}
		g = nil
	}
	if g == nil {
		var err error
		if g, err = newGathering(s.opts.Dir, req); err != nil {
			return nil, err
		}
		s.gathering[key] = g
	}
	if s.opts.Money != nil {
		if worst := s.opts.Money.Worst(req); worst != nil {
			g.worst += *worst
		} else {
			g.unknown = true
		}
	}
	g.add(&e)
	delete(s.again, id.short())
	return nil, messages.ErrPending
}

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

var (
	_ messages.Sender = (*Sender)(nil)
	_ API             = (*messages.HTTP)(nil)
)
