package runner

import (
	"iter"
	"slices"
	"time"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/cost/tokens"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/suite"
)

// shortAnswer is how many tokens an answer is taken to have where it becomes
// part of a later prompt and max_tokens allows more.
const shortAnswer = 200

// Estimates are what the plan's requests may cost, by model in the order of
// the plan, judges last.
func (p *Plan) Estimates() []prices.Estimate { return p.estimator.estimates.Models() }

// FewestTokens is how many tokens the prompt of a case has at least, by what
// is known of it.
func (p *Plan) FewestTokens(c *suite.Case) float64 { return p.estimator.request(c).Input.Low }

// estimator adds up what cases may cost.
type estimator struct {
	table     *prices.Table
	estimates *prices.Estimates
	prompts   map[string]int        // the cases of each model
	counted   map[string]correction // by model; nil where nothing was counted
	inBatches bool
}

func newEstimator(table *prices.Table, now time.Time) estimator {
	return estimator{table: table, estimates: prices.NewEstimates(table, now), prompts: map[string]int{}}
}

// planned is a request that a sample of a case sends, as far as it is known.
type planned struct {
	prices.Sent
	written *suite.Value // its body, as far as the suite has it
}

// add takes a case: its first request, those of its later stages with all that
// was said before, and those of its judges.
func (r *estimator) add(c *suite.Case) {
	r.prompts[c.Request.Model]++
	for p := range r.planned(c) {
		p.Times *= c.Times
		r.estimates.Add(&p.Sent)
	}
}

// planned gives the requests of one sample of a case, in the order in which
// they are sent.
func (r *estimator) planned(c *suite.Case) iter.Seq[planned] {
	return func(yield func(planned) bool) {
		p := planned{written: c.Request.Written, Sent: prices.Sent{
			To: prices.Asked{Model: c.Request.Model}, Request: r.request(c), Times: 1, MoreRequests: c.Conversation.TakesTools(),
		}}
		p.Request.Batch = r.inBatches && inBatch(c) == ""
		if !yield(p) {
			return
		}
		answer := answerTo(&p.Request)
		for _, stage := range c.Conversation.Next {
			turns := r.table.Turns(p.To.Model, stage.Turns)
			p.Request.Add(&answer)
			p.Request.Add(&turns)
			if !yield(p) {
				return
			}
		}
		for i, a := range c.Assertions {
			if a.Rubric == nil || a.Rubric.Judge == nil || a.Rubric.Reference {
				continue
			}
			if p, ok := r.judge(c, i, answer); ok && !yield(p) {
				return
			}
		}
	}
}

// request estimates the first request of a case.
func (r *estimator) request(c *suite.Case) tokens.Request {
	req := r.table.Request(c.Request.Model, c.Request.Body)
	if k, ok := r.counted[c.Request.Model]; ok {
		req.Input = k.input(c, req.Input)
	}
	return req
}

// answerTo is what an answer adds to a prompt that it becomes a part of.
func answerTo(req *tokens.Request) tokens.Request {
	return tokens.Request{
		Input: tokens.Estimate{Likely: min(shortAnswer, req.MaxTokens), High: req.MaxTokens},
		Most:  req.MaxTokens,
	}
}

// judge is what a rubric asks about an answer: the rubric and the conversation
// as far as it is known, and the answers in it; false where nothing is asked.
func (r *estimator) judge(c *suite.Case, i int, answer tokens.Request) (planned, bool) {
	a := c.Assertions[i]
	model := a.Rubric.Judge.Model
	body, err := bodyAbout(a.Rubric, c.Request.Body)
	if err != nil {
		return planned{}, false // the sample will say so, and nothing is asked
	}
	req := r.table.Request(model, body)
	req.Batch = r.inBatches && messages.RefusedByBatch(&messages.Request{Body: body}) == ""
	req.Add(&answer)
	if a.Rubric.Over != "" {
		req.Add(&answer) // the other variant's
	}
	for n, stage := range c.Conversation.Next {
		if a.Turn == 0 || a.Turn > n+1 {
			turns := r.table.Turns(model, stage.Turns)
			req.Add(&answer)
			req.Add(&turns)
		}
	}
	return planned{written: a.Rubric.Judge.Written, Sent: prices.Sent{
		To: prices.Asked{Model: model, Judge: true}, Request: req, Times: a.Rubric.Requests(),
		Possible: a.When != nil || sharesRubric(c, i), MoreRequests: c.Conversation.TakesTools(),
	}}, true
}

// sharesRubric reports whether an earlier rubric of the case says the same, so
// that both may be asked as one.
func sharesRubric(c *suite.Case, i int) bool {
	return slices.ContainsFunc(c.Assertions[:i], func(a suite.Assertion) bool {
		return a.Rubric != nil && a.Rubric.Text == c.Assertions[i].Rubric.Text && a.Rubric.Over == c.Assertions[i].Rubric.Over
	})
}
