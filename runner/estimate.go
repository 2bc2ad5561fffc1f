package runner

import (
	"time"

	"github.com/evalrun/evalrun/prices"
	"github.com/evalrun/evalrun/suite"
	"github.com/evalrun/evalrun/tokens"
)

// shortAnswer is how many tokens an answer is taken to have where it becomes
// part of a later prompt and max_tokens allows more.
const shortAnswer = 200

// Estimates are what the plan's requests may cost, by model in the order of
// the plan.
func (p *Plan) Estimates() []prices.Estimate { return p.reckoned.costs.Models() }

// reckoning adds up what cases may cost.
type reckoning struct {
	tokens *tokens.Estimator
	costs  *prices.Estimates
}

func newReckoning(table *prices.Table, now time.Time) reckoning {
	return reckoning{tokens.NewEstimator(), prices.NewEstimates(table, now)}
}

// add takes a case: its first request, and those of its later stages with all
// that was said before.
func (r *reckoning) add(c *suite.Case) {
	model := c.Request.Model
	req := r.tokens.Request(model, c.Request.Body)
	req.Open = req.Open || c.Conversation.Tools != nil
	r.costs.Add(model, &req, c.Times)
	for _, stage := range c.Conversation.Next {
		answer := tokens.Estimate{Likely: min(shortAnswer, req.MaxTokens), High: req.MaxTokens}
		req.Input = req.Input.Plus(answer).Plus(r.tokens.Turns(model, stage.Turns))
		r.costs.Add(model, &req, c.Times)
	}
}
