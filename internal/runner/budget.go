package runner

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/fault"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/record"
)

// Budget is a Sender that keeps a bound of money: it passes a request on only
// if the bound would not be passed though every request under way cost the
// most that it can, and with the first of a sample only if its judges and
// later turns fit too. It may be used by many goroutines at once.
type Budget struct {
	next   messages.Sender
	plan   *Plan
	prices *prices.Table
	now    func() time.Time

	mu      sync.Mutex
	settled sync.Cond // something changed of what follows
	bound   float64   // in US dollars
	spent   outlay
	reservations
	record Recorder
	batched
	inFlight int
	working  int // samples with an allowance that wait for nobody
	waiting  []*claim
	short    int   // how many of these are of samples that were begun
	reached  error // nil until then
}

// reservations is money that requests may take, in US dollars.
type reservations struct {
	reserved float64
	underWay float64 // of the reserved, by requests that were sent
	noted    float64 // how much of that is in the record
}

// overBudget is why a request was not sent. It is a messages.ErrWithdrawn.
type overBudget string

func (e overBudget) Error() string { return string(e) }

func (e overBudget) Is(target error) bool { return target == messages.ErrWithdrawn }

// Bounded gives a Sender that passes requests on to next until so many US
// dollars could be spent, by the plan's prices, with those that were spent
// before. What is under way is in the record before it is sent, so that it counts
// after a crash too.
func (p *Plan) Bounded(next messages.Sender, usd float64, before record.Spending, to Recorder) *Budget {
	b := &Budget{
		next: next, plan: p, prices: p.prices, now: time.Now, bound: usd, record: to,
		spent: outlay{known: before.USD, lost: before.LostUSD, before: before.USD + before.LostUSD},
	}
	b.settled.L = &b.mu
	return b
}

// Send sends the request if its cost fits, or waits until requests under way
// have ended that cost less than reserved; the same again for each
// further attempt of it. Once the bound is reached the error is
// messages.ErrWithdrawn, or the exchange has the error of the last attempt.
func (b *Budget) Send(ctx context.Context, req *messages.Request, of record.Identity) (*messages.Exchange, error) {
	known, batched := b.fate(req, of)
	switch {
	case known:
		return b.next.Send(ctx, req, of)
	case batched:
		return b.sendInBatch(ctx, req, of)
	}
	estimated := b.prices.Request(req.Model, req.Body)
	worst, err := b.prices.Worst(req.Model, &estimated, b.now())
	if err != nil {
		return nil, overBudget("its cost has no bound to keep the budget by: " + err.Error())
	}
	kind := kindOf(of)
	a := b.requestOf(ctx)
	if a.spender == nil {
		defer a.end()
	}
	if err := b.reserve(ctx, a, worst, kind); err != nil {
		return nil, err
	}
	var refused error // why it was not sent again
	counted := 0      // lost attempts that are settled
	bounded := req.WithBody(req.Body)
	bounded.Again = func(ctx context.Context, failed messages.Attempt) error {
		if !failed.Lost() {
			return nil
		}
		counted++
		b.settle(worst, outlay{lost: worst})
		refused = b.reserve(ctx, a, worst, repeated)
		return refused
	}
	ex, err := b.next.Send(ctx, bounded, of)
	if refused != nil {
		if ex != nil && ex.Error != nil {
			ex.Error.Message += "; not sent again: " + refused.Error()
		}
		return ex, err
	}
	b.settle(worst, b.paid(req, ex, err, worst, counted))
	return ex, err
}

