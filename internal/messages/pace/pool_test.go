package pace

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/evalrun/evalrun/internal/messages"
)

// ok is how an attempt ends that is answered.
func ok() messages.AttemptEvent {
	return messages.AttemptEvent{Attempt: messages.Attempt{Status: 200}, Number: 1}
}

func refused(status int, retryAfter time.Duration) messages.AttemptEvent {
	return messages.AttemptEvent{
		Attempt: messages.Attempt{Status: status}, Number: 1, RetryAfter: retryAfter,
		Err: &messages.Error{Status: status}, Again: true, Wait: retryAfter,
	}
}

// load is requests of one model that are sent until each is answered.
type load struct {
	pool    *Pool
	model   string
	attempt func() messages.AttemptEvent
	sent    int
	begun   []time.Duration // since the start
}

// run sends n requests at once and gives how long it took until all were
// answered.
func (l *load) run(t *testing.T, n int) time.Duration {
	t.Helper()
	start := time.Now()
	var mu sync.Mutex
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			for again := false; ; again = true {
				end, err := l.pool.Begin(t.Context(), &messages.Request{Model: l.model}, again)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				l.sent++
				l.begun = append(l.begun, time.Since(start))
				mu.Unlock()
				e := l.attempt()
				end(e)
				if e.Err == nil {
					return
				}
				time.Sleep(max(e.Wait, 100*time.Millisecond))
			}
		})
	}
	all.Wait()
	return time.Since(start)
}

// crowded is an API that answers so many at once, in a second each, and
// refuses the others.
func crowded(capacity int) func() messages.AttemptEvent {
	var mu sync.Mutex
	inFlight := 0
	return func() messages.AttemptEvent {
		mu.Lock()
		full := inFlight >= capacity
		if full {
			mu.Unlock()
			return refused(429, 0)
		}
		inFlight++
		mu.Unlock()
		time.Sleep(time.Second)
		mu.Lock()
		inFlight--
		mu.Unlock()
		return ok()
	}
}

func TestTheCapacityIsFoundAndUsed(t *testing.T) {
	for _, capacity := range []int{5, 100, 400} {
		synctest.Test(t, func(t *testing.T) {
			l := load{pool: New(Options{}), attempt: crowded(capacity)}
			n := capacity * 60
			took := l.run(t, n)
			best := time.Duration(n/capacity) * time.Second
			if took > best*3/2 {
				t.Errorf("capacity %d: took %v, %v is the best that is possible", capacity, took, best)
			}
			if refusals := l.sent - n; refusals > n/10+firstLimit {
				t.Errorf("capacity %d: %d of %d refused", capacity, refusals, l.sent)
			}
		})
	}
}

func TestOneEpisodeIsOneCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{})
		ends := beginAll(t, p, "m", firstLimit)
		for _, end := range ends {
			end(refused(429, 0))
		}
		if got := p.Statuses()[0].Limit; got != firstLimit*7/10 {
			t.Errorf("the limit is %d after %d refusals of one episode, want %d", got, len(ends), firstLimit*7/10)
		}
		beginAll(t, p, "m", 1)[0](refused(429, 0))
		if got := p.Statuses()[0].Limit; got != 9 {
			t.Errorf("the limit is %d after another episode, want 9", got)
		}
	})
}

// beginAll begins attempts that are admitted at once.
func beginAll(t *testing.T, p *Pool, model string, n int) []func(messages.AttemptEvent) {
	t.Helper()
	var ends []func(messages.AttemptEvent)
	for range n {
		end, err := p.Begin(t.Context(), &messages.Request{Model: model}, false)
		if err != nil {
			t.Fatal(err)
		}
		ends = append(ends, end)
	}
	return ends
}

func TestTheLimitGrowsOnlyWhereItHoldsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{})
		for range 10 {
			for _, end := range beginAll(t, p, "m", firstLimit-1) {
				end(ok())
			}
		}
		if got := p.Statuses()[0].Limit; got != firstLimit {
			t.Errorf("the limit is %d though it was never reached, want %d", got, firstLimit)
		}
		l := load{pool: p, model: "m", attempt: crowded(1 << 20)}
		if took := l.run(t, 20+40+80+160); took != 4*time.Second {
			t.Errorf("300 requests of a second took %v; want four rounds of twice as many each", took)
		}
	})
}

