package runner

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/fault"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/tools"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// Checker asks the checks that the user's file of tools names. It is called from
// many goroutines at once. request is a JSON object on one line. The error says
// what went wrong with the check, which is then an error of the sample.
type Checker interface {
	Check(ctx context.Context, name string, request []byte) (tools.Verdict, error)
}

// ChecksWithout lists the checks that the plan asks for and that are not among
// the names, each at its first place.
func (p *Plan) ChecksWithout(names []string) []*suite.Check {
	var out []*suite.Check
	for _, name := range slices.Sorted(maps.Keys(p.checks)) {
		if !slices.Contains(names, name) {
			out = append(out, p.checks[name])
		}
	}
	return out
}

// countChecks notes the checks of a case.
func (p *Plan) countChecks(c *suite.Case) {
	for _, a := range c.Assertions {
		if a.Check == nil || p.checks[a.Check.Name] != nil {
			continue
		}
		if p.checks == nil {
			p.checks = map[string]*suite.Check{}
		}
		p.checks[a.Check.Name] = a.Check
	}
}

// runChecks asks checks side by side and puts their verdicts into the sample. The
// error is a noVerdict, or says that the sample was broken off.
func (c *conversation) runChecks(ctx context.Context, indices []int) error {
	if len(indices) == 0 {
		return nil
	}
	verdicts, errs := make([]tools.Verdict, len(indices)), make([]error, len(indices))
	var asked sync.WaitGroup
	resume := c.memory.Pause()
	for k, i := range indices {
		asked.Go(func() {
			defer fault.Catch()
			verdicts[k], errs[k] = c.runCheck(ctx, i)
		})
	}
	asked.Wait()
	resume()
	for k, i := range indices {
		var none noVerdict
		switch {
		case errs[k] == nil:
			c.decideBy(i, verdicts[k])
		case c.q.Assertions[i].Warn && errors.As(errs[k], &none):
			c.unscored(i, none)
		default:
			return errs[k]
		}
	}
	return nil
}

// runCheck asks one check. Without a Checker what the record has of it counts.
func (c *conversation) runCheck(ctx context.Context, i int) (tools.Verdict, error) {
	check, out := c.q.Assertions[i].Check, &c.sample.Assertions[i]
	request, err := c.checkRequest(check)
	if err != nil {
		return tools.Verdict{}, noVerdict{&record.Error{Type: record.CheckFailed, Message: err.Error()}}
	}
	sum := sha256.Sum256(request)
	out.By, out.Input = record.ByCheck+check.Name, hex.EncodeToString(sum[:16])
	if c.run.opts.Checks == nil {
		return c.recordedVerdict(*out)
	}
	c.mu.Lock()
	v, known := c.checked[sum]
	c.mu.Unlock()
	if known {
		return v, nil
	}
	v, err = c.run.opts.Checks.Check(ctx, check.Name, request)
	switch {
	case err != nil && ctx.Err() != nil:
		return v, ctx.Err()
	case err == nil && check.MinScore != nil && v.Score == nil:
		err = errors.New("answered without a score, and min_score asks for one")
	case err == nil && check.MinScore == nil && v.Pass == nil:
		err = errors.New("answered without pass, and there is no min_score for its score")
	}
	if err != nil {
		err = noVerdict{&record.Error{Type: record.CheckFailed, Message: wording.Start(fmt.Sprintf("the check %q %v", check.Name, err), maxReason)}}
	}
	if err == nil {
		c.keepVerdict(sum, v)
	}
	return v, err
}

// keepVerdict keeps the verdict of a check for the rounds to come, if there are any.
func (c *conversation) keepVerdict(asked [sha256.Size]byte, v tools.Verdict) {
	if c.run.opts.Round == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.checked == nil {
		c.checked = verdicts{}
	}
	c.checked[asked] = v
}

// recordedVerdict is what the record has of a check that was asked the same.
func (c *conversation) recordedVerdict(asked record.Check) (tools.Verdict, error) {
	if c.run.opts.Answers != nil {
		s, err := c.run.opts.Answers.Sample(c.q.id(), c.number)
		if err != nil {
			return tools.Verdict{}, err
		}
		for _, known := range assertionsOf(s) {
			if known.By == asked.By && known.Input == asked.Input && (known.Outcome == record.Pass || known.Outcome == record.Fail) {
				pass := known.Outcome == record.Pass
				return tools.Verdict{Pass: &pass, Score: known.Score, Reason: known.Why, Metrics: c.recordedMetrics(s, asked.I)}, nil
			}
		}
	}
	return tools.Verdict{}, noVerdict{&record.Error{
		Type:    messages.ErrNotRecorded,
		Message: fmt.Sprintf("the record has no outcome of the check %q for this answer; name the file that has it with --tools FILE", c.q.Assertions[asked.I].Check.Name),
	}}
}

