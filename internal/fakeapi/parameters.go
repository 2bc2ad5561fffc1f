package fakeapi

import (
	"slices"
	"strings"
)

// checkParameters holds numbers and names against each other and the model.
func checkParameters(request map[string]any, m model) *apiError {
	for _, s := range list(request["stop_sequences"]) {
		if strings.TrimSpace(str(s)) == "" {
			return invalid("stop_sequences: each stop sequence must contain non-whitespace")
		}
	}
	if most, ok := number(request["max_tokens"]); ok && most > m.MaxTokens {
		return invalid("max_tokens: %v > %d, which is the maximum allowed number of output tokens for %s",
			request["max_tokens"], int(m.MaxTokens), str(request["model"]))
	}
	effort := str(object(request["output_config"])["effort"])
	switch {
	case effort != "" && len(m.Effort) == 0:
		return invalid("This model does not support the effort parameter.")
	case effort != "" && !slices.Contains(m.Effort, effort):
		return invalid("output_config.effort: '%s' is not supported for this model. Supported levels: %s", effort, quoted(m.Effort))
	}
	return checkSampling(request, m)
}

// checkSpeed refuses the speed fast where the model has none, or only in a
// beta, and members that go with no other.
func checkSpeed(c *checker, request map[string]any, m model) *apiError {
	switch {
	case request["compaction"] != nil && request["context_management"] != nil:
		return invalid("compaction: cannot be combined with `context_management`")
	case request["fallback_credit_token"] != nil && request["fallbacks"] != nil:
		return invalid("fallback_credit_token: cannot be combined with `fallbacks`")
	case request["speed"] != "fast":
		return nil
	case m.Fast == "refused":
		return invalid("speed: 'fast' is not supported for this model.")
	case m.Fast == "beta" && !c.betas["fast-mode"]:
		return invalid("speed: this model requires the `fast-mode-2026-02-01` beta header.")
	}
	return nil
}

// samplingNames are the sampling parameters, in the order of refusal.
var samplingNames = []string{"temperature", "top_p", "top_k"}

// checkSampling refuses the sampling parameters that a model does not take.
func checkSampling(request map[string]any, m model) *apiError {
	_, temperature := request["temperature"]
	_, topP := request["top_p"]
	if temperature && topP {
		return invalid("`temperature` and `top_p` cannot both be specified for this model. Please use only one.")
	}
	if m.Sampling == "either" {
		return nil
	}
	for _, name := range samplingNames {
		if value, ok := request[name]; ok && !isDefault(name, value) {
			return invalid("`%s` is deprecated for this model.", name)
		}
	}
	return nil
}

// isDefault reports whether the value of a sampling parameter changes nothing.
func isDefault(name string, value any) bool {
	f, ok := number(value)
	return ok && f == 1 && name != "top_k"
}

// thinkingType is the type of thinking asked for, "" if none is.
func thinkingType(request map[string]any) string {
	return str(object(request["thinking"])["type"])
}

// checkThinking holds thinking against the model and its fellow fields.
func checkThinking(request map[string]any, m model) *apiError {
	kind := thinkingType(request)
	effort := str(object(request["output_config"])["effort"])
	switch {
	case kind == "":
		return nil
	case kind == "adaptive" && !slices.Contains(m.Thinking, kind):
		return invalid("adaptive thinking is not supported on this model")
	case !slices.Contains(m.Thinking, kind):
		return invalid(`"thinking.type.%s" is not supported for this model. `+
			`Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.`, kind)
	case kind == "disabled" && m.RefusesDisabledAt(effort):
		return invalid(`"thinking.type.disabled" is not supported for this model at effort '%s'.`, effort)
	case kind == "enabled" && !budgetFits(request):
		return invalid("`max_tokens` must be greater than `thinking.budget_tokens`.")
	case kind == "enabled" || kind == "adaptive":
		return checkThinkingSampling(request)
	}
	return nil
}

// budgetFits holds a thinking budget against max_tokens.
func budgetFits(request map[string]any) bool {
	budget, _ := number(object(request["thinking"])["budget_tokens"])
	most, counted := number(request["max_tokens"])
	return !counted || most > budget
}

// checkThinkingSampling refuses the sampling parameters that go with no
// thinking.
func checkThinkingSampling(request map[string]any) *apiError {
	topP, hasTopP := number(request["top_p"])
	temperature, hasTemperature := number(request["temperature"])
	_, topK := request["top_k"]
	switch {
	case hasTemperature && temperature != 1:
		return invalid("`temperature` may only be set to 1 when thinking is enabled.")
	case hasTopP && topP < 0.95:
		return invalid("`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled.")
	case topK:
		return invalid("`top_k` must be unset when thinking is enabled.")
	}
	return nil
}

// cites reports whether a block, or one in a search result, is a text with
// citations.
func cites(block map[string]any) bool {
	if block["type"] == "search_result" {
		return slices.ContainsFunc(list(block["content"]), func(b any) bool { return cites(object(b)) })
	}
	return block["type"] == "text" && len(list(block["citations"])) > 0
}

// checkVersion applies what version 2026-10-21 refuses beside the sampling
// parameters, which it does not know at all.
func checkVersion(c *Call) *apiError {
	if c.Header.Get("anthropic-version") != version2026 {
		return nil
	}
	for i, t := range list(c.Request["messages"]) {
		turn := object(t)
		for j, b := range list(turn["content"]) {
			block := object(b)
			switch {
			case turn["role"] == "assistant" && block["type"] == "document":
				return invalid("messages.%d.content.%d: document blocks are not permitted in assistant messages", i, j)
			case turn["role"] == "user" && cites(block):
				return invalid("messages.%d.content.%d.%s.citations: citations are not permitted on text blocks in user messages", i, j, block["type"])
			}
		}
	}
	return nil
}
