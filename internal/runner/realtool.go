package runner

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/internal/tools"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// ToolCaller really calls the tools that suites take by tools_from, of several
// samples at once. Errors of its calls say what went wrong with a tool, which is then
// an error of the sample.
type ToolCaller interface {
	// Sample gives the calls of one sample, to what its suite names.
	Sample(from []string) tools.Caller
}

// realTools are the calls of one conversation to tools that are really run.
type realTools struct {
	recorded map[string][]*record.ToolCall // by callKey, those that no call took yet
	caller   tools.Caller                  // nil before the first that is made
}

// close ends what ran for the sample alone.
func (r *realTools) close() {
	if r.caller != nil {
		r.caller.Close()
	}
}

// maxCallShown is how much of a call's input an error shows, in characters.
const maxCallShown = 200

// callKey names calls that are equal.
func callKey(tool string, input json.RawMessage) string { return tool + "\x00" + string(input) }

// canonical is the input of a call as it is recorded. A model may have written none.
func canonical(input json.RawMessage) json.RawMessage {
	if len(input) == 0 {
		return json.RawMessage("{}")
	}
	if text, err := exactjson.Canonical(input); err == nil {
		return text
	}
	return exactjson.Quote(string(input))
}

// toolResult answers the n-th call of the last answer: what is recorded comes first,
// then the suite's tool_results, then the tool itself. ended says why the
// conversation cannot go on from it.
func (c *conversation) toolResult(ctx context.Context, use *messages.Block, n int) (result suite.ToolResult, ended, err error) {
	from, outside := c.q.Conversation.Outside.Of(use.Name)
	if !outside {
		result, ended = c.suiteResult(use)
		return result, ended, nil
	}
	call := record.ToolCall{ID: c.q.id(), Sample: c.number, Turn: len(c.turns), Call: n, From: from, Name: use.Name, Input: canonical(use.Input)}
	known, err := c.recordedCall(&call)
	switch {
	case err != nil:
		return result, nil, err
	case known != nil:
		return resultOf(known), nil, c.keepCall(call, known)
	case c.suiteAnswers(use):
		result, ended = c.suiteResult(use)
		return result, ended, nil
	}
	if err := c.reallyCall(ctx, &call); err != nil {
		return result, nil, err
	}
	c.run.write(call)
	return resultOf(&call), nil, nil
}

// resultOf is what the model gets for a call.
func resultOf(call *record.ToolCall) suite.ToolResult {
	return suite.ToolResult{Content: payload.New(call.Content), Failed: call.IsError}
}

// suiteResult answers a call by tool_results.
func (c *conversation) suiteResult(use *messages.Block) (suite.ToolResult, error) {
	if c.q.Conversation.Tools == nil {
		return suite.ToolResult{}, fmt.Errorf("the model used the tool %q, which nothing that tools_from names has", use.Name)
	}
	return c.suiteCalls().Answer(use.Name, use.Input)
}

// suiteAnswers reports whether tool_results have an answer to a call.
func (c *conversation) suiteAnswers(use *messages.Block) bool {
	return c.q.Conversation.Tools != nil && c.suiteCalls().Has(use.Name, use.Input)
}

func (c *conversation) suiteCalls() *suite.ToolCalls {
	if c.calls == nil {
		c.calls = c.q.Conversation.Tools.Calls()
	}
	return c.calls
}

// recordedCall takes the next recorded call that is equal; nil where there is none.
func (c *conversation) recordedCall(call *record.ToolCall) (*record.ToolCall, error) {
	if c.run.opts.Answers == nil {
		return nil, nil
	}
	if c.real.recorded == nil {
		all, err := c.run.opts.Answers.ToolCalls(call.ID, call.Sample)
		if err != nil {
			return nil, err
		}
		c.real.recorded = map[string][]*record.ToolCall{}
		for _, known := range all {
			key := callKey(known.Name, known.Input)
			c.real.recorded[key] = append(c.real.recorded[key], known)
		}
	}
	key := callKey(call.Name, call.Input)
	left := c.real.recorded[key]
	if len(left) == 0 {
		return nil, nil
	}
	c.real.recorded[key] = left[1:]
	return left[0], nil
}

// keepCall writes a call that a record answered, unless it is there in its place
// already.
func (c *conversation) keepCall(call record.ToolCall, known *record.ToolCall) error {
	if !json.Valid(known.Content) {
		return noVerdict{&record.Error{Type: record.OffRecording, Message: fmt.Sprintf("the recorded result of %s is no JSON", shown(&call))}}
	}
	if c.run.opts.Resumed && known.Turn == call.Turn && known.Call == call.Call {
		return nil
	}
	call.Content, call.IsError, call.MS = known.Content, known.IsError, known.MS
	c.run.write(call)
	return nil
}

// shown describes a call.
func shown(call *record.ToolCall) string {
	return fmt.Sprintf("the call of %q with %s", call.Name, wording.Ends(string(call.Input), maxCallShown))
}

// reallyCall has the tool itself answer.
func (c *conversation) reallyCall(ctx context.Context, call *record.ToolCall) error {
	if c.run.opts.Tools == nil {
		return noVerdict{&record.Error{Type: record.OffRecording, Message: fmt.Sprintf("%s is not in the record, and nothing else may answer it", shown(call))}}
	}
	defer c.memory.Pause()()
	began := c.run.now()
	if c.real.caller == nil {
		c.real.caller = c.run.opts.Tools.Sample(c.q.Conversation.Outside.From)
	}
	result, err := c.real.caller.Call(ctx, call.From, call.Name, call.Input)
	switch {
	case err != nil && ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return toolFailed(fmt.Sprintf("the tool %q of %q %v", call.Name, call.From, err))
	}
	call.Content, call.IsError = result.Content, result.Failed
	call.MS = milliseconds(c.run.now().Sub(began))
	return nil
}

// toolFailed is the error of a sample whose tool did not answer as it should.
func toolFailed(message string) noVerdict {
	return noVerdict{&record.Error{Type: record.ToolFailed, Message: wording.Start(message, maxReason)}}
}
