package fakeapi

import (
	"maps"
	"net/http"
	"slices"
)

// turn is one entry of messages.
func turn(c *checker, v any) *apiError {
	if object(v)["role"] == "system" {
		return systemTurn(c, v)
	}
	return spokenTurn(c, v)
}

var role = required("role", oneOf("user", "assistant", "system"))

var spokenTurn = fields(role, required("content", textOr(listOf(content, 0))))

// systemTurn may be without content where it changes the output.
var systemTurn = both(fields(
	role,
	optional("content", textOr(listOf(content, 0))),
	inBeta("clear_at", oneOf("next_user_message", "never"), "mid-conversation-system-clear-at"),
	inBeta("output_config", fields(optional("effort", oneOf(effortAll...))), "mid-conversation-output-config"),
), func(c *checker, v any) *apiError {
	_, hasContent := object(v)["content"]
	if len(object(object(v)["output_config"])) == 0 && !hasContent {
		return c.at("content", missing, nil)
	}
	return nil
})

// shown are the fields of thinking that is done.
var shown = []field{
	optional("display", func(c *checker, v any) *apiError {
		if v == "updates" && c.betas["thinking-display-updates"] {
			return nil
		}
		return oneOf("summarized", "omitted")(c, v)
	}),
	inBeta("block_binding", fields(optional("prefix_mismatch_behavior", oneOf("error", "drop_block"))), "thinking-binding-controls"),
}

var thinking = tagged(
	typed("enabled", append([]field{required("budget_tokens", integer(1024))}, shown...)...),
	typed("adaptive", shown...),
	typed("disabled"),
	typed("between_tools"),
)

var outputConfig = fields(
	optional("effort", nullable(oneOf(effortAll...))),
	optional("format", nullable(jsonSchema)),
	inBeta("task_budget", nullable(only("tokens", required("total", integer(1)), optional("remaining", nullable(integer(0))))), "task-budgets"),
)

// fallbacks are the models that answer where the first does not.
func fallbacks(c *checker, v any) *apiError {
	if v == "default" && c.betas["server-side-fallback-2026-07-01"] {
		return nil
	}
	return listOf(both(anyObject, func(c *checker, v any) *apiError {
		if _, ok := object(v)["model"].(string); !ok {
			return c.at("model", missing, nil)
		}
		return nil
	}), 3)(c, v)
}

// jsonSchema is the format of structured outputs.
var jsonSchema = only("json_schema", required("schema", closedSchema))

// shared are the fields of both a message and a token count.
var shared = []field{
	required("model", textBetween(1, 256)),
	required("messages", listOf(turn, 100_000)),
	optional("system", textOr(listOf(textBlockRule, 0))),
	optional("thinking", thinking),
	optional("output_config", outputConfig),
	optional("tools", listOf(tool, 0)),
	optional("tool_choice", toolChoice),
	cached,
	optional("speed", nullable(oneOf("standard", "fast"))),
	inBeta("context_management", nullable(fields(optional("edits", listOf(anyObject, 0)))), "context-management", "compact"),
	inBeta("mcp_servers", listOf(mcpServer, 20), "mcp-client"),
	inBeta("output_format", nullable(jsonSchema), "structured-outputs"),
	inBeta("compaction", nullable(only("summarize", optional("instructions", nullable(text)))), "compact-2026-09-04"),
	inBeta("billing_policy", nullable(only("billing_policy", optional("bill_to", oneOf("self", "user_profile")))), "user-profiles-billing"),
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
	inBeta("fallbacks", nullable(fallbacks), "server-side-fallback"),
	inBeta("fallback_credit_token", nullable(textOr(fields(required("token", text), optional("mode", text)))), "fallback-credit"),
	inBeta("thread", nullable(tagged(typed("create"), typed("continue", required("previous_message_id", text)))), "message-threads"),
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
	if c.Request["mcp_servers"] != nil {
		return invalid("mcp_servers: cannot be counted")
	}
	return checkSources(c.Request["messages"])
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
		func() *apiError { return checkSpeed(newChecker(c), request, m) },
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
