package runner

import (
	"context"
	"errors"

	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/record"
)

// batched is what a Budget knows of requests in batches.
type batched struct {
	// held is the most that answers cost which batches will bring, of the reserved.
	held float64
	// kept is what is reserved for the later turns and judges of samples that wait
	// for an answer.
	kept map[sampleNumber]float64
	// open are the allowances that samples share.
	open []*allowance
}

// sampleNumber names a sample of a run.
type sampleNumber struct {
	run    *run
	number int
}

// fateful is a Sender that takes requests into batches.
type fateful interface {
	Fate(req *messages.Request, of record.Identity) (known, batched bool)
}

// fate says what the next Sender does with a request.
func (b *Budget) fate(req *messages.Request, of record.Identity) (known, batched bool) {
	if f, ok := b.next.(fateful); ok {
		return f.Fate(req, of)
	}
	return false, false
}

// kindOf is the purpose of the request of an answer.
func kindOf(of record.Identity) requestKind {
	if of.Vote > 0 {
		return judging
	}
	return answering
}

// Worst is the most that an answer costs in a batch; nil where that is not known.
func (b *Budget) Worst(req *messages.Request) *float64 {
	worst, err := b.worstInBatch(req)
	if err != nil {
		return nil
	}
	return &worst
}

func (b *Budget) worstInBatch(req *messages.Request) (float64, error) {
	estimated := b.prices.Request(req.Model, req.Body)
	estimated.Batch = true
	return b.prices.Worst(req.Model, &estimated, b.plan.made)
}

// Cost is what an answer costs; false where that is not known.
func (b *Budget) Cost(a *messages.Answer) (float64, bool) {
	usd, err := b.prices.Cost(use(a.Model, a, b.now()))
	return usd, err == nil
}

// Hold reserves what the answers of a batch cost at most that was created in an
// earlier run.
func (b *Budget) Hold(worst float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reserved += worst
	b.held += worst
}

// Settle puts what the answers of a batch cost in the place of what was reserved
// for them.
func (b *Budget) Settle(worst, cost float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reserved -= worst
	if b.held -= worst; b.held < 1e-12 {
		b.held = 0
	}
	b.spent.known += cost
	b.settled.Broadcast()
}

// sendInBatch passes a request on into a batch if the most that it can cost fits,
// which stays reserved until the batch has ended.
func (b *Budget) sendInBatch(ctx context.Context, req *messages.Request, of record.Identity) (*messages.Exchange, error) {
	worst, err := b.worstInBatch(req)
	if err != nil {
		return nil, overBudget("its cost has no bound to keep the budget by: " + err.Error())
	}
	a := b.requestOf(ctx)
	if a.spender == nil {
		defer a.end()
	}
	if err := b.hold(ctx, a, worst, kindOf(of)); err != nil {
		return nil, err
	}
	ex, err := b.next.Send(ctx, req, of)
	if !errors.Is(err, messages.ErrPending) {
		b.Settle(worst, 0)
	}
	return ex, err
}

// hold is reserve for a request of a batch, which is in the record by its batch.
func (b *Budget) hold(ctx context.Context, a *budgetedRequest, worst float64, kind requestKind) error {
	defer context.AfterFunc(ctx, b.wake)()
	if kind == answering {
		a.total()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	a.enter()
	c := &claim{a.allowance, worst, kind}
	if err := b.await(ctx, c); err != nil {
		return err
	}
	c.take()
	b.held += worst
	return nil
}

// restored gives the allowance of a sample what was kept of it in the round before.
func (b *Budget) restored(r *run, number int, a *allowance) *allowance {
	if b == nil {
		return a
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	key := sampleNumber{r, number}
	if left, ok := b.kept[key]; ok {
		delete(b.kept, key)
		a.begun, a.left = true, left
	}
	return a
}

// shared notes an allowance of several samples.
func (b *Budget) shared(a *allowance) *allowance {
	if b == nil {
		return a
	}
	if _, ok := b.next.(fateful); !ok {
		return a
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	a.isShared = true
	b.open = append(b.open, a)
	return a
}

// endRound gives back what samples that share an allowance left of it: in the next
// round it is reserved anew.
func (b *Budget) endRound() {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, a := range b.open {
		b.reserved -= a.left
		a.left = 0
		if a.begun {
			b.working -= a.working
		}
		a.working = 0
	}
	b.open = nil
	b.settled.Broadcast()
}

// putAside notes that the sample waits for an answer until the next round. What is
// reserved for it is kept.
func (s *spender) putAside(r *run, number int) {
	if s == nil {
		return
	}
	s.budget.mu.Lock()
	defer s.budget.mu.Unlock()
	if s.busy == 0 {
		s.work(-1)
	}
	if s.isShared {
		return
	}
	if s.left > 0 {
		if s.budget.kept == nil {
			s.budget.kept = map[sampleNumber]float64{}
		}
		s.budget.kept[sampleNumber{r, number}] = s.left
		s.left = 0
	}
	s.close()
}
