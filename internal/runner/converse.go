package runner

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/assert"
	"github.com/evalrun/evalrun/internal/judge"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// conversation is one sample of a case while it is held: exchange by
// exchange, each with all that was said before. Most have one.
type conversation struct {
	*trial
	turns  []assert.Turn
	stages int // how many of the case's next stages were asked for
	// prefill is what the last answer goes on from.
	prefill string
	calls   *suite.ToolCalls // by tool_results; nil before the first
	real    realTools
	// subject is the conversation up to the last answer.
	subject *assert.Subject
	// stopped says that an assertion of a turn failed before the end, whole
	// that the conversation came to its end.
	stopped, whole bool
	// comparisons are the assertions that compare the answer with another.
	comparisons []int
}

func newConversation(r *run, q *question, n int) *conversation {
	return &conversation{trial: newTrial(r, q, n), prefill: q.Request.Prefill}
}

// converse sends until the conversation is over, and judges it. The error says
// that it was broken off, and that nothing is known of it.
func (c *conversation) converse(ctx context.Context) (*record.Sample, error) {
	for req := c.run.request(c.q); ; {
		ex, err := c.exchange(ctx, req)
		switch {
		case errors.Is(err, messages.ErrWithdrawn):
			return c.unsent(err), nil
		case err != nil:
			return nil, err
		case !assertable(c.q, ex.Error):
			c.run.breakers.add(c.q.Request.Model, ex)
			return c.errored(ex.Error.Record()), nil
		}
		said, err := c.nextTurns(ctx, ex)
		if err == nil && said == nil {
			err = c.end(ctx)
		}
		switch {
		case err != nil:
			return c.unjudged(err)
		case said == nil:
			return &c.sample, nil
		}
		body, err := messages.Next(req.Body, ex.Answer, said...)
		if err != nil {
			c.sample.Ended = c.at(err.Error())
			if err := c.end(ctx); err != nil {
				return c.unjudged(err)
			}
			return &c.sample, nil
		}
		req = req.WithBody(body)
	}
}

// exchange sends a request and records what came of it.
func (c *conversation) exchange(ctx context.Context, req *messages.Request) (*messages.Exchange, error) {
	of := c.identity(len(c.turns) + 1)
	ex, err := c.send(ctx, req, of)
	if err != nil {
		return nil, err
	}
	cost := c.run.price(c.q.Request.Model, ex)
	c.add(assert.Turn{Exchange: ex, Request: req.Body, Cost: cost.usd, CostError: cost.err})
	c.cost.add(ex, cost)
	c.run.record(c.q, of, req, ex, cost)
	if ex.Error == nil {
		c.run.breakers.answered(c.q.Request.Model)
		for _, mismatch := range c.run.inputs.Mismatches(req.Body.Text(), ex.Answer) {
			c.sample.Warnings = append(c.sample.Warnings, c.at(mismatch))
		}
	}
	return ex, nil
}

// add takes an exchange, which is what the bare names of assertions speak of
// from now on.
func (c *conversation) add(t assert.Turn) {
	c.turns = append(c.turns, t)
	c.turn = len(c.turns)
	c.subject = &assert.Subject{
		Exchange:  t.Exchange,
		Turns:     c.turns,
		Request:   t.Request,
		Prefill:   c.prefill,
		Vars:      c.q.Vars,
		Case:      c.q.Name,
		Variant:   c.q.Axes,
		Sample:    c.number,
		Cost:      t.Cost,
		CostError: t.CostError,
	}
}

// at puts the number of the last turn before a sentence.
func (c *conversation) at(sentence string) string {
	return fmt.Sprintf("turn %d: %s", len(c.turns), sentence)
}

// nextTurns gives the turns that follow an exchange, its answer the first of them;
// none where the conversation is over. The error says that what is asserted of
// a turn could not be judged, or that a tool was not answered.
func (c *conversation) nextTurns(ctx context.Context, ex *messages.Exchange) ([]payload.JSON, error) {
	if ex.Error != nil {
		return nil, c.expectedError(ctx, ex.Error)
	}
	a := ex.Answer
	said, ended, err := c.continued(ctx, a)
	if err != nil {
		return nil, err
	}
	if ended == nil && said == nil {
		held, err := c.check(ctx, c.stages+1)
		if err != nil {
			return nil, err
		}
		said, ended = c.nextStage(a, held)
	}
	if ended == nil && said != nil {
		ended = c.exhausted(a)
	}
	if errors.Is(ended, suite.ErrOffRecording) {
		return nil, noVerdict{&record.Error{Type: record.OffRecording, Message: ended.Error()}}
	}
	if ended != nil {
		c.sample.Ended = c.at(ended.Error())
		return nil, nil
	}
	return said, nil
}

