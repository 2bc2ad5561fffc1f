package suite

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/suite/internal/template"
)

// ErrOffRecording is the error of a tool's call that was not recorded, where
// results are recorded ones: what the tool would have answered is not known,
// and so nothing is known of the model.
var ErrOffRecording = errors.New("the call was not recorded")

// offRecording is an ErrOffRecording in words.
type offRecording string

func (e offRecording) Error() string        { return string(e) }
func (e offRecording) Is(target error) bool { return target == ErrOffRecording }

// ToolCalls are the calls of tools in one conversation, which their results
// depend on. The zero value has no results. It is for one goroutine.
type ToolCalls struct {
	results *ToolResults
	made    map[string]int // of each tool, and of each recorded input
}

// Calls begins a conversation.
func (t *ToolResults) Calls() *ToolCalls { return &ToolCalls{results: t, made: map[string]int{}} }

// Answer gives the result of the next call of a tool. The error says why the
// tool cannot be answered; it is about the model's use of it, which may be what
// is wrong, unless it is ErrOffRecording.
func (c *ToolCalls) Answer(tool string, input json.RawMessage) (ToolResult, error) {
	if len(input) == 0 { // as some servers have it where a tool takes nothing
		input = json.RawMessage("{}")
	}
	answers, known := c.results.tools[tool]
	switch {
	case known && answers.recorded != nil:
		return c.recorded(tool, answers, input)
	case known:
		return c.results.result(tool, c.next(tool, answers.calls), input)
	case c.results.isRecording():
		return ToolResult{}, offRecording("the model used the tool " + diagnostic.Quote(tool) + ", of which no call was recorded")
	}
	return ToolResult{}, fmt.Errorf("the model used the tool %s, which tool_results does not answer: it has %s",
		diagnostic.Quote(tool), diagnostic.Or(slices.Sorted(maps.Keys(c.results.tools))))
}

// Has reports whether there is an answer to a call of a tool.
func (c *ToolCalls) Has(tool string, input json.RawMessage) bool {
	answers, known := c.results.tools[tool]
	if !known || answers.recorded == nil || len(answers.calls) > 0 {
		return known
	}
	if len(input) == 0 {
		input = json.RawMessage("{}")
	}
	canonical, err := exactjson.Canonical(input)
	return err == nil && len(answers.recorded[string(canonical)]) > 0
}

// next gives the answer to the next call that is counted under a name, of
// several for one after the other.
func (c *ToolCalls) next(name string, calls []toolAnswer) toolAnswer {
	c.made[name]++
	return calls[min(c.made[name], len(calls))-1]
}

// recorded gives the recorded result of a call, or what else the suite has for it.
func (c *ToolCalls) recorded(tool string, answers toolAnswers, input json.RawMessage) (ToolResult, error) {
	canonical, err := exactjson.Canonical(input)
	calls := answers.recorded[string(canonical)]
	switch {
	case err == nil && len(calls) > 0:
		return c.results.result(tool, c.next(strconv.Quote(tool)+string(canonical), calls), input)
	case len(answers.calls) > 0:
		return c.results.result(tool, c.next(tool, answers.calls), input)
	}
	called := fmt.Sprintf("the model called the tool %s with %s, ", diagnostic.Quote(tool), wording.Ends(string(input), maxShownInput))
	if len(answers.recorded) == 0 {
		return ToolResult{}, offRecording(called + "and no call of it was recorded")
	}
	return ToolResult{}, offRecording(called + "which was not recorded; recorded with " + answers.inputs())
}

// isRecording reports whether results are recorded ones.
func (t *ToolResults) isRecording() bool {
	for _, answers := range t.tools {
		if answers.recorded != nil {
			return true
		}
	}
	return false
}

// inputs shows with what the tool was called.
func (a toolAnswers) inputs() string {
	const shown = 3
	inputs := slices.Sorted(maps.Keys(a.recorded))
	var parts []string
	for _, input := range inputs[:min(shown, len(inputs))] {
		parts = append(parts, wording.Ends(input, maxShownInput))
	}
	if more := len(inputs) - shown; more > 0 {
		parts = append(parts, fmt.Sprintf("%d more", more))
	}
	return strings.Join(parts, ", ")
}

// readRecorded reads {recorded: [{input, result}, …], otherwise: …}.
func readRecorded(ts *template.Set, v *Value, diags *diagnostic.List) (out toolTemplates) {
	out.recorded = []recordedCall{}
	for _, m := range v.Members {
		switch m.Key {
		case "recorded":
			if m.Value.Kind != List {
				diags.Add(m.Value.Diagnostic("recorded is "+m.Value.Describe()+", expected a list of {input: …, result: …}", ""))
				continue
			}
			for _, entry := range m.Value.Items {
				if call, ok := readRecordedCall(ts, entry, diags); ok {
					out.recorded = append(out.recorded, call)
				}
			}
		case "otherwise":
			out.calls = readToolCalls(ts, "otherwise", m.Value, diags)
		default:
			diags.Add(m.Diagnostic("unknown key "+diagnostic.Quote(m.Key)+", expected recorded or otherwise"+diagnostic.DidYouMean(m.Key, []string{"recorded", "otherwise"}), ""))
		}
	}
	return out
}

// recordedCall is a call as written, with the result that it had.
type recordedCall struct {
	input  *Value
	result toolTemplate
}

func readRecordedCall(ts *template.Set, entry *Value, diags *diagnostic.List) (recordedCall, bool) {
	input, hasInput := entry.Member("input")
	result, hasResult := entry.Member("result")
	if entry.Kind != Map || len(entry.Members) != 2 || !hasInput || !hasResult {
		diags.Add(entry.Diagnostic("a recorded call is "+entry.Describe()+", expected a map of the keys input and result",
			"as in `{input: {city: Rome}, result: 18 degrees}`"))
		return recordedCall{}, false
	}
	ts.Compile(input.Value)
	form, ok := readToolForm(ts, result.Value, diags)
	return recordedCall{input.Value, form}, ok
}

// make fills a call in, and gives its input in canonical form.
func (r recordedCall) make(sc *template.Scope, n *normalizer) (string, toolAnswer) {
	input, _ := sc.Render(r.input) // what is wrong is reported there
	canonical, err := exactjson.Canonical(input.Encode().Text())
	if err != nil {
		n.diags.Add(input.Diagnostic("the input is no JSON: "+err.Error(), ""))
	}
	return string(canonical), r.result.make(sc, n)
}
