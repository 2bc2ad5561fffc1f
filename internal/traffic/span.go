package traffic

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/exactjson"
)

// isModelRequest reports whether attributes are of a request to a model, and not of
// an agent or a tool.
func isModelRequest(attrs *exactjson.Object) bool {
	operation, named := exactjson.Text(attrs.Get("gen_ai.operation.name"))
	return attrs.Get("gen_ai.request.model") != nil && (!named || operation == "chat")
}

// complete is the hint for spans that do not say all of a request.
const complete = "`evalrun capture` records whole requests"

// lacks is the error for a span without an attribute.
func lacks(name, why string) error {
	return &hintedError{fmt.Sprintf("the span has no %s%s", name, why), complete}
}

// span is a request to a model and its answer in the words of OpenTelemetry.
type span struct{ attrs *exactjson.Object }

// text is the text of an attribute, "" for none.
func (s span) text(name string) string {
	text, _ := exactjson.Text(s.attrs.Get(name))
	return text
}

// list is a list in an attribute, or in the JSON in its text; nil for none.
func (s span) list(name string) ([]*exactjson.Object, error) {
	value := unwrapped(s.attrs.Get(name))
	if !present(value) {
		return nil, nil
	}
	items, err := exactjson.ParseArray(value)
	if err != nil {
		return nil, fmt.Errorf("%s is no list of messages", name)
	}
	var out []*exactjson.Object
	for i, item := range items {
		o, err := exactjson.ParseObject(item)
		if err != nil {
			return nil, fmt.Errorf("%s[%d] is no object", name, i)
		}
		out = append(out, o)
	}
	return out, nil
}

// exchange gives the request and the message.
func (s span) exchange() (request, message json.RawMessage, err error) {
	if provider := s.text("gen_ai.provider.name") + s.text("gen_ai.system"); provider != "" && !strings.HasPrefix(provider, "anthropic") {
		return nil, nil, &hintedError{"the span is of a request to " + diagnostic.Quote(provider) + ", expected the Messages API of anthropic", ""}
	}
	if present(s.attrs.Get("error.type")) {
		return nil, nil, errUnanswered
	}
	if request, err = s.request(); err != nil {
		return nil, nil, err
	}
	message, err = s.message()
	return request, message, err
}

// settings are the members of a request that a span has an attribute of.
var settings = []string{"temperature", "top_p", "top_k", "stop_sequences"}

func (s span) request() (json.RawMessage, error) {
	turns, err := s.list("gen_ai.input.messages")
	if err != nil {
		return nil, err
	}
	if len(turns) == 0 {
		return nil, lacks("gen_ai.input.messages", ", which OpenTelemetry leaves out unless it is told to capture content")
	}
	out := new(exactjson.Object)
	for _, name := range []string{"model", "max_tokens"} {
		value := s.attrs.Get("gen_ai.request." + name)
		if !present(value) {
			return nil, lacks("gen_ai.request."+name, ", which every request has")
		}
		out.Set(name, value)
	}
	for _, name := range settings {
		if value := s.attrs.Get("gen_ai.request." + name); present(value) {
			out.Set(name, value)
		}
	}
	messages, system, usesTools, err := readTurns(turns)
	if err != nil {
		return nil, err
	}
	if err := s.instruct(out, system); err != nil {
		return nil, err
	}
	if err := s.equip(out, usesTools); err != nil {
		return nil, err
	}
	out.Set("messages", messages)
	return out.Append(nil), nil
}

// instruct sets the system prompt.
func (s span) instruct(request *exactjson.Object, said []json.RawMessage) error {
	parts, err := s.list("gen_ai.system_instructions")
	if err != nil {
		return err
	}
	for _, part := range parts {
		block, err := partBlock(part)
		if err != nil {
			return fmt.Errorf("gen_ai.system_instructions: %w", err)
		}
		said = append(said, block)
	}
	if len(said) > 0 {
		request.Set("system", saying(said))
	}
	return nil
}

// equip sets the tools.
func (s span) equip(request *exactjson.Object, used bool) error {
	tools, err := s.list("gen_ai.tool.definitions")
	if err != nil {
		return err
	}
	if len(tools) == 0 {
		answer, err := s.list("gen_ai.output.messages")
		if err == nil && (used || usesTools(answer)) {
			return lacks("gen_ai.tool.definitions", ", and its request uses tools")
		}
		return err
	}
	var out []json.RawMessage
	for i, tool := range tools {
		definition, err := toolOf(tool)
		if err != nil {
			return fmt.Errorf("gen_ai.tool.definitions[%d]: %w", i, err)
		}
		out = append(out, definition)
	}
	request.Set("tools", listOf(out))
	return nil
}

