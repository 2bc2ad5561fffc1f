package runner

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/evalrun/evalrun/assert"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/record"
)

const (
	// defaultConcurrency is how many requests are under way at once.
	defaultConcurrency = 8
	// readyTasks is how many tasks are made before someone is free to do them,
	// so that those who are free find one.
	readyTasks = 16
)

// Recorder takes the lines of a run's record, in the order of time. It is
// called from many goroutines at once. After its first error the run ends:
// an answer that cannot be kept must not be paid for.
type Recorder interface {
	Append(line record.Line) error
}

// Options are how a plan is run.
type Options struct {
	Sender messages.Sender
	// Budget is the bound of money that Sender keeps, nil where there is none:
	// it keeps for each sample what its judges and later turns may cost.
	Budget *Budget
	Record Recorder
	// Answers are those that Sender may take from a record; nil where it takes
	// none. Resumed says that Record goes on with that record.
	Answers *record.Answers
	Resumed bool
	// Checks asks checks by command; nil takes their outcomes from Answers.
	Checks Checker
	// Tools calls the tools that are really run; nil takes all results from
	// Answers.
	Tools       ToolCaller
	Concurrency int           // 0 is DefaultConcurrency
	Version     string        // anthropic-version where a suite says none
	Timeout     time.Duration // of one attempt, over what suites say; 0 leaves it to them
	// Stream asks for every answer as a stream, but where a case says itself
	// whether it is to be one.
	Stream bool
	// Header is the record's first line, but for what the plan knows.
	Header record.Run
	// Shard is i and n where the run is part i of n.
	Shard []int
	// StopEarly ends a case's samples as soon as its verdict is decided, in
	// suites whose gates need no more.
	StopEarly bool
	// Stop says in the record that the run may end before all cases were asked; nil
	// where it does not.
	Stop *record.Stop
	// Gates evaluates the gates of what Record has taken. It is called once
	// all samples are recorded, and not of a run that was cut short; nil
	// leaves the gates to those who read the record.
	Gates func() ([]record.Gate, error)
	// Observe is called after each sample; it may be nil. Calls do not
	// overlap.
	Observe func(Progress)
	// Round, if set, is called once every sample was asked as far as the answers
	// went that are there (messages.ErrPending), with how many samples are left, and
	// reports whether to ask on. It is called last where none is left.
	Round func(ctx context.Context, left int) (again bool, err error)
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// ErrNotBegun says that the record could not be begun, so that nothing was sent.
var ErrNotBegun = errors.New("nothing was sent")

// Run asks every case of the plan. It returns once all samples are recorded,
// or ctx ended, or the record could not be written, which is the error; an
// incomplete run has said so in its record then, where that was possible.
func Run(ctx context.Context, p *Plan, opts Options) error {
	return RunSides(ctx, Side{p, opts})
}

// run is one side of a run under way.
type run struct {
	*together
	plan   *Plan
	opts   Options
	now    func() time.Time
	inputs *assert.ToolInputs

	mu       sync.Mutex
	summary  record.Summary
	spending spending
	err      error
	rounds   rounds
}

func newRun(of *together, p *Plan, opts Options) *run {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	return &run{together: of, plan: p, opts: opts, now: opts.Now, inputs: assert.NewToolInputs()}
}

// begin writes the record's first line.
func (r *run) begin(started time.Time) {
	head := r.opts.Header
	head.Started, head.Plan = started.UTC(), r.plan.line
	if head.Plan != nil && len(r.opts.Shard) > 0 {
		shard := *head.Plan
		shard.Shard = r.opts.Shard
		head.Plan = &shard
	}
	switch {
	case r.opts.Stop != nil:
		head.Stop = r.opts.Stop
	case r.opts.StopEarly:
		head.Stop = &record.Stop{Reason: record.StopCaseDecided}
	}
	head.Suites = []record.Suite{}
	for _, s := range r.plan.set.Suites {
		line := record.Suite{Path: s.FromRepository(s.Path), Name: s.Name, SHA256: s.SHA256, Owner: s.Owner}
		for _, g := range s.Gates {
			line.Gates = append(line.Gates, g.Text)
		}
		head.Suites = append(head.Suites, line)
	}
	r.write(head)
}

// task is a range of a case's samples, asked one after the other.
type task struct {
	run *run
	*question
	first, last  int
	reservations []reservation
}

// allTasks gives the tasks of the cases in order, until ctx ends. A case line is
// written here, so that the record's cases are in the order of the suites.
func (r *run) allTasks(ctx context.Context) iter.Seq[task] {
	return func(yield func(task) bool) {
		r.rounds.begin()
		var together []*question // variants of a case whose answers are compared
		for q, err := range r.plan.questions() {
			if err != nil {
				r.fail(err)
				return
			}
			if r.only != nil && !r.only(q.Case) {
				continue
			}
			if len(together) > 0 && !q.ofSameCase(together[0]) {
				if !r.handOut(ctx, together, yield) {
					return
				}
				together = nil
			}
			if r.plan.comparing[q.Suite] {
				together = append(together, q)
				continue
			}
			if !r.handOut(ctx, []*question{q}, yield) {
				return
			}
		}
		r.handOut(ctx, together, yield)
	}
}

// handOut gives the tasks of variants of one case. Where they are compared
// the first of each comes before the second of each, so that an answer waits
// for no more than the other one. It gives false where there is no more to do.
func (r *run) handOut(ctx context.Context, together []*question, yield func(task) bool) bool {
	var tasks []task
	if len(together) > 0 && r.plan.comparing[together[0].Suite] {
		together[0].pairwise = newPairwise(r.opts.Budget, together)
	}
	for _, q := range together {
		if ctx.Err() != nil {
			return false
		}
		if r.plan.comparing[q.Suite] {
			q.pairwise = together[0].pairwise
		}
		if err := r.beginCase(q); err != nil {
			r.fail(err)
			return false
		}
		if q.Skip == "" {
			tasks = append(tasks, r.tasks(q)...)
		}
	}
	slices.SortStableFunc(tasks, func(a, b task) int { return cmp.Compare(a.first, b.first) })
	for _, t := range tasks {
		if !yield(t) {
			return false
		}
	}
	return true
}

// beginCase writes the line of a case, in the first round.
func (r *run) beginCase(q *question) error {
	if q.Skip == "" {
		q.first = r.rounds.number(q.Times)
	}
	if r.round > 1 {
		return nil
	}
	line := caseLine(q)
	if len(r.opts.Shard) > 0 {
		line.Index = q.Index
	}
	r.write(line)
	if q.Skip != "" {
		r.sample(q, 1, record.Sample{Outcome: record.Skip})
		return nil
	}
	return r.adopt(q)
}

// tasks splits a case into what can be asked side by side: its samples, or,
// where an early one may save the later ones, the case as a whole.
func (r *run) tasks(q *question) []task {
	holds := q.reservations()
	if r.stopsEarly(q.Suite) {
		return []task{{r, q, 1, q.Times, holds}}
	}
	out := make([]task, 0, q.Times)
	for n := 1; n <= q.Times; n++ {
		if q.pairwise == nil && r.isRecordedSample(q, n) {
			continue
		}
		out = append(out, task{r, q, n, n, holds})
	}
	return out
}

// do asks the samples of a task until the case is decided, where that ends
// it.
func (r *run) do(ctx context.Context, t task) {
	var pass, fail int
	early := r.stopsEarly(t.Suite)
	for n := t.first; n <= t.last; n++ {
		switch r.ask(ctx, t.question, n) {
		case record.Pass:
			pass++
		case record.Fail:
			fail++
		}
		if early && summary.Decide(t.Times, t.Need, pass, fail) != "" {
			r.skipRest(t.question, t.last-n)
			for unasked := n + 1; unasked <= t.last && t.pairwise != nil; unasked++ {
				r.allowanceOf(t.question, unasked).skip()
			}
			return
		}
	}
}

// finish writes the record's last line.
func (r *run) finish(started time.Time, complete bool) error {
	finished := r.now()
	r.mu.Lock()
	s := r.summary
	s.Complete, s.Look = complete && r.err == nil, r.look
	s.SpentUSD = r.spending.total()
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

// sample records the outcome of one sample, counts it and gives it back.
func (r *run) sample(q *question, n int, s record.Sample) string {
	s.Suite, s.Case, s.Variant, s.Sample = q.Suite.Name, q.Name, q.Variant, n
	if r.wasRecorded(q, n) {
		return s.Outcome // in an earlier round
	}
	r.write(s)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.summary.Samples++
	switch s.Outcome {
	case record.Pass:
		r.summary.Pass++
	case record.Fail:
		r.summary.Fail++
	case record.Errored:
		r.summary.Error++
	default:
		r.summary.Skip++
		return s.Outcome
	}
	r.observe(r.opts.Observe, q, s.Outcome)
	return s.Outcome
}

// recordedTime is how exact times are in the record.
const recordedTime = time.Microsecond

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