// exhausted is the end of a conversation that has had all of its requests; nil
// where there may be another one.
func (c *conversation) exhausted(a *messages.Answer) error {
	if len(c.turns) < c.q.Conversation.MaxTurns {
		return nil
	}
	return fmt.Errorf("the conversation is not over after %d requests, which is its max_turns; the last answer stopped with %s",
		len(c.turns), stopReason(a))
}

// continued gives the turns after an answer that is not the end of the
// model's turn: one that paused, or one that waits for tools. ended says
// why there is no answer to them, and err that it is not the model's doing.
func (c *conversation) continued(ctx context.Context, a *messages.Answer) (said []payload.JSON, ended, err error) {
	stop, uses := stopReason(a), usesTool(a)
	switch paused := c.paused(stop); {
	case paused && len(a.Content) == 0:
		return nil, errors.New("the answer paused without content, so that nothing can go on from it"), nil
	case paused && blank(a):
		return nil, errors.New("the answer paused with only white space, which the API takes no conversation on from"), nil
	case paused && !uses:
		c.prefill = ""
		return []payload.JSON{a.Turn()}, nil, nil
	case paused && !c.q.Conversation.TakesTools():
		return nil, withoutResult(stop), nil
	case uses && c.q.Conversation.TakesTools() && (paused || stop == "tool_use"):
		if ended := c.exhausted(a); ended != nil { // no tool is run for nothing
			return nil, ended, nil
		}
		c.prefill = ""
		results, ended, err := c.toolResults(ctx, a)
		return []payload.JSON{a.Turn(), results}, ended, err
	}
	return nil, nil, nil
}

// paused reports whether an answer that stopped so is handed back before the
// model is done, to be sent again as it is. A summary that the request asks for
// by its member compaction is the whole answer.
func (c *conversation) paused(stop string) bool {
	return stop == "pause_turn" || stop == "compaction" && !messages.HasMember(c.subject.Request, "compaction")
}

// nextStage ends the model's turn and gives the turns up to the next one;
// none where there is no next one, or where what is asserted of this one was
// not held. The error says why the conversation cannot go on.
func (c *conversation) nextStage(a *messages.Answer, held bool) ([]payload.JSON, error) {
	next := c.q.Conversation.Next
	switch stop := stopReason(a); {
	case c.stages == len(next):
		return nil, nil
	case !held:
		c.stopped = true
		return nil, nil
	case stop == "refusal", stop == "model_context_window_exceeded":
		return nil, fmt.Errorf("the answer stopped with %s, and the conversation does not go on from that", stop)
	case len(a.Content) == 0:
		return nil, errors.New("the answer has no content, so that the conversation cannot go on from it")
	case blank(a):
		return nil, errors.New("the answer is only white space, which the API takes no conversation on from")
	case usesTool(a):
		return nil, withoutResult(stop)
	}
	stage := next[c.stages]
	c.stages++
	c.prefill = stage.Prefill
	return append([]payload.JSON{a.Turn()}, stage.Turns...), nil
}

func withoutResult(stop string) error {
	return fmt.Errorf("the answer uses a tool and stopped with %s; the conversation cannot go on without the tool's result (tool_results)", stop)
}

// expectedError ends the conversation with an error that the case may be about.
// Assertions on this turn are evaluated; those on later ones
// cannot be.
func (c *conversation) expectedError(ctx context.Context, e *messages.Error) error {
	held, err := c.check(ctx, c.stages+1)
	switch {
	case err != nil:
		return err
	case c.stages == len(c.q.Conversation.Next):
	case !held:
		c.stopped = true
	case c.assertsBehind(c.stages + 1):
		c.sample.Ended = c.at(fmt.Sprintf("no answer came (%s), so that what is asserted of later turns could not be asked", e))
	}
	return nil
}

// assertsBehind reports whether something that decides is asserted of a sampled
// turn behind one.
func (c *conversation) assertsBehind(turn int) bool {
	return slices.ContainsFunc(c.q.Assertions, func(a suite.Assertion) bool { return a.Turn > turn && !a.Warn })
}