// toolOf is the definition of a tool as the Messages API has it.
func toolOf(tool *exactjson.Object) (json.RawMessage, error) {
	if tool.Get("input_schema") != nil {
		return tool.Append(nil), nil
	}
	kind, _ := exactjson.Text(tool.Get("type"))
	schema := unwrapped(tool.Get("parameters"))
	if kind != "function" || !present(schema) || tool.Get("name") == nil {
		return nil, &hintedError{"the tool is not defined whole, with its name and parameters", complete}
	}
	out := new(exactjson.Object)
	out.Set("name", tool.Get("name"))
	if value := tool.Get("description"); present(value) {
		out.Set("description", value)
	}
	out.Set("input_schema", schema)
	return out.Append(nil), nil
}

func (s span) message() (json.RawMessage, error) {
	outputs, err := s.list("gen_ai.output.messages")
	if err != nil {
		return nil, err
	}
	if len(outputs) == 0 {
		return nil, errUnanswered
	}
	if len(outputs) > 1 {
		return nil, fmt.Errorf("gen_ai.output.messages has %d messages, and the API answers with one", len(outputs))
	}
	stop, err := s.stopReason(outputs[0])
	if err != nil {
		return nil, err
	}
	blocks, _, err := readParts(outputs[0])
	if err != nil {
		return nil, fmt.Errorf("gen_ai.output.messages: %w", err)
	}
	out := new(exactjson.Object)
	if id := s.attrs.Get("gen_ai.response.id"); present(id) {
		out.Set("id", id)
	}
	out.Set("type", exactjson.Quote("message"))
	out.Set("role", exactjson.Quote("assistant"))
	model := s.attrs.Get("gen_ai.response.model")
	if !present(model) {
		model = s.attrs.Get("gen_ai.request.model")
	}
	out.Set("model", model)
	out.Set("content", listOf(blocks))
	out.Set("stop_reason", exactjson.Quote(stop))
	s.count(out)
	return out.Append(nil), nil
}

// stops are the words for stop_reason that say the same.
var stops = map[string]string{"length": "max_tokens", "tool_call": "tool_use", "tool_calls": "tool_use", "content_filter": "refusal"}

// stopReason gives why the answer ended.
func (s span) stopReason(output *exactjson.Object) (string, error) {
	reason, _ := exactjson.Text(output.Get("finish_reason"))
	var all []string
	if exactjson.Unmarshal(unwrapped(s.attrs.Get("gen_ai.response.finish_reasons")), &all) == nil && len(all) == 1 && all[0] != "" {
		reason = all[0]
	}
	known := []string{"end_turn", "max_tokens", "stop_sequence", "tool_use", "pause_turn", "refusal", "model_context_window_exceeded"}
	switch {
	case slices.Contains(known, reason):
		return reason, nil
	case stops[reason] != "":
		return stops[reason], nil
	case reason == "stop" && !present(s.attrs.Get("gen_ai.request.stop_sequences")):
		return "end_turn", nil
	case reason == "error":
		return "", errUnanswered
	case reason == "":
		return "", lacks("finish_reason", " of its answer")
	}
	return "", fmt.Errorf("the finish_reason %s is not a stop_reason of the Messages API, nor clearly one", diagnostic.Quote(reason))
}

// count sets the usage. In these conventions what is read from a cache and written
// to it is part of the input.
func (s span) count(message *exactjson.Object) {
	var input, output, read, written int64
	for name, to := range map[string]*int64{
		"input_tokens": &input, "output_tokens": &output, "cache_read.input_tokens": &read, "cache_creation.input_tokens": &written,
	} {
		if value := s.attrs.Get("gen_ai.usage." + name); present(value) && exactjson.Unmarshal(value, to) != nil {
			return
		}
	}
	if input == 0 && output == 0 || input < read+written {
		return
	}
	message.Set("usage", fmt.Appendf(nil, `{"input_tokens":%d,"output_tokens":%d,"cache_read_input_tokens":%d,"cache_creation_input_tokens":%d}`,
		input-read-written, output, read, written))
}
