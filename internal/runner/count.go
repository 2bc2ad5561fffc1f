package runner

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"

	"github.com/evalrun/evalrun/internal/cost/tokens"
	"github.com/evalrun/evalrun/internal/fault"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/suite"
)

// TokenCounter counts the tokens of a request's prompt, as messages.HTTP does.
type TokenCounter interface {
	CountTokens(ctx context.Context, req *messages.Request) (int64, error)
}

// CountsAtOnce is how many requests of Count and ModelInfo are under way at once.
const CountsAtOnce = 4

// Counted is what came of counting prompts of a plan's cases.
type Counted struct {
	// Prompts is how many there are, one a case, and Counted how many of them
	// the API has counted.
	Prompts, Counted int
	// Failed is how many it would not count, and Why what it said to the first.
	Failed int
	Why    error
}

// CountOptions are how prompts are counted.
type CountOptions struct {
	// Most is how many prompts of each model are counted.
	Most int
	// Version is the anthropic-version where a suite says none.
	Version string
	// Skip reports whether the prompts of a model cannot be counted; nil skips none.
	Skip func(model string) bool
}

// Count has the API count the prompts of some cases of each model, evenly
// spread over the plan, and estimates the others by these from then on. The
// error is messages.ErrNotOffered, ctx's, or one that the next request would
// have too, such as that of a key that is not valid.
func (p *Plan) Count(ctx context.Context, counter TokenCounter, opts CountOptions) (Counted, error) {
	c := &counting{plan: p, counter: counter, opts: opts, models: map[string]*modelCounts{}}
	ctx, c.cancel = context.WithCancel(ctx)
	defer c.cancel()
	work := make(chan countTask)
	var workers sync.WaitGroup
	for range CountsAtOnce {
		workers.Go(func() {
			defer fault.Catch()
			for t := range work {
				c.count(ctx, t)
			}
		})
	}
	err := c.dispatch(ctx, work)
	close(work)
	workers.Wait()
	switch {
	case c.err != nil:
		return Counted{}, c.err
	case err != nil:
		return Counted{}, err
	}
	return c.result, p.recount(c.models)
}

// counting is a Count under way.
type counting struct {
	plan    *Plan
	counter TokenCounter
	opts    CountOptions
	cancel  context.CancelFunc

	mu     sync.Mutex
	models map[string]*modelCounts
	result Counted
	err    error // the first that ends it
}

// countTask is a prompt to count.
type countTask struct {
	of        caseKey
	req       *messages.Request
	estimated float64
}

// caseKey names a case among those of a plan.
type caseKey struct{ suite, name, variant string }

func keyOf(c *suite.Case) caseKey { return caseKey{c.Suite.Name, c.Name, c.Variant} }

// dispatch hands out the prompts that are to be counted: of a model with n
// cases every (n/Most)th.
func (c *counting) dispatch(ctx context.Context, work chan<- countTask) error {
	seen := map[string]int{}
	most := c.opts.Most
	for q, err := range c.plan.questions() {
		if err != nil {
			return err
		}
		model := q.Request.Model
		if q.Skip != "" || c.opts.Skip != nil && c.opts.Skip(model) {
			continue
		}
		n, i := c.plan.estimator.prompts[model], seen[model]
		seen[model]++
		c.mu.Lock()
		c.result.Prompts++
		c.mu.Unlock()
		if (i+1)*most/n == i*most/n && most < n {
			continue
		}
		estimate := c.plan.prices.Request(model, q.Request.Body)
		select {
		case work <- countTask{keyOf(q.Case), newRequest(q, &Options{Version: c.opts.Version}), estimate.Input.Likely}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// count has one prompt counted.
func (c *counting) count(ctx context.Context, t countTask) {
	n, err := c.counter.CountTokens(ctx, t.req)
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err == nil:
		m := c.models[t.req.Model]
		if m == nil {
			m = &modelCounts{exact: map[caseKey]float64{}}
			c.models[t.req.Model] = m
		}
		m.add(t, float64(n))
		c.result.Counted++
	case lasting(err):
		if c.err == nil {
			c.err = err
		}
		c.cancel()
	default:
		c.result.Failed++
		if c.result.Why == nil {
			c.result.Why = fmt.Errorf("%s: %w", t.of.name, err)
		}
	}
}

// lasting reports whether the next request would have the same error, whatever
// it asks for.
func lasting(err error) bool {
	var e *messages.Error
	return !errors.As(err, &e) || e.Status == 0 || refusesAll(e)
}

// modelCounts are the counted prompts of one model, with their
// estimates before.
type modelCounts struct {
	exact              map[caseKey]float64
	estimated, counted []float64
}

func (m *modelCounts) add(t countTask, n float64) {
	m.exact[t.of] = n
	m.estimated = append(m.estimated, t.estimated)
	m.counted = append(m.counted, n)
}

// ratio is how many tokens come of one that was estimated, with what it may be
// off: twice the standard error of a ratio of means of a sample of all
// prompts. See W. G. Cochran, Sampling Techniques, 3rd edition, 1977, 6.4.
func (m *modelCounts) ratio(prompts int) (ratio, off float64) {
	n := float64(len(m.counted))
	var x, y float64
	for i := range m.counted {
		x, y = x+m.estimated[i], y+m.counted[i]
	}
	ratio = y / x
	if n < 2 {
		return ratio, ratio * tokens.TextSpread
	}
	var squares float64
	for i := range m.counted {
		d := m.counted[i] - ratio*m.estimated[i]
		squares += d * d
	}
	left := 1 - n/float64(prompts) // of a sample that is all, nothing is off
	return ratio, 2 * math.Sqrt(max(0, left)*squares/(n*(n-1))) / (x / n)
}

// recount makes the estimates anew by what was counted.
func (p *Plan) recount(models map[string]*modelCounts) error {
	counted := map[string]correction{}
	for model, m := range models {
		ratio, off := m.ratio(p.estimator.prompts[model])
		counted[model] = correction{m.exact, ratio, min(off, ratio)}
	}
	next := newEstimator(p.prices, p.made)
	next.counted = counted
	for q, err := range p.questions() {
		if err != nil {
			return err
		}
		if q.Skip == "" {
			next.add(q.Case)
		}
	}
	p.estimator = next
	return nil
}

// correction corrects the estimates of a model by the prompts that were counted.
type correction struct {
	exact      map[caseKey]float64
	ratio, off float64
}

// input corrects what a case's prompt was estimated at.
func (k *correction) input(c *suite.Case, e tokens.Estimate) tokens.Estimate {
	if n, ok := k.exact[keyOf(c)]; ok {
		return tokens.Estimate{Low: n, Likely: n, High: n}
	}
	return tokens.Estimate{
		Low: e.Likely * (k.ratio - k.off), Likely: e.Likely * k.ratio, High: e.Likely * (k.ratio + k.off), Unread: e.Unread,
	}
}
