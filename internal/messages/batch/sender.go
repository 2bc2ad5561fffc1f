package batch

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/record"
)

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
// mutex must be held.
func (s *Sender) isGathered(id uint64) bool {
	for _, g := range s.gathering {
		if g.has[id] {
			return true
		}
	}
	return false
}

// batchOf is the last batch that has a request, nil where it is to be asked. The mutex
// must be held.
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

var (
	_ messages.Sender = (*Sender)(nil)
	_ API             = (*messages.HTTP)(nil)
)
