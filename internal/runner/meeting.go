package runner

import (
	"context"
	"fmt"
	"sync"

	"github.com/evalrun/evalrun/internal/judge"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// NoRival is the error type of a sample whose answer has none to be compared
// with.
const NoRival = "no_rival"

// meeting is where the samples of one case meet that are compared across its
// variants. Nobody waits in it: a sample that comes before its rival is left
// there, and the rival's worker goes on with it. It lives as long as a variant
// of the case is asked.
type meeting struct {
	mu      sync.Mutex
	sides   map[seat]side
	waiting map[seat][]*contest // by whom they wait for
	funds   []*funds            // of the samples; nil without a budget
}

// seat is a sample of a variant.
type seat struct {
	variant string
	sample  int
}

// side is an answer that others are compared with, or why there is none.
type side struct {
	answer  judge.Answer
	missing string // "" where there is an answer
}

// contest is a sample that is decided but for what compares its answer with
// others.
type contest struct {
	*trial
	own     judge.Answer
	rubrics []int  // the assertions that compare
	found   func() // says that its rivals are there
}

func newMeeting(b *Budget, variants []*question) *meeting {
	m := &meeting{sides: map[seat]side{}, waiting: map[seat][]*contest{}}
	if b == nil {
		return m
	}
	for n := 1; ; n++ {
		var asked []*question
		for _, q := range variants {
			if q.Skip == "" && n <= q.Times {
				asked = append(asked, q)
			}
		}
		if len(asked) == 0 {
			return m
		}
		m.funds = append(m.funds, b.newFunds(asked...))
	}
}

// fundsOf are those of a sample, by its number.
func (r *run) fundsOf(q *question, n int) *funds {
	if q.meeting == nil {
		return r.opts.Budget.newFunds(q)
	}
	if r.opts.Budget == nil {
		return nil
	}
	return q.meeting.funds[n-1]
}

// arrive puts an answer down, and gives the contests that waited for it.
func (m *meeting) arrive(at seat, s side) []*contest {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sides[at] = s
	released := m.waiting[at]
	delete(m.waiting, at)
	return released
}

// wait says that nobody works on the contest until found is called.
func (c *contest) wait() {
	end, resume := c.share.wait(), c.answers.Pause()
	c.found = func() {
		end()
		resume()
	}
}

// rivals gives the answers that a contest's is compared with, by variant. Where
// one is not there yet it keeps the contest, and gives nil.
func (m *meeting) rivals(c *contest) map[string]side {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := map[string]side{}
	for _, i := range c.rubrics {
		at := seat{c.q.Assertions[i].Rubric.Over, c.number}
		s, ok := m.sides[at]
		if !ok {
			c.wait() // before another worker may go on with it
			m.waiting[at] = append(m.waiting[at], c)
			return nil
		}
		out[at.variant] = s
	}
	return out
}

// meets reports whether a question is of the same case as another one.
func (q *question) meets(other *question) bool {
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

// meet brings a sample to the meeting once its conversation is over, records it
// if nothing of it is open, and goes on with those that waited for it.
func (r *run) meet(ctx context.Context, c *conversation, s *record.Sample) string {
	if c.q.meeting == nil {
		return c.recorded(s)
	}
	var released []*contest
	if c.q.isReference() {
		released = c.q.meeting.arrive(seat{c.q.Variant, c.number}, c.side(s))
	}
	for _, waiting := range released {
		waiting.found()
	}
	outcome := ""
	if s.Outcome != record.Errored && len(c.contested) > 0 {
		r.compare(ctx, &contest{trial: c.trial, own: c.answer(), rubrics: c.contested})
	} else {
		outcome = c.recorded(s)
	}
	for _, waiting := range released {
		r.compare(ctx, waiting)
	}
	return outcome
}

// side is what others are compared with once the conversation is over.
func (c *conversation) side(s *record.Sample) side {
	switch {
	case c.whole && c.subject.Exchange.Error == nil:
		return side{answer: c.answer()}
	case s.Error != nil:
		return side{missing: fmt.Sprintf("%s: %s", s.Error.Type, s.Error.Message)}
	case c.sample.Ended != "":
		return side{missing: c.sample.Ended}
	case c.whole:
		return side{missing: c.subject.Exchange.Error.Error()}
	}
	return side{missing: "its conversation was stopped by a failed assertion"}
}

// compare has a contest judged, if all of its rivals are there, and records
// what becomes of it. Where ctx ends before that nothing is recorded.
func (r *run) compare(ctx context.Context, c *contest) {
	rivals := c.q.meeting.rivals(c)
	if rivals == nil {
		return
	}
	s, err := c.judged(ctx, rivals)
	switch {
	case err == nil:
		c.recorded(s)
	case ctx.Err() == nil:
		r.fail(err)
	}
}

// judged is the sample once its answer is compared.
func (c *contest) judged(ctx context.Context, rivals map[string]side) (*record.Sample, error) {
	var rubrics []int
	for _, i := range c.rubrics {
		a := c.q.Assertions[i]
		rival := rivals[a.Rubric.Over]
		if rival.missing == "" {
			rubrics = append(rubrics, i)
			continue
		}
		none := noVerdict{&record.Error{Type: NoRival, Message: fmt.Sprintf(
			"%s compares the answer with that of %s, which has none: %s", rubricName(a), a.Rubric.Over, rival.missing)}}
		if !a.Warn {
			return c.unjudged(none)
		}
		c.unscored(i, none)
	}
	err := c.judge(ctx, rubrics, func(rubric *suite.Rubric) ([]payload.JSON, error) {
		return both(rubric, c.own, rivals[rubric.Over].answer)
	})
	if err != nil {
		return c.unjudged(err)
	}
	c.decide(false)
	return &c.sample, nil
}

// both are the bodies that ask about two answers, the sample's own in the
// first place and in the second.
func both(r *suite.Rubric, own, rival judge.Answer) ([]payload.JSON, error) {
	first, err := settings(r.Judge).Compare(r.Text, own, rival)
	if err != nil {
		return nil, err
	}
	second, err := settings(r.Judge).Compare(r.Text, rival, own)
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
