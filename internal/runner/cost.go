package runner

import (
	"cmp"
	"math"
	"time"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/record"
)

// charge is what an exchange costs in US dollars. usd is nil where that is
// not known: err says why, or the exchange has no answer.
type charge struct {
	usd *float64
	err error
}

// price says what an exchange costs that a model was asked for, by the one
// that answered. An answer that comes from a record keeps the cost that it has
// there.
func (r *run) price(model string, ex *messages.Exchange) charge {
	if ex.Cost != nil || ex.Answer == nil {
		return charge{usd: ex.Cost}
	}
	usd, err := r.plan.prices.Cost(use(model, ex.Answer, r.now()))
	if err != nil {
		return charge{err: err}
	}
	return charge{usd: &usd}
}

// use is what an answer is charged for; asked is the model that was asked, for
// servers whose answers name none.
func use(asked string, answer *messages.Answer, when time.Time) prices.Use {
	u := prices.Use{Model: cmp.Or(answer.Model, asked), Asked: asked, Usage: answer.Usage.Raw, When: when}
	if answer.StopReason != nil {
		u.StopReason = *answer.StopReason
	}
	return u
}

// recordLost records that a request's answer was lost on the way, and the most that
// it can have cost: a bound of money holds over the runs that go on with the
// record.
func (r *run) recordLost(of record.Identity, req *messages.Request, a messages.Attempt) {
	line := record.Spent{Identity: of, Key: req.Key(), Cause: a.Cause}
	estimated := r.plan.prices.Request(req.Model, req.Body)
	if worst, err := r.plan.prices.Worst(req.Model, &estimated, r.now()); err == nil {
		line.LostUSD = &worst
	}
	r.write(line)
}

// spent is what was paid for an exchange in this run: nothing for one that a
// record answered, nil where it is not known.
func (c charge) spent(ex *messages.Exchange) *float64 {
	if ex.Reused {
		return new(float64)
	}
	return c.usd
}

// spending adds up what a run has paid. The zero value has paid nothing.
type spending struct {
	usd     float64
	unknown bool
}

// add counts an exchange in. An error is not billed; attempts that were cut
// off may have been, but no answer reports that.
func (s *spending) add(ex *messages.Exchange, c charge) {
	switch paid := c.spent(ex); {
	case paid != nil:
		s.usd += *paid
	case ex.Answer != nil:
		s.unknown = true
	}
}

// total is the sum in US dollars, to 12 decimals; nil where a part of it is
// not known.
func (s *spending) total() *float64 {
	if s.unknown {
		return nil
	}
	return rounded(s.usd)
}

// rounded is a sum of US dollars, to 12 decimals: without the errors of binary
// fractions.
func rounded(usd float64) *float64 {
	usd = math.Round(usd*1e12) / 1e12
	return &usd
}

// sampleCost adds up what the answers of a sample cost, its judges' too. The zero
// value has none.
type sampleCost struct {
	usd     float64
	answers int
	unknown bool
}

// add counts an exchange in.
func (s *sampleCost) add(ex *messages.Exchange, c charge) {
	if ex.Answer == nil {
		return
	}
	s.answers++
	if c.usd == nil {
		s.unknown = true
		return
	}
	s.usd += *c.usd
}

// sum is nil where a part of it is not known, and where there is no answer.
func (s *sampleCost) sum() *float64 {
	if s.unknown || s.answers == 0 {
		return nil
	}
	return rounded(s.usd)
}
