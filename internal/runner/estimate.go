package runner

import (
	"slices"
	"time"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/cost/tokens"
	"github.com/evalrun/evalrun/suite"
)

// shortAnswer is how many tokens an answer is taken to have where it becomes
// part of a later prompt and max_tokens allows more.
const shortAnswer = 200

// Estimates are what the plan's requests may cost, by model in the order of
// the plan, judges last.
func (p *Plan) Estimates() []prices.Estimate { return p.reckoned.costs.Models() }

// FewestTokens is how many tokens the prompt of a case has at least, by what
// is known of it.
func (p *Plan) FewestTokens(c *suite.Case) float64 { return p.reckoned.request(c).Input.Low }

// reckoning adds up what cases may cost.
type reckoning struct {
	tokens  *tokens.Estimator
	costs   *prices.Estimates
	prompts map[string]int        // the cases of each model
	counted map[string]correction // by model; nil where nothing was counted
}

func newReckoning(table *prices.Table, now time.Time) reckoning {
	return reckoning{tokens: tokens.NewEstimator(), costs: prices.NewEstimates(table, now), prompts: map[string]int{}}
}

// add takes a case: its first request, those of its later stages with all that
// was said before, and those of its judges.
func (r *reckoning) add(c *suite.Case) {
	asked := prices.Asked{Model: c.Request.Model}
	r.prompts[asked.Model]++
	req := r.request(c)
	r.costs.Add(asked, &req, c.Times)
	for _, stage := range c.Conversation.Next {
		req.Input = req.Input.Plus(answerTo(&req)).Plus(r.tokens.Turns(asked.Model, stage.Turns))
		r.costs.Add(asked, &req, c.Times)
	}
	for i, a := range c.Assertions {
		if a.Rubric != nil && a.Rubric.Judge != nil && !a.Rubric.Reference {
			r.judge(c, i, answerTo(&req))
		}
	}
}

// request reckons the first request of a case.
func (r *reckoning) request(c *suite.Case) tokens.Request {
	req := r.tokens.Request(c.Request.Model, c.Request.Body)
	req.Open = req.Open || c.Conversation.Tools != nil
	if k, ok := r.counted[c.Request.Model]; ok {
		req.Input = k.input(c, req.Input)
	}
	return req
}

// answerTo is what an answer adds to a prompt that it becomes a part of.
func answerTo(req *tokens.Request) tokens.Estimate {
	return tokens.Estimate{Likely: min(shortAnswer, req.MaxTokens), High: req.MaxTokens}
}

// judge adds what a rubric asks about an answer: the rubric and the
// conversation as far as it is known, and the answers in it.
func (r *reckoning) judge(c *suite.Case, i int, answer tokens.Estimate) {
	a := c.Assertions[i]
	j := a.Rubric.Judge
	body, err := bodyAbout(a.Rubric, c.Request.Body)
	if err != nil {
		return // the sample will say so, and nothing is asked
	}
	req := r.tokens.Request(j.Model, body)
	req.Input = req.Input.Plus(answer)
	if a.Rubric.Over != "" {
		req.Input = req.Input.Plus(answer) // the other variant's
	}
	for n, stage := range c.Conversation.Next {
		if a.Turn == 0 || a.Turn > n+1 {
			req.Input = req.Input.Plus(answer).Plus(r.tokens.Turns(j.Model, stage.Turns))
		}
	}
	req.Open = req.Open || c.Conversation.Tools != nil
	asked := prices.Asked{Model: j.Model, Judge: true}
	if a.When != nil || sharesRubric(c, i) {
		r.costs.AddPossible(asked, &req, c.Times*a.Rubric.Requests())
		return
	}
	r.costs.Add(asked, &req, c.Times*a.Rubric.Requests())
}

// sharesRubric tells whether an earlier rubric of the case says the same, so
// that both may be asked as one.
func sharesRubric(c *suite.Case, i int) bool {
	return slices.ContainsFunc(c.Assertions[:i], func(a suite.Assertion) bool {
		return a.Rubric != nil && a.Rubric.Text == c.Assertions[i].Rubric.Text && a.Rubric.Over == c.Assertions[i].Rubric.Over
	})
}
