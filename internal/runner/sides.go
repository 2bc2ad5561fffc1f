package runner

import (
	"context"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/evalrun/evalrun/internal/fault"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/suite"
)

// Side is a plan with how it is run: one of several that are asked together.
type Side struct {
	Plan    *Plan
	Options Options
}

// RunSides asks the cases of several plans in one run, as Run does those of one. It
// takes the next task of the side of which the smallest share was asked, so that the
// sides are asked at the same times; where the shares are equal, sides of two take
// turns to be the first: a b, b a. Each side has its own sender, record and answers.
// Their workers are as many as the first side's Concurrency, they share its Budget if
// that is among the options of all, and what ends one ends all. Observe is given
// the progress of all together.
func RunSides(ctx context.Context, sides ...Side) error { return RunUntil(ctx, nil, sides...) }

// RunUntil is RunSides in parts, until the run is decided; nil looks ask all at once.
func RunUntil(ctx context.Context, looks *Looks, sides ...Side) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	of := newTogether(cancel, sides)
	started := make([]time.Time, len(of.runs))
	for i, r := range of.runs {
		started[i] = r.now()
		if r.begin(started[i]); r.err != nil {
			return fmt.Errorf("%w: %w", ErrNotBegun, r.err)
		}
	}
	if looks == nil {
		of.askInRounds(ctx)
	} else {
		of.askInParts(ctx, looks)
	}
	complete := ctx.Err() == nil && of.aside.Load() == 0
	var first error
	for i, r := range of.runs {
		if complete {
			r.gates()
		}
		if err := r.finish(started[i], complete); first == nil {
			first = err
		}
	}
	return first
}

// together is what the sides of a run share.
type together struct {
	runs          []*run
	workers       int
	cancel        context.CancelFunc
	breakers      breakers
	requestMemory *memoryLimit
	answerMemory  *messages.MemoryLimit // of answers under way
	// look is the part that is asked, from 1, and only says which cases it has; 0 and
	// nil where all are asked at once.
	look int
	only func(*suite.Case) bool
	// round counts from 1 how often the samples were asked, and aside counts those
	// whose answers are not there yet.
	round int
	aside atomic.Int64

	mu       sync.Mutex
	progress Progress
	models   map[string]*modelProgress
}

func newTogether(cancel context.CancelFunc, sides []Side) *together {
	t := &together{
		cancel: cancel, workers: sides[0].Options.Concurrency, models: map[string]*modelProgress{},
		requestMemory: newMemoryLimit(maxRequestMemory), answerMemory: messages.NewMemoryLimit(maxAnswerMemory),
	}
	if t.workers <= 0 {
		t.workers = defaultConcurrency
	}
	for _, s := range sides {
		t.runs = append(t.runs, newRun(t, s.Plan, s.Options))
		t.progress.Total += s.Plan.Samples
		for _, m := range s.Plan.models {
			if t.models[m.Model] == nil {
				t.models[m.Model] = &modelProgress{}
			}
			t.models[m.Model].total += m.Requests
		}
	}
	return t
}

// ask has workers do the tasks of all sides.
func (t *together) ask(ctx context.Context) {
	work := make(chan task, readyTasks)
	var workers sync.WaitGroup
	for range t.workers {
		workers.Go(func() {
			defer fault.Catch()
			for one := range work {
				if ctx.Err() == nil {
					one.run.do(ctx, one)
				}
				t.requestMemory.release(one.reservations)
			}
		})
	}
	for one := range t.interleaved(ctx) {
		if t.requestMemory.reserve(ctx, one.reservations) != nil {
			break
		}
		select {
		case work <- one:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(work)
	workers.Wait()
}

// interleaved gives the tasks of all sides, each in its order.
func (t *together) interleaved(ctx context.Context) iter.Seq[task] {
	if len(t.runs) == 1 {
		return t.runs[0].allTasks(ctx)
	}
	return func(yield func(task) bool) {
		next := make([]func() (task, bool), len(t.runs))
		for i, r := range t.runs {
			var stop func()
			next[i], stop = iter.Pull(r.allTasks(ctx))
			defer stop()
		}
		turns := newTurns(t.runs)
		for {
			i := turns.next()
			if i < 0 {
				return
			}
			one, ok := next[i]()
			if !ok {
				turns.end(i)
				continue
			}
			turns.took(i, one.last-one.first+1)
			if !yield(one) {
				return
			}
		}
	}
}

// turns say which side is next.
type turns struct {
	asked, total []int // samples
	ended        []bool
	last         int
}

func newTurns(runs []*run) *turns {
	t := &turns{asked: make([]int, len(runs)), ended: make([]bool, len(runs)), last: len(runs) - 1}
	for _, r := range runs {
		t.total = append(t.total, max(1, r.plan.Samples))
	}
	return t
}

// next is the side of which the smallest share was asked, of equal ones the one
// that was asked last; -1 where all have ended.
func (t *turns) next() int {
	least := -1
	for k := range t.asked {
		i := (t.last + k) % len(t.asked)
		switch {
		case t.ended[i]:
		case least < 0, t.asked[i]*t.total[least] < t.asked[least]*t.total[i]:
			least = i
		}
	}
	return least
}

func (t *turns) took(i, samples int) {
	t.asked[i] += samples
	t.last = i
}

func (t *turns) end(i int) { t.ended[i] = true }
