package runner

import (
	"context"
	"sync"
	"time"

	"github.com/evalrun/evalrun/messages"
	"github.com/evalrun/evalrun/record"
)

// DefaultConcurrency is how many requests are under way at once.
const DefaultConcurrency = 8

// Recorder takes the lines of a run's record, in the order of time. It is
// called from many goroutines at once. After its first error the run ends:
// an answer that cannot be kept must not be paid for.
type Recorder interface {
	Append(line record.Line) error
}

// Options are how a plan is run.
type Options struct {
	Sender      messages.Sender
	Record      Recorder
	Concurrency int           // 0 is DefaultConcurrency
	Version     string        // anthropic-version where a suite says none
	Timeout     time.Duration // of one attempt, over what suites say; 0 leaves it to them
	// Header is the record's first line, but for what the plan knows.
	Header record.Run
	// Observe is told of each sample that ended; nil is nobody. Calls do not
	// overlap.
	Observe func(Progress)
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Progress is how far a run has come, in samples.
type Progress struct {
	Done, Total, Failed, Errors int
}

// Run asks every case of the plan. It returns once all samples are recorded,
// or ctx ended, or the record could not be written, which is the error; an
// incomplete run has said so in its record then, where that was possible.
func Run(ctx context.Context, p *Plan, opts Options) error {
	r := newRun(p, opts)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r.cancel = cancel

	started := r.now()
	r.begin(started)
	work := make(chan *question)
	var workers sync.WaitGroup
	for range r.opts.Concurrency {
		workers.Go(func() {
			for q := range work {
				r.ask(ctx, q)
			}
		})
	}
	r.dispatch(ctx, work)
	close(work)
	workers.Wait()
	return r.finish(started, ctx.Err() == nil)
}

// run is one Run under way.
type run struct {
	plan   *Plan
	opts   Options
	now    func() time.Time
	cancel context.CancelFunc
	halts  halts

	mu       sync.Mutex
	progress Progress
	summary  record.Summary
	err      error
}

func newRun(p *Plan, opts Options) *run {
	if opts.Concurrency <= 0 {
		opts.Concurrency = DefaultConcurrency
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	return &run{plan: p, opts: opts, now: opts.Now, progress: Progress{Total: p.Cases - p.Skipped}}
}

// begin writes the record's first line.
func (r *run) begin(started time.Time) {
	head := r.opts.Header
	head.Started = started.UTC()
	for _, s := range r.plan.set.Suites {
		head.Suites = append(head.Suites, record.Suite{Path: s.Path, Name: s.Name, SHA256: s.SHA256})
	}
	r.write(head)
}

// dispatch hands the cases out in order. A case line is written here, so
// that the record's cases stand in the order of the suites.
func (r *run) dispatch(ctx context.Context, work chan<- *question) {
	for q, err := range r.plan.questions() {
		if err != nil {
			r.fail(err)
			return
		}
		if ctx.Err() != nil {
			return
		}
		r.write(caseLine(q))
		if q.Skip != "" {
			r.sample(q, record.Sample{Outcome: record.Skip})
			continue
		}
		select {
		case work <- q:
		case <-ctx.Done():
			return
		}
	}
}

// finish writes the record's last line.
func (r *run) finish(started time.Time, complete bool) error {
	finished := r.now()
	r.mu.Lock()
	s := r.summary
	s.Complete = complete && r.err == nil
	r.mu.Unlock()
	s.Finished, s.WallMS = finished.UTC(), milliseconds(finished.Sub(started))
	r.write(s)
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// write appends a line to the record; the first failure ends the run.
func (r *run) write(line record.Line) {
	if err := r.opts.Record.Append(line); err != nil {
		r.fail(err)
	}
}

// fail keeps the first error and stops the run.
func (r *run) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.err = err
	}
	r.cancel()
}

// sample records the outcome of one sample and counts it.
func (r *run) sample(q *question, s record.Sample) {
	s.Suite, s.Case, s.Sample = q.Suite.Name, q.Name, 1
	r.write(s)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.summary.Samples++
	switch s.Outcome {
	case record.Pass:
		r.summary.Pass++
	case record.Fail:
		r.summary.Fail++
		r.progress.Failed++
	case record.Errored:
		r.summary.Error++
		r.progress.Errors++
	default:
		r.summary.Skip++
		return
	}
	r.progress.Done++
	if r.opts.Observe != nil {
		r.opts.Observe(r.progress)
	}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
