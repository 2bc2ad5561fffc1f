package runner

import (
	"context"
	"sync"
)

// funds are the money that a budget keeps from the first request of a sample
// on, for its later turns and its judges, without which what it has cost is
// wasted. Samples of variants that are compared have theirs in common. The
// budget's mutex guards all but total.
type funds struct {
	budget *Budget
	total  func() float64 // the most that all requests together cost
	begun  bool           // a request was sent
	left   float64
	open   int // the samples that are not decided yet
	atWork int // of these, those that wait for nobody
	claims int // that wait
}

// newFunds are those of one sample of each question; nil without a budget.
func (b *Budget) newFunds(of ...*question) *funds {
	if b == nil {
		return nil
	}
	return &funds{budget: b, open: len(of), total: sync.OnceValue(func() (sum float64) {
		for _, q := range of {
			sum += b.plan.worst(q.Case)
		}
		return sum
	})}
}

// share is what one sample has of funds; nil, without a budget, keeps nothing.
type share struct {
	*funds
	// busy counts the requests that the budget has, and the other samples that
	// this one waits for.
	busy int
}

// share is that of a sample that begins.
func (f *funds) share() *share {
	if f == nil {
		return nil
	}
	f.budget.mu.Lock()
	defer f.budget.mu.Unlock()
	f.work(+1)
	return &share{funds: f}
}

// work counts samples in that wait for nobody, or out.
func (f *funds) work(n int) {
	f.atWork += n
	if f.begun {
		f.budget.working += n
	}
	f.budget.settled.Broadcast()
}

// begin says that money was spent on a sample.
func (f *funds) begin() {
	if !f.begun {
		f.begun = true
		f.budget.working += f.atWork
		f.budget.short += f.claims
	}
}

// queue counts claims in that wait, or out.
func (f *funds) queue(n int) {
	f.claims += n
	if f.begun {
		f.budget.short += n
	}
}

// wait says that nobody works on the sample until end is called, as it waits
// for another one.
func (s *share) wait() (end func()) {
	if s == nil {
		return func() {}
	}
	s.change(+1)
	return func() { s.change(-1) }
}

func (s *share) change(busy int) {
	s.budget.mu.Lock()
	defer s.budget.mu.Unlock()
	s.setBusy(s.busy + busy)
}

func (s *share) setBusy(busy int) {
	was := s.busy
	s.busy = busy
	switch {
	case was == 0 && busy > 0:
		s.work(-1)
	case was > 0 && busy == 0:
		s.work(+1)
	}
}

// outgoing is a request of a sample, from where the runner sends it to where it
// has the answer.
type outgoing struct {
	*funds
	share    *share // nil where the request is of no sample
	entered  bool   // the budget has it
	inFlight bool
}

// ask gives a context for a request of the sample, and what is to be called
// once its answer is there.
func (s *share) ask(ctx context.Context) (context.Context, func()) {
	if s == nil {
		return ctx, func() {}
	}
	a := &outgoing{funds: s.funds, share: s}
	return context.WithValue(ctx, outgoingKey{}, a), a.end
}

type outgoingKey struct{}

// outgoingOf is the request that a context is of, or else one of no sample.
func (b *Budget) outgoingOf(ctx context.Context) *outgoing {
	if a, ok := ctx.Value(outgoingKey{}).(*outgoing); ok {
		return a
	}
	return &outgoing{funds: &funds{budget: b, total: func() float64 { return 0 }}}
}

// enter says that the budget has the request: the sample waits for it.
func (a *outgoing) enter() {
	if a.share != nil && !a.entered {
		a.entered = true
		a.share.setBusy(a.share.busy + 1)
	}
	a.land()
}

// end says that the request has its answer. From then on the sample is worked
// on again: there is no moment in which neither is so, which others would take
// for the end of all that may leave money.
func (a *outgoing) end() {
	a.budget.mu.Lock()
	defer a.budget.mu.Unlock()
	if a.entered {
		a.share.setBusy(a.share.busy - 1)
	}
	a.land()
}

// land says that the request is not under way.
func (a *outgoing) land() {
	if a.inFlight {
		a.inFlight = false
		a.budget.inFlight--
		a.budget.settled.Broadcast()
	}
}

// leave says that the sample is decided.
func (s *share) leave() {
	if s == nil {
		return
	}
	s.budget.mu.Lock()
	defer s.budget.mu.Unlock()
	if s.busy == 0 {
		s.work(-1)
	}
	s.close()
}

// skip says that a sample is not asked.
func (f *funds) skip() {
	if f == nil {
		return
	}
	f.budget.mu.Lock()
	defer f.budget.mu.Unlock()
	f.close()
}

// close takes one sample out, and gives back what is left behind the last.
func (f *funds) close() {
	if f.open--; f.open == 0 {
		f.budget.reserved -= f.left
		f.left = 0
		f.budget.settled.Broadcast()
	}
}

// requestKind says what a request is to its sample.
type requestKind int

const (
	answering requestKind = iota
	judging
	repeated // after an attempt that failed
)

// claim is what a request may cost, and waits for.
type claim struct {
	funds *funds
	worst float64
	kind  requestKind
}

// parts are what of a claim is kept for it already, and what is to be kept
// besides for the sample's other requests.
func (c *claim) parts() (kept, rest float64) {
	switch {
	case c.funds.begun && c.kind != repeated: // what is kept is for the others
		return min(c.funds.left, c.worst), 0
	case !c.funds.begun && c.kind == answering:
		return 0, max(0, c.funds.total()-c.worst)
	}
	return 0, 0
}

// need is what is not kept yet.
func (c *claim) need() float64 {
	kept, rest := c.parts()
	return c.worst - kept + rest
}

// take takes the claim out of what is left of the budget.
func (c *claim) take() {
	kept, rest := c.parts()
	c.funds.budget.reserved += c.worst - kept + rest
	c.funds.left += rest - kept
	c.funds.begin()
}
