package suite

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/suite/internal/source"
	"github.com/evalrun/evalrun/suite/internal/template"
	"github.com/evalrun/evalrun/suite/internal/work"
)

// ToolResults answers the tools that the model uses. It never changes and is
// safe for concurrent use.
type ToolResults struct {
	tools map[string]toolAnswers // by the tool's name
	vars  map[string]any
}

// toolAnswers answer one tool.
type toolAnswers struct {
	// calls answer one call after the other; the last one repeats. Where
	// results are recorded they answer the calls that were not.
	calls []toolAnswer
	// recorded are results by the call's canonical input, for one call with it
	// after the other; nil where none are recorded.
	recorded map[string][]toolAnswer
}

// toolAnswer answers one call: content as it is sent, or a program that makes
// it.
type toolAnswer struct {
	content payload.JSON
	failed  bool
	program *exprlang.Program
}

// maxShownInput is how much of an input an error shows, in characters.
const maxShownInput = 200

// ToolResult is what goes back to the model.
type ToolResult struct {
	// Content is a JSON string or a JSON list of blocks.
	Content payload.JSON
	// Failed is set where the tool failed: is_error.
	Failed bool
}

// result is what a call is answered with.
func (t *ToolResults) result(tool string, a toolAnswer, input json.RawMessage) (ToolResult, error) {
	if a.program == nil {
		return ToolResult{Content: a.content, Failed: a.failed}, nil
	}
	content, err := t.compute(a.program, input)
	if err != nil {
		return ToolResult{}, fmt.Errorf("the result of the tool %s cannot be computed from the input %s: %w", diagnostic.Quote(tool), wording.Ends(string(input), maxShownInput), err)
	}
	return ToolResult{Content: content}, nil
}

// contents are the results that are not computed.
func (t *ToolResults) contents() []payload.JSON {
	var out []payload.JSON
	for _, answers := range t.tools {
		for _, call := range answers.calls {
			out = append(out, call.content)
		}
		for _, calls := range answers.recorded {
			for _, call := range calls {
				out = append(out, call.content)
			}
		}
	}
	return out
}

// compute evaluates an expression over the input: text is the result as it
// is, all else as JSON.
func (t *ToolResults) compute(program *exprlang.Program, input json.RawMessage) (payload.JSON, error) {
	value, err := exprlang.DecodeJSON(string(input))
	if err != nil {
		return payload.JSON{}, err
	}
	result, err := program.Run(map[string]any{"input": value, "vars": t.vars})
	if err != nil {
		return payload.JSON{}, err
	}
	v, err := source.FromNative(result)
	if err != nil {
		return payload.JSON{}, err
	}
	return resultText(v), nil
}

// resultText is the value as the text of a tool's result, as a JSON string.
func resultText(v *Value) payload.JSON {
	text := v.Text
	if v.Kind != String {
		text = v.Encode().String()
	}
	return payload.New(exprlang.AppendJSONString(nil, text))
}

// toolsTemplate is tool_results with its expressions compiled.
type toolsTemplate struct {
	keys  []Member
	tools map[string]toolTemplates
}

// toolTemplates are toolAnswers as written.
type toolTemplates struct {
	calls    []toolTemplate
	recorded []recordedCall // nil where none are recorded
}

// toolTemplate is one form of a result as written. program is set where it is an
// expression.
type toolTemplate struct {
	value   *Value
	kind    string // text or one of the keys in toolForms
	program *exprlang.Program
}

// toolForms are the keys of a result that is no text.
var toolForms = []string{"content", "expr", "error"}

// readTools reads tool_results and compiles what it holds.
func readTools(ts *template.Set, v *Value, diags *diagnostic.List) *toolsTemplate {
	out := &toolsTemplate{keys: v.Members, tools: map[string]toolTemplates{}}
	if len(v.Members) == 0 {
		diags.Add(v.Diagnostic("tool_results is empty, expected what a tool answers under its name", ""))
	}
	for _, m := range v.Members {
		if _, recorded := m.Value.Member("recorded"); recorded {
			out.tools[m.Key] = readRecorded(ts, m.Value, diags)
			continue
		}
		out.tools[m.Key] = toolTemplates{calls: readToolCalls(ts, "the tool "+diagnostic.Quote(m.Key), m.Value, diags)}
	}
	return out
}

// readToolCalls reads a result, or a list of one for each call.
func readToolCalls(ts *template.Set, what string, v *Value, diags *diagnostic.List) []toolTemplate {
	calls := []*Value{v}
	if v.Kind == List {
		calls = v.Items
	}
	if len(calls) == 0 {
		diags.Add(v.Diagnostic(what+" has no result", ""))
	}
	var out []toolTemplate
	for _, call := range calls {
		if form, ok := readToolForm(ts, call, diags); ok {
			out = append(out, form)
		}
	}
	return out
}