// reserve takes the most that a request can cost out of what is left, or waits
// for what others leave.
func (b *Budget) reserve(ctx context.Context, a *budgetedRequest, worst float64, kind requestKind) error {
	defer context.AfterFunc(ctx, b.wake)()
	if kind == answering {
		a.total() // which takes time, the first time
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	a.enter()
	c := &claim{a.allowance, worst, kind}
	if err := b.await(ctx, c); err != nil {
		return err
	}
	if err := b.note(worst); err != nil {
		return err
	}
	c.take()
	a.inFlight = true
	b.inFlight++
	return nil
}

// wake has all that wait look again.
func (b *Budget) wake() {
	defer fault.Catch()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.settled.Broadcast()
}

// note counts what is sent now, and has the record hold the most that was under
// way at once, in steps of twice as much.
func (b *Budget) note(worst float64) error {
	if b.underWay += worst; b.underWay <= b.noted {
		return nil
	}
	b.noted = max(b.underWay, min(2*b.underWay, b.bound))
	noted := b.noted
	return b.record.Append(record.Spent{InFlightUSD: &noted})
}

// await waits until a claim fits. Samples that have cost something go first.
func (b *Budget) await(ctx context.Context, c *claim) error {
	if b.fits(c) {
		return nil
	}
	b.waiting = append(b.waiting, c)
	c.allowance.queue(+1)
	defer func() {
		i := slices.Index(b.waiting, c)
		b.waiting = slices.Delete(b.waiting, i, i+1)
		c.allowance.queue(-1)
	}()
	for !b.fits(c) {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case b.reached != nil && !c.allowance.begun:
			return b.reached
		case b.inFlight == 0 && b.working == 0 && !slices.ContainsFunc(b.waiting, b.fits):
			if b.held > 0 { // once these batches have ended, there is more
				return messages.ErrPending
			}
			return b.reach(c)
		}
		b.settled.Wait()
	}
	return nil
}

// fits reports whether a claim fits into what is left.
func (b *Budget) fits(c *claim) bool {
	const rounding = 1e-12 // of sums
	if !c.allowance.begun && (b.reached != nil || b.short > 0) {
		return false
	}
	need := c.need()
	return need <= 0 || b.spent.known+b.spent.lost+b.reserved+need <= b.bound*(1+rounding)
}

// reach says that nothing more is sent, since nothing can leave what the claim
// takes.
func (b *Budget) reach(c *claim) error {
	with := ""
	_, rest := c.parts()
	if rest > 0 {
		with = " with its judges and later turns"
	}
	err := overBudget(fmt.Sprintf("the budget of $%g is reached: %s, and the next request%s may cost $%.4f",
		b.bound, b.spent, with, c.worst+rest))
	if b.reached == nil {
		b.reached = err
		b.settled.Broadcast()
	}
	return err
}

// outlay is what requests cost: what is known of it, and what may have been
// billed for answers that were lost on the way. before is what of both was spent
// before the run was resumed. All are in US dollars.
type outlay struct{ known, lost, before float64 }

// String says what is spent.
func (o outlay) String() string {
	text := fmt.Sprintf("$%.4f are spent", o.known)
	if o.lost > 0 {
		text += fmt.Sprintf(", $%.4f may be for answers that were lost on the way", o.lost)
	}
	if o.before > 0 {
		text += fmt.Sprintf(" ($%.4f of it before the run was resumed)", o.before)
	}
	return text
}

// paid is what a request cost, but for lost attempts that are counted already.
// An answer that was lost on the way may have been billed, and counts as the
// most that it can cost.
func (b *Budget) paid(req *messages.Request, ex *messages.Exchange, err error, worst float64, counted int) outlay {
	switch {
	case errors.Is(err, messages.ErrWithdrawn), errors.Is(err, messages.ErrPending):
		return outlay{}
	case ex == nil:
		return outlay{lost: worst}
	}
	lost := -counted
	for _, a := range ex.Attempts {
		if a.Lost() {
			lost++
		}
	}
	paid := outlay{lost: worst * float64(lost)}
	if ex.Answer == nil {
		return paid
	}
	usd, err := b.prices.Cost(use(req.Model, ex.Answer, b.now()))
	if err != nil {
		usd = worst
	}
	paid.known = usd
	return paid
}

// settle puts what a request cost in the place of what was reserved for it.
func (b *Budget) settle(worst float64, paid outlay) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reserved -= worst
	b.underWay -= worst
	b.spent.known += paid.known
	b.spent.lost += paid.lost
	b.settled.Broadcast()
}

var _ messages.Sender = (*Budget)(nil)
