package migrate

import (
	"fmt"
	"slices"

	"github.com/evalrun/evalrun/suite"
)

// toolChoice asks for a tool in words where the model cannot be forced, and has the
// tool's input follow its schema where it can.
func (w *work) toolChoice() {
	choice := w.get("tool_choice")
	kind := textOf(choice.Get("type"))
	if kind != "any" && kind != "tool" {
		return
	}
	reason := w.id + " cannot be forced to use a tool"
	if w.budgeted() {
		reason = "with a budget of thinking no tool can be forced"
	} else if !refuses(w.new.ForcedToolChoice) {
		return
	}
	name := textOf(choice.Get("name"))
	w.replace(choice, "/tool_choice", "type", text("auto"), reason, sourceMigration)
	if choice.Get("name") != nil {
		w.remove(choice, "/tool_choice", "name", "auto names no tool", sourceMigration)
	}
	instruction := "Answer by using one of your tools."
	if name != "" {
		instruction = fmt.Sprintf("Answer by using the tool %s.", name)
	}
	w.instruct(instruction, "in the place of tool_choice "+kind, sourceMigration)
	for i, tool := range items(w.get("tools")) {
		if own := textOf(tool.Get("name")); own != "" && (name == "" || name == own) {
			w.strict(tool, i, own)
		}
	}
}

// strict has the input of a tool always follow its schema, if that is such as
// structured outputs take. What it lacks for that is noted.
func (w *work) strict(tool *suite.Value, i int, name string) {
	schema := tool.Get("input_schema")
	switch kind := textOf(tool.Get("type")); {
	case kind != "" && kind != "custom", schema == nil, tool.Get("strict") != nil:
	case !w.opts.Loose && isClosed(schema) && !tool.IsComputed():
		w.put(tool, fmt.Sprintf("/tools/%d", i), "strict", &suite.Value{Kind: suite.Bool, Text: "true"}, "", "the tool's input then always follows its schema", sourceStrict)
	case isClosed(schema):
		w.Notes = append(w.Notes, fmt.Sprintf("`strict: true` on the tool %s would have its input always follow its schema (%s)", name, sourceStrict))
	default:
		w.Notes = append(w.Notes, fmt.Sprintf("the input of the tool %s may differ from its schema now: close every object of it with `additionalProperties: false`, leave out bounds such as minimum, and write `strict: true` on the tool; a tool that only gives the answer a form can be output_config.format instead (%s)", name, sourceStrict))
	}
}

// closedKeywords are those of JSON Schema that a strict tool may have.
var closedKeywords = []string{"type", "properties", "required", "additionalProperties", "description", "title", "enum", "const", "items", "anyOf"}

// isClosed reports whether a schema is certainly one that a strict tool may have:
// every object closed, and no keyword that sampling cannot be held to.
func isClosed(schema *suite.Value) bool {
	if schema.Kind != suite.Map {
		return false
	}
	for _, m := range schema.Members {
		if !slices.Contains(closedKeywords, m.Key) {
			return false
		}
	}
	kind := schema.Get("type")
	if kind != nil && kind.Kind != suite.String || kind == nil && schema.Get("enum") == nil && schema.Get("const") == nil && schema.Get("anyOf") == nil {
		return false
	}
	if more := schema.Get("additionalProperties"); textOf(kind) == "object" && (more == nil || more.Kind != suite.Bool || more.Text != "false") {
		return false
	}
	inner := slices.Clone(items(schema.Get("anyOf")))
	if properties := schema.Get("properties"); properties != nil {
		for _, m := range properties.Members {
			inner = append(inner, m.Value)
		}
	}
	if of := schema.Get("items"); of != nil {
		inner = append(inner, of)
	}
	return !slices.ContainsFunc(inner, func(v *suite.Value) bool { return !isClosed(v) })
}