func TestTheMostIsNotPassed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{MaxConcurrency: 50})
		start := time.Now()
		var all sync.WaitGroup
		for _, model := range []string{"a", "b"} {
			all.Go(func() {
				l := load{pool: p, model: model, attempt: crowded(1 << 20)}
				l.run(t, 500)
			})
		}
		all.Wait()
		for _, s := range p.Statuses() {
			if s.Limit > 50 {
				t.Errorf("%s: the limit grew to %d of 50", s.Model, s.Limit)
			}
		}
		// 1,000 requests of a second, 50 at once of both models together, and
		// two rounds of slow start.
		if took := time.Since(start); took < 20*time.Second || took > 23*time.Second {
			t.Errorf("took %v, want between 20 and 23 s", took)
		}
	})
}

func TestRetryAfterStopsItsModelOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{})
		beginAll(t, p, "limited", 1)[0](refused(429, 12*time.Second))
		if got := p.Statuses()[0].Paused; got != 12*time.Second {
			t.Errorf("paused for %v, want 12 s", got)
		}
		for model, want := range map[string]time.Duration{"limited": 12 * time.Second, "other": 0} {
			l := load{pool: p, model: model, attempt: ok}
			start := time.Now()
			l.run(t, 5)
			if got := time.Since(start); got.Truncate(time.Second) != want {
				t.Errorf("%s: answered after %v, want %v", model, got, want)
			}
		}
	})
}

func TestRetryAfterIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{})
		beginAll(t, p, "m", 1)[0](refused(429, 1000*time.Hour))
		if got := p.Statuses()[0].Paused; got != maxPause {
			t.Errorf("paused for %v, want %v", got, maxPause)
		}
	})
}

func TestRetriesGoAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{Concurrency: 1})
		end := beginAll(t, p, "m", 1)[0]
		var mu sync.Mutex
		var order []bool
		var all sync.WaitGroup
		for _, again := range []bool{false, false, true} {
			all.Go(func() {
				end, err := p.Begin(t.Context(), &messages.Request{Model: "m"}, again)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				order = append(order, again)
				mu.Unlock()
				end(ok())
			})
			synctest.Wait()
		}
		end(ok())
		all.Wait()
		if len(order) != 3 || !order[0] || order[1] || order[2] {
			t.Errorf("retries went in the order %v, want first", order)
		}
	})
}

func TestAFixedConcurrencyIsOfAllModelsTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{Concurrency: 8})
		start := time.Now()
		var all sync.WaitGroup
		for _, model := range []string{"a", "b"} {
			all.Go(func() {
				l := load{pool: p, model: model, attempt: crowded(1 << 20)}
				l.run(t, 40)
			})
		}
		all.Wait()
		if got := time.Since(start); got != 10*time.Second {
			t.Errorf("80 requests of a second took %v, want 10 s", got)
		}
	})
}

func TestWhoStopsWaitingTakesNoPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{Concurrency: 1})
		end := beginAll(t, p, "m", 1)[0]
		ctx, cancel := context.WithCancel(t.Context())
		withdrawn := make(chan struct{})
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := p.Begin(ctx, &messages.Request{Model: "m"}, false); !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled: %v", err)
			}
		})
		all.Go(func() {
			req := &messages.Request{Model: "m", Withdrawn: withdrawn}
			if _, err := p.Begin(t.Context(), req, false); !errors.Is(err, messages.ErrWithdrawn) {
				t.Errorf("withdrawn: %v", err)
			}
		})
		synctest.Wait()
		cancel()
		close(withdrawn)
		all.Wait()
		if got := p.Statuses()[0]; got.Waiting != 0 || got.InFlight != 1 {
			t.Errorf("waiting %d, in flight %d; want 0 and 1", got.Waiting, got.InFlight)
		}
		end(ok())
		beginAll(t, p, "m", 1)[0](ok())
		if got := p.Statuses()[0]; got.InFlight != 0 || got.Attempts != 2 {
			t.Errorf("in flight %d after %d attempts; want 0 after 2", got.InFlight, got.Attempts)
		}
	})
}
