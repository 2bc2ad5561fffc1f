package evaltest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/internal/tools"
)

// Answer is what a check is asked about.
type Answer struct {
	Suite   string            `json:"suite"`
	Case    string            `json:"case"`
	Variant map[string]string `json:"variant"` // axis to label
	Sample  int               `json:"sample"`  // from 1
	// Vars are the case's variables.
	Vars map[string]json.RawMessage `json:"vars"`
	// System and Messages are of the last request; System is nil where there is none.
	System   json.RawMessage `json:"system"`
	Messages json.RawMessage `json:"messages"`
	// Raw is the last answer, as the API gave it.
	Raw json.RawMessage `json:"answer"`
	// Turns are all answers of the conversation, in order.
	Turns     []json.RawMessage `json:"turns"`
	ToolCalls []ToolCall        `json:"tool_calls"`
	// With is what the suite says; {} where it says nothing.
	With json.RawMessage `json:"with"`
}

// ToolCall is a tool that the model used, in a turn from 1.
type ToolCall struct {
	Turn  int             `json:"turn"`
	Name  string          `json:"name"`
	Input json.RawMessage `json:"input"`
}

// Text is the text of all text blocks of the last answer, joined.
func (a *Answer) Text() string {
	var raw struct {
		Content []struct {
			Type string `json:"type"`
			Text string `json:"text"`
		} `json:"content"`
	}
	if exactjson.Unmarshal(a.Raw, &raw) != nil {
		return ""
	}
	var text strings.Builder
	for _, block := range raw.Content {
		if block.Type == "text" {
			text.WriteString(block.Text)
		}
	}
	return text.String()
}

// Verdict is what a check decides about an answer.
type Verdict struct {
	// Pass reports whether the answer passes. Where the suite has min_score the
	// score decides instead.
	Pass bool
	// Score is 0 to 1; nil for none. The suite's min_score needs one.
	Score *float64
	// Reason is one sentence, which a failure shows.
	Reason string
	// Metrics are numbers by name; those that the suite names become metrics.
	Metrics map[string]float64
}

// checker has the functions of the test decide.
type checker struct {
	functions functions[CheckFunc]
	within    time.Duration
}

var _ runner.Checker = checker{}

// Check asks a check.
func (c checker) Check(ctx context.Context, name string, request []byte) (tools.Verdict, error) {
	f := c.functions[name]
	if f == nil {
		return tools.Verdict{}, fmt.Errorf("is not given to evaltest.Run")
	}
	var asked Answer
	if err := exactjson.Unmarshal(request, &asked); err != nil {
		return tools.Verdict{}, fmt.Errorf("cannot be asked: %w", err)
	}
	got := call(ctx, c.within, func(ctx context.Context) (Verdict, error) { return f(ctx, &asked) })
	switch {
	case got.broken != nil:
		return tools.Verdict{}, got.broken
	case got.err != nil:
		return tools.Verdict{}, fmt.Errorf("gave the error: %w", got.err)
	}
	v := tools.Verdict{Pass: &got.value.Pass, Score: got.value.Score, Reason: got.value.Reason, Metrics: got.value.Metrics}
	return v, v.Check()
}

// missing reports the checks that a plan asks for and that there are no functions for.
func (c checker) missing(plan *runner.Plan) error {
	var all diagnostic.List
	for _, asked := range plan.ChecksWithout(c.functions.names()) {
		all.Add(asked.Diagnostic(
			fmt.Sprintf("no function is given for the check %s%s", diagnostic.Quote(asked.Name), diagnostic.DidYouMean(asked.Name, c.functions.names())),
			fmt.Sprintf("give one to evaltest.Run: evaltest.Check(%s, func(ctx context.Context, a *evaltest.Answer) (evaltest.Verdict, error) { … })", diagnostic.Quote(asked.Name))))
	}
	return all.Err()
}
