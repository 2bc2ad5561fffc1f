package fakeapi

import (
	"slices"
	"strings"

	known "github.com/evalrun/evalrun/internal/models"
)

// toolCommon are the fields that every tool with a name may have.
var toolCommon = []field{
	cached,
	optional("defer_loading", boolean),
	optional("strict", boolean),
	optional("allowed_callers", listOf(text, 0)),
}

var inputExamples = optional("input_examples", listOf(anyObject, 0))

// customTool is a tool of the caller's own. A strict one has the schema of a
// structured output.
var customTool = both(fields(append([]field{
	optional("type", nullable(oneOf("custom"))),
	required("name", matching(`^[a-zA-Z0-9_-]{1,128}$`)),
	required("input_schema", inputSchema),
	optional("description", text),
	optional("eager_input_streaming", nullable(boolean)),
	inputExamples,
}, toolCommon...)...), strictSchema)

func strictSchema(c *checker, v any) *apiError {
	if definition := object(v); definition["strict"] == true {
		return closedSchema(c, definition["input_schema"])
	}
	return nil
}

// inputSchema is a JSON Schema of an object. Its other keys are the schema's.
func inputSchema(c *checker, v any) *apiError {
	schema, ok := v.(map[string]any)
	if !ok {
		return c.fail("Input should be a valid dictionary")
	}
	kind, present := schema["type"]
	switch {
	case !present:
		return c.at("type", missing, nil)
	case kind != "object":
		return c.at("type", refusing("Input should be 'object'"), nil)
	}
	if properties, ok := schema["properties"]; ok {
		if err := c.at("properties", nullable(anyObject), properties); err != nil {
			return err
		}
	}
	if names, ok := schema["required"]; ok {
		return c.at("required", nullable(listOf(text, 0)), names)
	}
	return nil
}

var domains = []field{
	optional("allowed_domains", nullable(listOf(text, 0))),
	optional("blocked_domains", nullable(listOf(text, 0))),
	optional("max_uses", nullable(integer(1))),
	optional("response_inclusion", text),
}

var userLocation = optional("user_location", nullable(only("approximate",
	optional("city", nullable(text)), optional("country", nullable(text)),
	optional("region", nullable(text)), optional("timezone", nullable(text)))))

// builtinTools are the tools whose definition is the API's: the name that
// each must have ("" for a toolset without one) and its own fields.
var builtinTools = []struct {
	types string
	name  string
	own   []field
}{
	{"bash_20241022 bash_20250124", "bash", []field{inputExamples}},
	{"code_execution_20250522 code_execution_20250825 code_execution_20260120 code_execution_20260521", "code_execution", nil},
	{"memory_20250818", "memory", []field{inputExamples}},
	{"text_editor_20241022 text_editor_20250124", "str_replace_editor", []field{inputExamples}},
	{"text_editor_20250429", "str_replace_based_edit_tool", []field{inputExamples}},
	{"text_editor_20250728", "str_replace_based_edit_tool", []field{inputExamples, optional("max_characters", nullable(integer(1)))}},
	{"web_search_20250305 web_search_20260209 web_search_20260318", "web_search", append(slices.Clone(domains), userLocation)},
	{"web_fetch_20250910 web_fetch_20260209 web_fetch_20260309 web_fetch_20260318", "web_fetch", append(slices.Clone(domains),
		citationsConfig, optional("max_content_tokens", nullable(integer(1))),
		optional("url_sources", anything), optional("use_cache", boolean))},
	{"tool_search_tool_bm25_20251119 tool_search_tool_bm25", "tool_search_tool_bm25", []field{inputExamples}},
	{"tool_search_tool_regex_20251119 tool_search_tool_regex", "tool_search_tool_regex", []field{inputExamples}},
	{"computer_20241022 computer_20250124 computer_20251124", "computer", []field{
		inputExamples, required("display_width_px", integer(1)), required("display_height_px", integer(1)),
		optional("display_number", nullable(integer(0))), optional("enable_zoom", boolean)}},
	{"computer_toolset_20260801 browser_toolset_20260801", "", []field{optional("configs", anyObject)}},
	{"mcp_toolset", "", []field{
		required("mcp_server_name", text), optional("configs", nullable(anyObject)),
		optional("default_config", anyObject), optional("tools", listOf(listedTool, 0))}},
	{"advisor_20260301", "advisor", []field{
		required("model", text), optional("max_tokens", nullable(integer(1))), optional("max_uses", nullable(integer(1))), optional("caching", cacheControl)}},
}

// builtinTool is the union of builtinTools.
var builtinTool = func() rule {
	alternatives := []alternative{{tag: "custom", rule: customTool}}
	for _, tool := range builtinTools {
		own := append(slices.Clone(tool.own), toolCommon...)
		if tool.name != "" {
			own = append(own, required("name", oneOf(tool.name)))
		}
		for tag := range strings.FieldsSeq(tool.types) {
			alternatives = append(alternatives, typed(tag, own...).under(known.Known().BetaOnly.Tools[tag]...))
		}
	}
	return tagged(alternatives...)
}()

// tool is a custom tool, with or without its type, or one of the API's own.
func tool(c *checker, v any) *apiError {
	if definition := object(v); definition != nil && definition["type"] == nil {
		return c.at("custom", customTool, v)
	}
	return builtinTool(c, v)
}

var parallel = optional("disable_parallel_tool_use", boolean)

var toolChoice = tagged(
	typed("auto", parallel),
	typed("any", parallel),
	typed("tool", required("name", text), parallel),
	typed("none"),
)

// checkTools holds tools and tool_choice against each other and the model.
func checkTools(request map[string]any, m model) *apiError {
	names := map[string]bool{}
	for _, t := range list(request["tools"]) {
		name := str(object(t)["name"])
		if names[name] && name != "" {
			return invalid("tools: Tool names must be unique.")
		}
		names[name] = true
		if kind := str(object(t)["type"]); slices.Contains(m.RefusedTools, kind) {
			return invalid("tools: '%s' is not supported on this model.", kind)
		}
	}
	choice := object(request["tool_choice"])
	kind := choice["type"]
	forced := kind == "any" || kind == "tool"
	switch {
	case choice == nil:
		return nil
	case len(names) == 0 && len(list(request["mcp_servers"])) == 0:
		return invalid("tool_choice: may only be specified while providing `tools`.")
	case forced && !takes(m.ForcedToolChoice):
		return invalid(`tool_choice: type "tool" and "any" are not supported for this model.`)
	case forced && thinkingType(request) == "enabled":
		return invalid("Thinking may not be enabled when tool_choice forces tool use.")
	case kind == "tool" && !names[str(choice["name"])]:
		return invalid("Tool '%s' not found in provided tools", choice["name"])
	}
	return nil
}
