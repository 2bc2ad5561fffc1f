package runner

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/evalrun/evalrun/diagnostic"
	"github.com/evalrun/evalrun/messages"
	"github.com/evalrun/evalrun/prices"
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
	bound    float64   // all in US dollars
	spent    float64
	reserved float64
	inFlight int
	reached  error // nil until then
}

// overBudget is why a request was not sent. It is a messages.ErrWithdrawn.
type overBudget string

func (e overBudget) Error() string { return string(e) }

func (e overBudget) Is(target error) bool { return target == messages.ErrWithdrawn }

// Bounded gives a Sender that passes requests on to next until so many US
// dollars could be spent, by the plan's prices.
func (p *Plan) Bounded(next messages.Sender, usd float64) *Budget {
	b := &Budget{next: next, prices: p.prices, now: time.Now, bound: usd}
	b.settled.L = &b.mu
	return b
}

// CheckBounds says of which cases it cannot be said what they cost at most,
// as a diagnostic.List.
func (p *Plan) CheckBounds() error {
	var diags diagnostic.List
	for q, err := range p.questions() {
		if err != nil {
			return err
		}
		if q.Skip != "" || len(diags) == maxListed {
			continue
		}
		if err := p.bounded(q); err != nil {
			diags.Add(q.Diagnostic(fmt.Sprintf(
				"the cost of the case %q has no bound to keep --max-cost by: %v", q.Name, err), ""))
		}
	}
	return diags.Err()
}

// bounded says why it cannot be told what a request of the case costs at most.
// What a judge will be shown is in the case's own request, but for the answer.
func (p *Plan) bounded(q *question) error {
	if _, err := p.prices.Worst(q.Request.Body, time.Now()); err != nil {
		return err
	}
	for _, a := range q.Assertions {
		if a.Rubric == nil || a.Rubric.Reference {
			continue
		}
		body, err := bodyAbout(a.Rubric, q.Request.Body)
		if err == nil {
			_, err = p.prices.Worst(body, time.Now())
		}
		if err != nil {
			return fmt.Errorf("its judge: %w", err)
		}
	}
	return nil
}

// Send sends the request if its cost fits, or waits until requests under way
// have ended whose cost turns out to leave room. Once the bound is reached the
// error is messages.ErrWithdrawn.
func (b *Budget) Send(ctx context.Context, req *messages.Request, ord messages.Ordinal) (*messages.Exchange, error) {
	worst, err := b.prices.Worst(req.Body, b.now())
	if err != nil {
		return nil, overBudget("its cost has no bound to keep the budget by: " + err.Error())
	}
	if err := b.reserve(ctx, worst); err != nil {
		return nil, err
	}
	ex, err := b.next.Send(ctx, req, ord)
	b.settle(worst, b.paid(req, ex, worst))
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
	for b.reached == nil && b.spent+b.reserved+worst > b.bound {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if b.inFlight == 0 {
			b.reached = overBudget(fmt.Sprintf("the budget of $%g is reached: $%.4f are spent, and the next request may cost $%.4f",
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

// paid is what a request cost. An attempt whose answer was lost on the way
// may have been billed, and counts as the most that it can cost.
func (b *Budget) paid(req *messages.Request, ex *messages.Exchange, worst float64) float64 {
	if ex == nil {
		return worst
	}
	paid := 0.0
	for _, a := range ex.Attempts {
		if a.Cause != "" {
			paid += worst
		}
	}
	if ex.Answer == nil {
		return paid
	}
	usd, err := b.prices.Cost(use(req.Model, ex.Answer, b.now()))
	if err != nil {
		return paid + worst
	}
	return paid + usd
}

// settle puts what a request cost in the place of what was reserved for it.
func (b *Budget) settle(worst, paid float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reserved -= worst
	b.spent += paid
	b.inFlight--
	b.settled.Broadcast()
}

var _ messages.Sender = (*Budget)(nil)
