package runner

import (
	"context"
	"sync"
)

// allowance is the part of a budget that is reserved for a sample from its first
// request on: for its later turns and its judges, without which its cost would
// be wasted. Samples of variants that are compared have one allowance. The
// budget's mutex guards all but total.
type allowance struct {
	budget *Budget
	total  func() float64 // the most that all requests together cost
	begun  bool           // a request was sent
	// isShared says that it is of samples of several variants.
	isShared bool
	left     float64
	open     int // the samples that are not decided yet
	working  int // of these, those that wait for nobody
	claims   int // that wait
}

// newAllowance is the allowance of one sample of each question; nil without a
// budget.
func (b *Budget) newAllowance(of ...*question) *allowance {
	if b == nil {
		return nil
	}
	return &allowance{budget: b, open: len(of), total: sync.OnceValue(func() (sum float64) {
		for _, q := range of {
			sum += b.plan.worst(q.Case)
		}
		return sum
	})}
}

// spender is one sample that spends an allowance; nil without a budget.
type spender struct {
	*allowance
	// busy counts the requests that the budget has, and the other samples that
	// this one waits for.
	busy int
}

// spender is a sample that begins.
func (a *allowance) spender() *spender {
	if a == nil {
		return nil
	}
	a.budget.mu.Lock()
	defer a.budget.mu.Unlock()
	a.work(+1)
	return &spender{allowance: a}
}

// work adds n to the samples that wait for nobody.
func (a *allowance) work(n int) {
	a.working += n
	if a.begun {
		a.budget.working += n
	}
	a.budget.settled.Broadcast()
}

// begin notes that money was spent on a sample.
func (a *allowance) begin() {
	if !a.begun {
		a.begun = true
		a.budget.working += a.working
		a.budget.short += a.claims
	}
}

// queue adds n to the claims that wait.
func (a *allowance) queue(n int) {
	a.claims += n
	if a.begun {
		a.budget.short += n
	}
}

// wait notes that nobody works on the sample until end is called, as it waits
// for another one.
func (s *spender) wait() (end func()) {
	if s == nil {
		return func() {}
	}
	s.change(+1)
	return func() { s.change(-1) }
}

func (s *spender) change(busy int) {
	s.budget.mu.Lock()
	defer s.budget.mu.Unlock()
	s.setBusy(s.busy + busy)
}

func (s *spender) setBusy(busy int) {
	was := s.busy
	s.busy = busy
	switch {
	case was == 0 && busy > 0:
		s.work(-1)
	case was > 0 && busy == 0:
		s.work(+1)
	}
}

// budgetedRequest is a request of a sample, from when the runner sends it until it
// has the answer.
type budgetedRequest struct {
	*allowance
	spender  *spender // nil where the request is of no sample
	entered  bool     // the budget has it
	inFlight bool
}

// send gives a context for a request of the sample, and what is to be called
// once its answer is there.
func (s *spender) send(ctx context.Context) (context.Context, func()) {
	if s == nil {
		return ctx, func() {}
	}
	a := &budgetedRequest{allowance: s.allowance, spender: s}
	return context.WithValue(ctx, budgetedRequestKey{}, a), a.end
}

type budgetedRequestKey struct{}

// requestOf is the request that a context is of, or else one of no sample.
func (b *Budget) requestOf(ctx context.Context) *budgetedRequest {
	if a, ok := ctx.Value(budgetedRequestKey{}).(*budgetedRequest); ok {
		return a
	}
	return &budgetedRequest{allowance: &allowance{budget: b, total: func() float64 { return 0 }}}
}

// enter notes that the budget has the request: the sample waits for it.
func (r *budgetedRequest) enter() {
	if r.spender != nil && !r.entered {
		r.entered = true
		r.spender.setBusy(r.spender.busy + 1)
	}
	r.land()
}

// end notes that the request has its answer, and the sample is worked on again,
// in one step: in between, others would see nothing that can still leave money.
func (r *budgetedRequest) end() {
	r.budget.mu.Lock()
	defer r.budget.mu.Unlock()
	if r.entered {
		r.spender.setBusy(r.spender.busy - 1)
	}
	r.land()
}

// land notes that the request is not under way.
func (r *budgetedRequest) land() {
	if r.inFlight {
		r.inFlight = false
		r.budget.inFlight--
		r.budget.settled.Broadcast()
	}
}

// leave notes that the sample is decided.
func (s *spender) leave() {
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

// skip notes that a sample is not sent.
func (a *allowance) skip() {
	if a == nil {
		return
	}
	a.budget.mu.Lock()
	defer a.budget.mu.Unlock()
	a.close()
}

// close ends one sample. The last gives back what is left.
func (a *allowance) close() {
	if a.open--; a.open == 0 {
		a.budget.reserved -= a.left
		a.left = 0
		a.budget.settled.Broadcast()
	}
}

// requestKind is the purpose of a request of a sample.
type requestKind int

const (
	answering requestKind = iota
	judging
	repeated // after an attempt that failed
)

// claim is a request that waits until its cost fits into the budget.
type claim struct {
	allowance *allowance
	worst     float64
	kind      requestKind
}

// parts are how much of a claim is reserved already, and how much must be
// reserved besides for the sample's other requests.
func (c *claim) parts() (reserved, rest float64) {
	switch {
	case c.allowance.begun && c.kind != repeated: // the reserved is for the others
		return min(c.allowance.left, c.worst), 0
	case !c.allowance.begun && c.kind == answering:
		return 0, max(0, c.allowance.total()-c.worst)
	}
	return 0, 0
}

// need is what is not reserved yet.
func (c *claim) need() float64 {
	reserved, rest := c.parts()
	return c.worst - reserved + rest
}

// take reserves the claim in the budget.
func (c *claim) take() {
	reserved, rest := c.parts()
	c.allowance.budget.reserved += c.worst - reserved + rest
	c.allowance.left += rest - reserved
	c.allowance.begin()
}
