package evaltest

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/internal/tools"
	"github.com/evalrun/evalrun/suite"
)

// toolbox has the functions of the test answer calls of tools.
type toolbox struct {
	functions functions[ToolFunc]
	within    time.Duration
}

var (
	_ suite.ToolSource  = toolbox{}
	_ runner.ToolCaller = toolbox{}
)

// Definitions gives the tool of a function, which suites are to define.
func (b toolbox) Definitions(name string) ([]suite.ToolDefinition, bool, error) {
	if b.functions[name] == nil {
		return nil, false, diagnostic.Diagnostic{
			Message: fmt.Sprintf("no function is given for the tool %s%s", diagnostic.Quote(name), diagnostic.DidYouMean(name, b.functions.names())),
			Hint:    fmt.Sprintf("give one to evaltest.Run: evaltest.Tool(%s, func(ctx context.Context, input json.RawMessage) (string, error) { … })", diagnostic.Quote(name)),
		}
	}
	return []suite.ToolDefinition{{Name: name}}, true, nil
}

// Sample gives the calls of a sample; none has anything of its own.
func (b toolbox) Sample([]string) tools.Caller { return b }

// Close has nothing to end.
func (b toolbox) Close() {}

// Call calls a tool.
func (b toolbox) Call(ctx context.Context, from, _ string, input json.RawMessage) (tools.Result, error) {
	f := b.functions[from]
	if f == nil {
		return tools.Result{}, fmt.Errorf("is not given to evaltest.Run")
	}
	got := call(ctx, b.within, func(ctx context.Context) (string, error) { return f(ctx, input) })
	text := got.value
	if got.err != nil {
		text = got.err.Error()
	}
	switch {
	case got.broken != nil:
		return tools.Result{}, got.broken
	case len(text) > maxToolAnswer:
		return tools.Result{}, fmt.Errorf("gave more than %d bytes", maxToolAnswer)
	case !utf8.ValidString(text):
		return tools.Result{}, fmt.Errorf("gave what is no UTF-8")
	case got.err != nil && text == "": // the API takes no error without a text
		text = "the tool failed"
	}
	return tools.Result{Content: exactjson.Quote(text), Failed: got.err != nil}, nil
}

// maxToolAnswer bounds what a tool answers, in bytes.
const maxToolAnswer = 1 << 20

// caller calls the tools; nil without functions.
func (b toolbox) caller() runner.ToolCaller {
	if len(b.functions) == 0 {
		return nil
	}
	return b
}
