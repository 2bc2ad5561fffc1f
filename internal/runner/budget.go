package runner

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/messages"
)

// Budget is a Sender that keeps a bound of money: it passes a request on only
// if the bound would not be passed though every request under way cost the
// most that it can. It may be used by many goroutines at once.
type Budget struct {
	next   messages.Sender
	prices *prices.Table
	now    func() time.Time

	mu       sync.Mutex
	settled  sync.Cond // a request ended
	bound    float64   // in US dollars
	spent    outlay
	reserved float64 // in US dollars
	inFlight int
	reached  error // nil until then
}

// overBudget is why a request was not sent. It is a messages.ErrWithdrawn.
type overBudget string

func (e overBudget) Error() string { return string(e) }

func (e overBudget) Is(target error) bool { return target == messages.ErrWithdrawn }

// Bounded gives a Sender that passes requests on to next until so many US
// dollars could be spent, by the plan's prices, with those that were spent
// before.
func (p *Plan) Bounded(next messages.Sender, usd, spent float64) *Budget {
	b := &Budget{next: next, prices: p.prices, now: time.Now, bound: usd, spent: outlay{known: spent, before: spent}}
	b.settled.L = &b.mu
	return b
}

// Send sends the request if its cost fits, or waits until requests under way
// have ended whose cost turns out to leave room; the same again for each
// further attempt of it. Once the bound is reached the error is
// messages.ErrWithdrawn, or the exchange has the error of the last attempt.
func (b *Budget) Send(ctx context.Context, req *messages.Request, ord messages.Ordinal) (*messages.Exchange, error) {
	reckoned := b.prices.Request(req.Model, req.Body)
	worst, err := b.prices.Worst(req.Model, &reckoned, b.now())
	if err != nil {
		return nil, overBudget("its cost has no bound to keep the budget by: " + err.Error())
	}
	if err := b.reserve(ctx, worst); err != nil {
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
		refused = b.reserve(ctx, worst)
		return refused
	}
	ex, err := b.next.Send(ctx, bounded, ord)
	if refused != nil {
		if ex != nil && ex.Error != nil {
			ex.Error.Message += "; not sent again: " + refused.Error()
		}
		return ex, err
	}
	b.settle(worst, b.paid(req, ex, err, worst, counted))
	return ex, err
}

// reserve takes the most that a request can cost out of what is left.
func (b *Budget) reserve(ctx context.Context, worst float64) error {
	stop := context.AfterFunc(ctx, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.settled.Broadcast()
	})
	defer stop()
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.reached == nil && b.spent.known+b.spent.lost+b.reserved+worst > b.bound {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if b.inFlight == 0 {
			b.reached = overBudget(fmt.Sprintf("the budget of $%g is reached: %s, and the next request may cost $%.4f",
				b.bound, b.spent, worst))
			b.settled.Broadcast()
			break
		}
		b.settled.Wait()
	}
	if b.reached != nil {
		return b.reached
	}
	b.reserved += worst
	b.inFlight++
	return nil
}

// outlay is what requests cost: what is known of it, and what may have been
// billed for answers that were lost on the way. before is what of the known was
// spent before the run was resumed. All are in US dollars.
type outlay struct{ known, lost, before float64 }

// String says what is spent.
func (o outlay) String() string {
	text := fmt.Sprintf("$%.4f are spent", o.known)
	if o.before > 0 {
		text += fmt.Sprintf(" ($%.4f of them before it was resumed)", o.before)
	}
	if o.lost > 0 {
		text += fmt.Sprintf(", $%.4f may be for answers that were lost on the way", o.lost)
	}
	return text
}

// paid is what a request cost, but for lost attempts that are counted already.
// An answer that was lost on the way may have been billed, and counts as the
// most that it can cost.
func (b *Budget) paid(req *messages.Request, ex *messages.Exchange, err error, worst float64, counted int) outlay {
	switch {
	case errors.Is(err, messages.ErrWithdrawn):
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
	b.spent.known += paid.known
	b.spent.lost += paid.lost
	b.inFlight--
	b.settled.Broadcast()
}

var _ messages.Sender = (*Budget)(nil)