func assertionsOf(s *record.Sample) []record.Check {
	if s == nil {
		return nil
	}
	return s.Assertions
}

// recordedMetrics are the numbers that a check gave in a recorded sample.
func (c *conversation) recordedMetrics(s *record.Sample, i int) map[string]float64 {
	a := c.q.Assertions[i]
	out := map[string]float64{}
	for _, name := range a.Check.Metrics {
		if v, ok := s.Metrics[a.Name+"."+name]; ok {
			out[name] = v
		}
	}
	return out
}

// decideBy gives an assertion the outcome that its check gave.
func (c *conversation) decideBy(i int, v tools.Verdict) {
	a, out := &c.q.Assertions[i], &c.sample.Assertions[i]
	pass := v.Pass != nil && *v.Pass
	if least := a.Check.MinScore; least != nil {
		pass = *v.Score >= *least
	}
	out.Outcome = record.Fail
	if pass {
		out.Outcome = record.Pass
	}
	out.Score, out.Why = v.Score, wording.Start(v.Reason, maxReason)
	names := a.ScoreMetrics()
	if len(names) == 0 {
		return
	}
	if v.Score != nil {
		c.measured(names[0], *v.Score)
	} else {
		c.unmeasured("the check gave no score", names[0])
	}
	for k, name := range a.Check.Metrics {
		if value, ok := v.Metrics[name]; ok {
			c.measured(names[k+1], value)
		} else {
			c.unmeasured("the check did not give "+name, names[k+1])
		}
	}
}

// checkInput is what a check is asked, as docs/checks.md has it.
type checkInput struct {
	Check     string                     `json:"check"`
	Suite     string                     `json:"suite"`
	Case      string                     `json:"case"`
	Variant   map[string]string          `json:"variant"`
	Sample    int                        `json:"sample"`
	Vars      map[string]json.RawMessage `json:"vars"`
	System    json.RawMessage            `json:"system,omitempty"`
	Messages  json.RawMessage            `json:"messages"`
	Answer    json.RawMessage            `json:"answer"`
	Turns     []json.RawMessage          `json:"turns"`
	ToolCalls []toolCall                 `json:"tool_calls"`
	With      json.RawMessage            `json:"with"`
}

// toolCall is a tool that the model used, in a turn from 1.
type toolCall struct {
	Turn  int             `json:"turn"`
	Name  string          `json:"name"`
	Input json.RawMessage `json:"input"`
}

// checkRequest is a JSON object on one line about the conversation so far. What
// was measured is not a part of it, so that a replay asks the same.
func (c *conversation) checkRequest(check *suite.Check) ([]byte, error) {
	var body struct {
		System   json.RawMessage `json:"system"`
		Messages json.RawMessage `json:"messages"`
	}
	if err := exactjson.Unmarshal([]byte(c.subject.Request.String()), &body); err != nil {
		return nil, err
	}
	in := checkInput{
		Check: check.Name, Suite: c.q.Suite.Name, Case: c.q.Name, Variant: c.q.Axes, Sample: c.number,
		Vars: map[string]json.RawMessage{}, System: body.System, Messages: body.Messages, Answer: c.subject.Exchange.Answer.Raw,
		ToolCalls: []toolCall{}, With: check.With,
	}
	if in.Variant == nil {
		in.Variant = map[string]string{}
	}
	if in.With == nil {
		in.With = json.RawMessage("{}")
	}
	for name := range c.q.Vars {
		if value := c.q.VariableJSON(name); value != nil {
			in.Vars[name] = value
		}
	}
	for n, turn := range c.turns {
		if turn.Exchange.Answer == nil {
			continue
		}
		in.Turns = append(in.Turns, turn.Exchange.Answer.Raw)
		for _, block := range turn.Exchange.Answer.Content {
			if block.Type == "tool_use" {
				in.ToolCalls = append(in.ToolCalls, toolCall{n + 1, block.Name, block.Input})
			}
		}
	}
	text, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	var line bytes.Buffer
	err = json.Compact(&line, text)
	return line.Bytes(), err
}
