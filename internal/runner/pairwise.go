package runner

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/evalrun/evalrun/internal/judge"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// noOpponent is the error type of a sample whose answer has none to be compared
// with.
const noOpponent = "no_rival"

// pairwise are the pairwise comparisons of one case: its samples are compared
// across its variants. No worker waits: a sample that comes before its opponent
// is left here, and the opponent's worker goes on with it.
type pairwise struct {
	mu         sync.Mutex
	opponents  map[entrant]opponent
	waiting    map[entrant][]*comparison // by whom they wait for
	allowances []*allowance              // by sample; nil without a budget
}

// entrant is a sample of a variant.
type entrant struct {
	variant string
	sample  int
}

// opponent is an answer that others are compared with, or why there is none.
type opponent struct {
	answer  judge.Answer
	missing string // "" where there is an answer
}

// comparison is a sample that is decided but for what compares its answer with
// others.
type comparison struct {
	*trial
	own     judge.Answer
	rubrics []int  // the assertions that compare
	resume  func() // to be called once its opponents are there
}

func newPairwise(b *Budget, variants []*question) *pairwise {
	p := &pairwise{opponents: map[entrant]opponent{}, waiting: map[entrant][]*comparison{}}
	if b == nil {
		return p
	}
	for n := 1; ; n++ {
		var sampled []*question
		for _, q := range variants {
			if q.Skip == "" && n <= q.Times {
				sampled = append(sampled, q)
			}
		}
		if len(sampled) == 0 {
			return p
		}
		p.allowances = append(p.allowances, b.shared(b.newAllowance(sampled...)))
	}
}

// allowanceOf is the allowance of a sample, by its number.
func (r *run) allowanceOf(q *question, n int) *allowance {
	if q.pairwise == nil {
		return r.opts.Budget.restored(r, q.first+n-1, r.opts.Budget.newAllowance(q))
	}
	if r.opts.Budget == nil {
		return nil
	}
	return q.pairwise.allowances[n-1]
}

// enter adds an answer, and gives the comparisons that waited for it.
func (p *pairwise) enter(at entrant, o opponent) []*comparison {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.opponents[at] = o
	released := p.waiting[at]
	delete(p.waiting, at)
	return released
}

// pause notes that nobody works on the comparison until resume is called.
func (c *comparison) pause() {
	end, resume := c.spender.wait(), c.memory.Pause()
	c.resume = func() {
		end()
		resume()
	}
}

// opponentsOf gives the answers that a comparison needs, by variant. Where one is
// not there yet it keeps the comparison, and gives nil.
func (p *pairwise) opponentsOf(c *comparison) map[string]opponent {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := map[string]opponent{}
	for _, i := range c.rubrics {
		at := entrant{c.q.Assertions[i].Rubric.Over, c.number}
		s, ok := p.opponents[at]
		if !ok {
			c.pause() // before another worker may go on with it
			p.waiting[at] = append(p.waiting[at], c)
			return nil
		}
		out[at.variant] = s
	}
	return out
}

// ofSameCase reports whether a question is of the same case as another one.
func (q *question) ofSameCase(other *question) bool {
	return q.Suite == other.Suite && q.Name == other.Name
}

// isReference reports whether others are compared with the case's answers.
func (q *question) isReference() bool {
	for _, a := range q.Assertions {
		if a.Rubric != nil && a.Rubric.Reference {
			return true
		}
	}
	return false
}

// settle takes a sample whose conversation is over: it records it, or compares it
// first, and goes on with the comparisons that waited for it.
func (r *run) settle(ctx context.Context, c *conversation, s *record.Sample) string {
	if c.q.pairwise == nil {
		return c.recorded(s)
	}
	var released []*comparison
	if c.q.isReference() {
		released = c.q.pairwise.enter(entrant{c.q.Variant, c.number}, c.asOpponent(s))
	}
	for _, waiting := range released {
		waiting.resume()
	}
	outcome := ""
	if s.Outcome != record.Errored && len(c.comparisons) > 0 {
		r.compare(ctx, &comparison{trial: c.trial, own: c.answer(), rubrics: c.comparisons})
	} else {
		outcome = c.recorded(s)
	}
	for _, waiting := range released {
		r.compare(ctx, waiting)
	}
	return outcome
}

// asOpponent is what others are compared with once the conversation is over.
func (c *conversation) asOpponent(s *record.Sample) opponent {
	switch {
	case c.whole && c.subject.Exchange.Error == nil:
		return opponent{answer: c.answer()}
	case s.Error != nil:
		return opponent{missing: fmt.Sprintf("%s: %s", s.Error.Type, s.Error.Message)}
	case c.sample.Ended != "":
		return opponent{missing: c.sample.Ended}
	case c.whole:
		return opponent{missing: c.subject.Exchange.Error.Error()}
	}
	return opponent{missing: "its conversation was stopped by a failed assertion"}
}

// compare has a comparison judged, if all of its opponents are there, and
// records the sample. Where ctx ends before that nothing is recorded.
func (r *run) compare(ctx context.Context, c *comparison) {
	opponents := c.q.pairwise.opponentsOf(c)
	if opponents == nil {
		return
	}
	s, err := c.outcome(ctx, opponents)
	switch {
	case err == nil:
		c.recorded(s)
	case errors.Is(err, messages.ErrPending):
		c.putAside()
	case ctx.Err() == nil:
		r.fail(err)
	}
}

// outcome is the sample once its answer is compared.
func (c *comparison) outcome(ctx context.Context, opponents map[string]opponent) (*record.Sample, error) {
	var rubrics []int
	for _, i := range c.rubrics {
		a := c.q.Assertions[i]
		other := opponents[a.Rubric.Over]
		if other.missing == "" {
			rubrics = append(rubrics, i)
			continue
		}
		none := noVerdict{&record.Error{Type: noOpponent, Message: fmt.Sprintf(
			"%s compares the answer with that of %s, which has none: %s", rubricName(a), a.Rubric.Over, other.missing)}}
		if !a.Warn {
			return c.unjudged(none)
		}
		c.unscored(i, none)
	}
	err := c.judge(ctx, rubrics, func(rubric *suite.Rubric) ([]payload.JSON, error) {
		return inBothOrders(rubric, c.own, opponents[rubric.Over].answer)
	})
	if err != nil {
		return c.unjudged(err)
	}
	c.decide(false)
	return &c.sample, nil
}

// inBothOrders are the bodies that ask about two answers, the sample's own in the
// first place and in the second.
func inBothOrders(r *suite.Rubric, own, other judge.Answer) ([]payload.JSON, error) {
	first, err := settings(r.Judge).Compare(r.Text, own, other)
	if err != nil {
		return nil, err
	}
	second, err := settings(r.Judge).Compare(r.Text, other, own)
	return []payload.JSON{first, second}, err
}

// bodyAbout is a body that asks about an answer to a request that is not known
// yet.
func bodyAbout(r *suite.Rubric, request payload.JSON) (payload.JSON, error) {
	unknown := judge.Answer{Request: request, Message: &messages.Answer{}}
	if r.Over != "" {
		return settings(r.Judge).Compare(r.Text, unknown, unknown)
	}
	return settings(r.Judge).Rubric(r.Text, unknown)
}
