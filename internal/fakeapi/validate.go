package fakeapi

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// turn is one entry of messages.
var turn = fields(
	required("role", oneOf("user", "assistant", "system")),
	required("content", textOr(listOf(content, 0))),
)

var display = optional("display", oneOf("summarized", "omitted"))

// jsonSchema is the format of structured outputs.
var jsonSchema = only("json_schema", required("schema", closedSchema))

// shared are the fields of both a message and a token count.
var shared = []field{
	required("model", textBetween(1, 256)),
	required("messages", listOf(turn, 100_000)),
	optional("system", textOr(listOf(textBlockRule, 0))),
	optional("thinking", tagged(
		typed("enabled", required("budget_tokens", integer(1024)), display),
		typed("adaptive", display),
		typed("disabled"),
		typed("between_tools"),
	)),
	optional("output_config", fields(
		optional("effort", nullable(oneOf(effortAll...))),
		optional("format", nullable(jsonSchema)),
		inBeta("task_budget", anyObject, "task-budgets"),
	)),
	optional("tools", listOf(tool, 0)),
	optional("tool_choice", toolChoice),
	cached,
	optional("speed", nullable(oneOf("standard", "fast"))),
	inBeta("context_management", nullable(fields(optional("edits", listOf(anyObject, 0)))), "context-management", "compact"),
	inBeta("mcp_servers", listOf(mcpServer, 20), "mcp-client"),
	inBeta("output_format", nullable(jsonSchema), "structured-outputs"),
}

var mcpServer = only("url",
	required("url", secureURL), required("name", text),
	optional("authorization_token", nullable(text)), optional("tool_configuration", nullable(anyObject)))

// messageFields are the fields of POST /v1/messages under 2023-06-01.
var messageFields = append(slices.Clone(shared),
	required("max_tokens", integer(0)),
	optional("stream", boolean),
	optional("stop_sequences", listOf(text, 8191)),
	optional("metadata", fields(optional("user_id", nullable(textBetween(0, 512))))),
	optional("service_tier", oneOf("auto", "standard_only")),
	optional("inference_geo", nullable(text)),
	optional("container", nullable(textOr(fields(optional("id", nullable(text)), optional("skills", nullable(listOf(anyObject, 20))))))),
	optional("diagnostics", nullable(fields(optional("previous_message_id", nullable(text))))),
	inBeta("fallbacks", anything, "server-side-fallback"),
	inBeta("fallback_credit_token", anything, "fallback-credit"),
	inBeta("compaction", anything, "compact"),
	inBeta("thread", anything, "message-threads"),
)

// samplingFields exist up to 2023-06-01 only.
var samplingFields = []field{
	optional("temperature", between(0, 1)),
	optional("top_p", between(0, 1)),
	optional("top_k", integer(0)),
}

var (
	messageShape2026 = fields(messageFields...)
	messageShape2023 = fields(append(slices.Clone(messageFields), samplingFields...)...)
	countShape       = fields(shared...)
)

// inBeta is a field that the API knows only under one of these betas.
func inBeta(name string, r rule, betas ...string) field {
	return field{name: name, rule: r, betas: betas}
}

// validateMessage applies every rule of POST /v1/messages.
func validateMessage(c *Call) *apiError {
	shape := messageShape2023
	if c.Header.Get("anthropic-version") == version2026 {
		shape = messageShape2026
	}
	return validate(c, shape)
}

// validateCount applies the rules of POST /v1/messages/count_tokens: what
// only the sampling of an answer reads cannot be counted.
func validateCount(c *Call) *apiError {
	if err := validate(c, countShape); err != nil {
		return err
	}
	for _, t := range list(c.Request["tools"]) {
		if kind := str(object(t)["type"]); serverTool(kind) {
			return invalid("tools: %s cannot be counted", kind)
		}
	}
	if c.Request["mcp_servers"] != nil {
		return invalid("mcp_servers: cannot be counted")
	}
	return checkSources(c.Request["messages"])
}

// serverTool reports whether a tool runs on the server, but for the advisor,
// which can be counted.
func serverTool(kind string) bool {
	return slices.ContainsFunc([]string{"web_search_", "web_fetch_", "code_execution_", "tool_search_tool_", "mcp_toolset"},
		func(prefix string) bool { return strings.HasPrefix(kind, prefix) })
}

// checkSources refuses what lies elsewhere.
func checkSources(v any) *apiError {
	var parts []any
	switch v := v.(type) {
	case []any:
		parts = v
	case map[string]any:
		if kind := object(v["source"])["type"]; kind == "url" || kind == "file" {
			return invalid("messages: a source of type %s cannot be counted", kind)
		}
		parts = slices.Collect(maps.Values(v))
	}
	for _, part := range parts {
		if err := checkSources(part); err != nil {
			return err
		}
	}
	return nil
}

// validate checks the shape, then what the fields say together, then what
// the model takes.
func validate(c *Call, shape rule) *apiError {
	request := c.Request
	if err := shape(newChecker(c), request); err != nil {
		return err
	}
	m, ok := findModel(str(request["model"]))
	if !ok {
		return refuse(http.StatusNotFound, "model: %s", str(request["model"]))
	}
	rules := []func() *apiError{
		func() *apiError { return checkConversation(request, m) },
		func() *apiError { return checkVersion(c) },
		func() *apiError { return checkParameters(request, m) },
		func() *apiError { return checkThinking(request, m) },
		func() *apiError { return checkTools(request, m) },
		func() *apiError { return checkLimits(request) },
	}
	for _, rule := range rules {
		if err := rule(); err != nil {
			return err
		}
	}
	return nil
}
