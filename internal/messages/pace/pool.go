package pace

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/evalrun/evalrun/internal/fault"
	"github.com/evalrun/evalrun/internal/messages"
)

// DefaultMaxConcurrency bounds how many attempts are under way at once where
// nothing else is said.
const DefaultMaxConcurrency = 1000

// Options say how a Pool paces. The zero value adapts to what the API does.
type Options struct {
	// Concurrency, if not 0, is how many attempts are under way at once, of
	// all models together. 0 adapts it for each model.
	Concurrency int
	// MaxConcurrency bounds what is adapted, for each model and for all
	// together. 0 means DefaultMaxConcurrency.
	MaxConcurrency int
	// RequestsPerMinute and TokensPerMinute (input and output) are limits of
	// each model, beside those that the API reports. 0 is none.
	RequestsPerMinute, TokensPerMinute int
	// MostTokens is how many tokens a request can take, in and out, and whether
	// that is certain; nil knows of none. TokensPerMinute reserves them.
	MostTokens func(req *messages.Request) (n float64, certain bool)
	// Now is the clock, nil the real one.
	Now func() time.Time
}

// Pool paces the attempts of all models. It may be used by many goroutines at
// once.
type Pool struct {
	opts Options
	now  func() time.Time

	mu       sync.Mutex
	lanes    []*lane // in the order of their first request
	byModel  map[string]*lane
	inFlight int
	turn     int // whose turn it is of the lanes
}

// New makes a Pool.
func New(o Options) *Pool {
	o.MaxConcurrency = cmp.Or(o.Concurrency, o.MaxConcurrency, DefaultMaxConcurrency)
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Pool{opts: o, now: o.Now, byModel: map[string]*lane{}}
}

// Begin waits for a request's turn, behind those of its model that came
// before; an attempt that is not the request's first goes ahead of those that
// are.
func (p *Pool) Begin(ctx context.Context, req *messages.Request, again bool) (func(messages.AttemptEvent), error) {
	w := &waiter{turn: make(chan *attempt, 1)}
	if p.opts.TokensPerMinute > 0 && p.opts.MostTokens != nil {
		w.most.n, w.most.certain = p.opts.MostTokens(req)
	}
	p.mu.Lock()
	l := p.lane(req.Model)
	q := &l.fresh
	if again {
		q = &l.again
	}
	q.push(w)
	p.admit()
	p.mu.Unlock()

	var err error
	select {
	case <-ctx.Done():
		err = ctx.Err()
	case <-req.Withdrawn:
		err = messages.ErrWithdrawn
	case a := <-w.turn:
		select {
		case <-ctx.Done():
			err = ctx.Err()
		case <-req.Withdrawn:
			err = messages.ErrWithdrawn
		default:
			return func(e messages.AttemptEvent) { p.end(a, e) }, nil
		}
		p.end(a, messages.AttemptEvent{})
		return nil, err
	}
	p.leave(q, w)
	return nil, err
}

// lane gives the lane of a model.
func (p *Pool) lane(model string) *lane {
	l := p.byModel[model]
	if l == nil {
		now := p.now()
		l = &lane{
			status:  Status{Model: model},
			limit:   newLimit(p.opts.MaxConcurrency, p.opts.Concurrency > 0),
			average: amounts{requests: 1},
		}
		if n := p.opts.RequestsPerMinute; n > 0 {
			l.set[requests] = perMinute(n, now)
			l.requestsByHand.limit = float64(n)
		}
		if n := p.opts.TokensPerMinute; n > 0 {
			l.set[tokens] = perMinute(n, now)
			l.tokensByHand.limit = float64(n)
		}
		p.byModel[model] = l
		p.lanes = append(p.lanes, l)
	}
	return l
}

// leave takes a waiter out of its queue. One whose turn had come meanwhile
// gives it back.
func (p *Pool) leave(q *queue, w *waiter) {
	p.mu.Lock()
	select {
	case a := <-w.turn:
		p.mu.Unlock()
		p.end(a, messages.AttemptEvent{})
	default:
		q.leave(w)
		p.mu.Unlock()
	}
}

// end takes an attempt that ended out of flight, and lets others go.
func (p *Pool) end(a *attempt, e messages.AttemptEvent) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.inFlight--
	a.lane.end(a, e, p.now())
	p.admit()
}

// admit sends all on their way that may go, each lane in its turn.
func (p *Pool) admit() {
	now := p.now()
	for idle := 0; idle < len(p.lanes) && p.inFlight < p.opts.MaxConcurrency; {
		l := p.lanes[p.turn%len(p.lanes)]
		p.turn++
		if p.admitOne(l, now) {
			idle = 0
		} else {
			idle++
		}
	}
}

// admitOne sends the lane's next attempt on its way, if it may go.
func (p *Pool) admitOne(l *lane, now time.Time) bool {
	if l.waiting() == 0 {
		return false
	}
	full, wait := l.holdUp(now)
	if full {
		return false
	}
	if wait > 0 {
		p.wake(l, now, wait)
		return false
	}
	p.inFlight++
	w := l.next()
	w.turn <- l.start(w.most, now)
	return true
}

// wake has the lane looked at again after a wait.
func (p *Pool) wake(l *lane, now time.Time, wait time.Duration) {
	at := now.Add(wait)
	if l.wakeUp.at.After(now) && !l.wakeUp.at.After(at) {
		return // it will be, and sooner
	}
	if l.wakeUp.timer != nil {
		l.wakeUp.timer.Stop()
	}
	l.wakeUp.at = at
	l.wakeUp.timer = time.AfterFunc(wait, func() {
		defer fault.Catch()
		p.mu.Lock()
		defer p.mu.Unlock()
		p.admit()
	})
}

// Statuses are the states of the models, in the order of their first requests.
func (p *Pool) Statuses() []Status {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	out := make([]Status, len(p.lanes))
	for i, l := range p.lanes {
		out[i] = l.status
		out[i].Limit = int(l.limit.value)
		out[i].Waiting = l.waiting()
		out[i].Paused = max(0, l.paused.Sub(now))
		if out[i].Waiting > 0 {
			full, wait := l.limited(now)
			out[i].Limited = full || wait > 0
		}
	}
	return out
}

var _ messages.Pacer = (*Pool)(nil)