// readToolForm reads what one call of a tool is answered with.
func readToolForm(ts *template.Set, v *Value, diags *diagnostic.List) (toolTemplate, bool) {
	switch {
	case v.Kind == Null || v.Kind == List:
		diags.Add(v.Diagnostic("a tool's result is "+v.Describe()+", expected text or a map with one of "+diagnostic.Or(toolForms), ""))
		return toolTemplate{}, false
	case v.Kind != Map:
		ts.Compile(v)
		return toolTemplate{value: v, kind: "text"}, true
	case len(v.Members) != 1 || !slices.Contains(toolForms, v.Members[0].Key):
		diags.Add(v.Diagnostic("a tool's result is a map, expected exactly one of the keys "+diagnostic.Or(toolForms),
			"a result that is JSON is written as text, or read with `\"{{ data('result.json') }}\"`"))
		return toolTemplate{}, false
	}
	form := toolTemplate{value: v.Members[0].Value, kind: v.Members[0].Key}
	if form.kind == "expr" {
		form.program = compileToolExpr(ts, form.value, diags)
		return form, form.program != nil
	}
	if k := form.value.Kind; k == Map || k == Null {
		diags.Add(form.value.Diagnostic(form.kind+" is "+form.value.Describe()+", expected text or a list of blocks", ""))
		return toolTemplate{}, false
	}
	ts.Compile(form.value)
	return form, true
}

// compileToolExpr compiles an expression over a tool's input; nil where it is
// wrong.
func compileToolExpr(ts *template.Set, v *Value, diags *diagnostic.List) *exprlang.Program {
	wrong := len(*diags)
	e, _ := readExpr("expr", v, diags)
	if len(*diags) > wrong || !ts.Work().Spend(work.CompileSteps) {
		return nil
	}
	env := exprlang.NewEnv()
	env.Var("input", exprlang.Any)
	env.Var("vars", ts.VarsType())
	program, err := exprlang.Compile(e.Text, env)
	if err != nil {
		found := exprlang.AsError(err)
		diags.Add(e.Diagnostic(found.Offset, found.Length, found.Message, found.Hint))
		return nil
	}
	return program
}

// make fills the results in for one case.
func (tp *toolsTemplate) make(sc *template.Scope, n *normalizer, body *Value) *ToolResults {
	out := &ToolResults{tools: map[string]toolAnswers{}, vars: sc.Variables()}
	for _, m := range tp.keys {
		tp.checkName(m, body, n.diags)
		out.tools[m.Key] = tp.tools[m.Key].make(sc, n)
	}
	return out
}

func (tp toolTemplates) make(sc *template.Scope, n *normalizer) (out toolAnswers) {
	for _, form := range tp.calls {
		out.calls = append(out.calls, form.make(sc, n))
	}
	if tp.recorded == nil {
		return out
	}
	out.recorded = map[string][]toolAnswer{}
	for _, call := range tp.recorded {
		input, answer := call.make(sc, n)
		out.recorded[input] = append(out.recorded[input], answer)
	}
	return out
}

// appendDigest adds what the tools answer. An expression may read any of the
// variables.
func (t *ToolResults) appendDigest(add func(part []byte)) {
	computed := false
	addCalls := func(calls []toolAnswer) {
		for _, call := range calls {
			switch {
			case call.program != nil:
				computed = true
				add([]byte("expr " + call.program.Source()))
			case call.failed:
				add([]byte("error " + string(call.content.Text())))
			default:
				add([]byte("content " + string(call.content.Text())))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(t.tools)) {
		add([]byte("tool " + name))
		addCalls(t.tools[name].calls)
		if t.tools[name].recorded != nil {
			add([]byte("recorded"))
		}
		for _, input := range slices.Sorted(maps.Keys(t.tools[name].recorded)) {
			add([]byte("input " + input))
			addCalls(t.tools[name].recorded[input])
		}
	}
	if !computed {
		return
	}
	vars, err := json.Marshal(t.vars)
	if err != nil { // not a number, in a variable that no JSON has
		vars = fmt.Append(nil, t.vars)
	}
	add(vars)
}

// checkName reports a name that is probably one of the request's tools,
// misspelt.
func (tp *toolsTemplate) checkName(m Member, body *Value, diags *diagnostic.List) {
	names := toolNames(body)
	if slices.Contains(names, m.Key) {
		return
	}
	if meant := diagnostic.DidYouMean(m.Key, names); meant != "" {
		diags.Add(m.Diagnostic("the request has no tool "+diagnostic.Quote(m.Key)+meant, ""))
	}
}

// make fills one result in.
func (f toolTemplate) make(sc *template.Scope, n *normalizer) toolAnswer {
	if f.program != nil {
		return toolAnswer{program: f.program}
	}
	v, _ := sc.Render(f.value) // what is wrong is reported there
	out := toolAnswer{failed: f.kind == "error"}
	if f.kind != "text" && v.Kind == List {
		out.content = n.blocks(v, false).Encode()
		return out
	}
	out.content = resultText(v)
	return out
}