// toolResults is the user turn with the results of all tools that an answer
// uses, in their order. One is called after the other, as a tool may depend on
// what another one did.
func (c *conversation) toolResults(ctx context.Context, a *messages.Answer) (results payload.JSON, ended, err error) {
	if err := identified(a); err != nil {
		return payload.JSON{}, err, nil
	}
	var contents []payload.JSON
	turn := []byte(`{"role":"user","content":[`)
	uses := a.Own()
	for i := range uses {
		use := &uses[i]
		if use.Type != "tool_use" {
			continue
		}
		result, ended, err := c.toolResult(ctx, use, len(contents)+1)
		if ended != nil || err != nil {
			return payload.JSON{}, ended, err
		}
		contents = append(contents, result.Content)
		id, err := json.Marshal(use.ID)
		if err != nil {
			return payload.JSON{}, nil, err
		}
		if turn[len(turn)-1] == '}' {
			turn = append(turn, ',')
		}
		turn = fmt.Appendf(turn, `{"type":"tool_result","tool_use_id":%s,"content":%s`, id, result.Content.Text())
		if result.Failed {
			turn = append(turn, `,"is_error":true`...)
		}
		turn = append(turn, '}')
	}
	return payload.JSON{}.With(append(turn, "]}"...), contents...), nil, nil
}

// identified gives an error unless each tool_use block of an answer has an id
// of its own. The API takes no result for one that has none.
func identified(a *messages.Answer) error {
	ids := map[string]bool{}
	uses := a.Own()
	for i := range uses {
		use := &uses[i]
		switch {
		case use.Type != "tool_use":
			continue
		case use.ID == "":
			return fmt.Errorf("the tool_use block of %s has no id, so that it can be given no result", use.Name)
		case ids[use.ID]:
			return fmt.Errorf("two tool_use blocks have the id %q, so that neither can be given its result", use.ID)
		}
		ids[use.ID] = true
	}
	return nil
}

func usesTool(a *messages.Answer) bool {
	return slices.ContainsFunc(a.Own(), func(b messages.Block) bool { return b.Type == "tool_use" })
}

// blank reports whether an answer is only text, and that only white space.
func blank(a *messages.Answer) bool {
	for i := range a.Content {
		if b := &a.Content[i]; b.Type != "text" || strings.TrimSpace(b.Text) != "" {
			return false
		}
	}
	return true
}

// stopReason is why an answer stopped, in words where it does not say.
func stopReason(a *messages.Answer) string {
	if a.StopReason == nil {
		return "no stop_reason"
	}
	return *a.StopReason
}

// check asks the assertions of a sampled turn, or with 0 those of the whole
// conversation, and reports whether all hold that are no warnings. The error
// says that a judge or a check gave no verdict.
func (c *conversation) check(ctx context.Context, turn int) (held bool, err error) {
	var rubrics, checks []int // of the answer by itself
	for i, a := range c.q.Assertions {
		if a.Turn != turn {
			continue
		}
		check, asks := c.q.check(i, c.subject)
		if c.hasTurns() {
			check.Turn = len(c.turns)
		}
		c.sample.Assertions[i] = check
		switch {
		case asks && a.Check != nil:
			checks = append(checks, i)
		case asks && a.Rubric.Over != "":
			c.comparisons = append(c.comparisons, i)
		case asks:
			rubrics = append(rubrics, i)
		case check.Outcome == record.Skip && c.q.conditions[i] != nil && c.q.conditions[i].AsksAnswer():
			c.unmeasured("it was not asked: its when is false for this answer", a.ScoreMetrics()...)
		}
	}
	if err := c.runChecks(ctx, checks); err != nil {
		return false, err
	}
	if len(rubrics) > 0 {
		if err := c.judge(ctx, rubrics, about(c.answer())); err != nil {
			return false, err
		}
	}
	return c.held(turn), nil
}

// answer is the last answer, as a judge is shown it.
func (c *conversation) answer() judge.Answer {
	return judge.Answer{Request: c.subject.Request, Message: c.subject.Exchange.Answer}
}

// held reports whether all assertions of a sampled turn hold that are no
// warnings.
func (c *conversation) held(turn int) bool {
	for i, a := range c.q.Assertions {
		if a.Turn == turn && !a.Warn && c.sample.Assertions[i].Outcome == record.Fail {
			return false
		}
	}
	return true
}

// end decides the sample once the conversation is over, but for what is to be
// compared. One that was cut short fails: what the case is about did not come.
// The error says that a judge gave no verdict.
func (c *conversation) end(ctx context.Context) error {
	if c.stopped || c.sample.Ended != "" {
		c.decide(true)
		c.sample.Outcome = record.Fail
		return nil
	}
	c.whole = true
	if _, err := c.check(ctx, 0); err != nil {
		return err
	}
	c.measure(c.subject)
	if len(c.comparisons) == 0 {
		c.decide(false)
	}
	return nil
}
