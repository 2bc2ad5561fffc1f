package fakeapi

import (
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// The versions of the API. version2026 is stricter about what it takes.
const (
	version2023 = "2023-06-01"
	version2026 = "2026-10-21"
)

// checkHeaders checks what every endpoint asks of the headers.
func checkHeaders(c *Call) error {
	bearer, hasBearer := strings.CutPrefix(c.Header.Get("authorization"), "Bearer ")
	if c.Header.Get("x-api-key") == "" && (!hasBearer || bearer == "") {
		return refuse(http.StatusUnauthorized, "x-api-key header is required")
	}
	switch version := c.Header.Get("anthropic-version"); version {
	case version2023, version2026:
	case "":
		return invalid("anthropic-version: header is required")
	default:
		return invalid("anthropic-version: %q is not a valid version", version)
	}
	if c.Method != http.MethodPost {
		return nil
	}
	mediaType, _, err := mime.ParseMediaType(c.Header.Get("content-type"))
	if err != nil || mediaType != "application/json" {
		return invalid("content-type: expected application/json, got %q", c.Header.Get("content-type"))
	}
	return checkBetas(c)
}

// betaName is a beta's name, with its date behind.
var betaName = regexp.MustCompile(`^([a-z0-9]+(?:-[a-z0-9]+)*)-\d{4}-\d{2}-\d{2}$`)

// checkBetas refuses values of anthropic-beta that no beta has.
func checkBetas(c *Call) error {
	for _, value := range betaValues(c) {
		found := betaName.FindStringSubmatch(value)
		if found == nil || !slices.Contains(knownBetas, found[1]) {
			return invalid("Unexpected value(s) `%s` for the `anthropic-beta` header. "+
				"Please consult our documentation at docs.claude.com or try again without the header.", value)
		}
	}
	return nil
}

// betaValues are the values of all anthropic-beta headers.
func betaValues(c *Call) []string {
	var values []string
	for _, header := range c.Header.Values("anthropic-beta") {
		for value := range strings.SplitSeq(header, ",") {
			if value = strings.TrimSpace(value); value != "" {
				values = append(values, value)
			}
		}
	}
	return values
}

// newChecker starts at the root, with the call's betas by name.
func newChecker(c *Call) *checker {
	betas := map[string]bool{}
	for _, value := range betaValues(c) {
		if found := betaName.FindStringSubmatch(value); found != nil {
			betas[found[1]] = true
		}
	}
	return &checker{betas: betas}
}

// knownBetas are the betas that a Messages request may ask for, by name.
var knownBetas = []string{
	"advisor-tool", "cache-diagnosis", "code-execution", "compact", "computer-use", "context-1m",
	"context-management", "dev-full-thinking", "extended-cache-ttl", "fallback-credit", "fast-mode",
	"files-api", "fine-grained-tool-streaming", "inline-tools", "interleaved-thinking", "mcp-client",
	"message-batches", "message-threads", "mid-conversation-output-config", "mid-conversation-system",
	"mid-conversation-system-clear-at", "mid-conversation-tool-changes", "model-context-window-exceeded",
	"output-128k", "output-300k", "pdfs", "prompt-caching", "server-side-fallback", "skills",
	"structured-outputs", "task-budgets", "thinking-binding-controls", "thinking-display-updates",
	"thinking-token-count", "token-counting", "token-efficient-tools", "user-profiles", "web-fetch",
}

// turn is one entry of messages.
var turn = fields(
	required("role", oneOf("user", "assistant", "system")),
	required("content", textOr(listOf(content, 0))),
)

var display = optional("display", oneOf("summarized", "omitted"))

// jsonSchema is the format of structured outputs.
var jsonSchema = tagged(typed("json_schema", required("schema", closedSchema)))

// shared are the fields of both a message and a token count.
var shared = []field{
	required("model", textBetween(1, 256)),
	required("messages", listOf(turn, 100_000)),
	optional("system", textOr(listOf(tagged(textAlternative), 0))),
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

var mcpServer = tagged(typed("url",
	required("url", secureURL), required("name", text),
	optional("authorization_token", nullable(text)), optional("tool_configuration", nullable(anyObject))))

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

// validateCount applies the rules of POST /v1/messages/count_tokens.
func validateCount(c *Call) *apiError { return validate(c, countShape) }

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
