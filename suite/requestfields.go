package suite

// fieldTable lists the top-level fields of a Messages API request that this
// version knows, each with the kinds of value that the API takes. A field
// that is not here goes under extra_body, where nothing is checked.
var fieldTable = []key{
	{name: "model", kinds: []Kind{String}, example: "claude-opus-4-6",
		doc: "The model that is asked."},
	{name: "max_tokens", kinds: []Kind{Number}, shape: "whole", example: 1024,
		doc: "The most tokens that an answer may have; the model stops there with the stop_reason max_tokens."},
	{name: "messages", kinds: []Kind{List}, shape: "messages",
		doc: "The conversation, one entry a turn: `user: text`, or the API's own {role, content}. A last assistant turn is a prefill, which the answer goes on from."},
	{name: "system", kinds: []Kind{String, List}, shape: "system",
		doc: "The system prompt: text, or a list of text blocks."},
	{name: "stop_sequences", kinds: []Kind{List}, example: []any{"\n\nHuman:"},
		doc: "Texts that end the answer where the model would write one of them."},
	{name: "stream", kinds: []Kind{Bool},
		doc: "Whether the answer comes as a stream of events."},
	{name: "metadata", kinds: []Kind{Map}, shape: "metadata",
		doc: "What describes the request to the API, such as user_id."},
	{name: "temperature", kinds: []Kind{Number}, example: 0.5,
		doc: "How much chance there is in the answer, from 0 to 1. Not set unless it is written; newer models refuse it."},
	{name: "top_p", kinds: []Kind{Number}, example: 0.9,
		doc: "Sample from the smallest set of tokens whose probabilities add up to this. Newer models refuse it."},
	{name: "top_k", kinds: []Kind{Number}, example: 40,
		doc: "Sample from this many of the likeliest tokens. Newer models refuse it."},
	{name: "thinking", kinds: []Kind{Map}, shape: "thinking",
		doc: "Whether and how much the model thinks before it answers."},
	{name: "output_config", kinds: []Kind{Map}, shape: "output_config",
		doc: "The effort of the answer, and the format that it must have (structured output)."},
	{name: "tools", kinds: []Kind{List}, shape: "tools",
		doc: "The tools that the model may use, as the API's own JSON. Their keys are sent in the order written."},
	{name: "tool_choice", kinds: []Kind{Map}, shape: "tool_choice",
		doc: "Whether the model must use a tool, and which."},
	{name: "cache_control", kinds: []Kind{Map}, shape: "cache_control",
		doc: "Cache the request up to its last block that can be."},
	{name: "service_tier", kinds: []Kind{String}, example: "auto",
		doc: "Which capacity the request may use: auto or standard_only."},
	{name: "speed", kinds: []Kind{String}, example: "fast",
		doc: "How fast the answer is made, on models that offer it."},
	{name: "inference_geo", kinds: []Kind{String}, example: "us",
		doc: "Where the answer is computed; it changes the price."},
	{name: "container", kinds: []Kind{String, Map},
		doc: "The container that the server's tools run in: its id, or a map with skills."},
	{name: "diagnostics", kinds: []Kind{Map},
		doc: "What the API should say about how it made the answer."},
	{name: "context_management", kinds: []Kind{Map},
		doc: "How the API clears a context that grows too long. Needs a beta."},
	{name: "mcp_servers", kinds: []Kind{List},
		doc: "MCP servers whose tools the API may call. Needs a beta."},
	{name: "fallbacks", kinds: []Kind{List, String}, example: "default",
		doc: "What answers where the model refuses: models, or default. Needs a beta."},
	{name: "fallback_credit_token", kinds: []Kind{String, Map},
		doc: "What a refusal gave to be tried again at the price of a cached prompt. Needs a beta."},
	{name: "thread", kinds: []Kind{Map}, example: map[string]any{"type": "create"},
		doc: "A conversation that the server keeps. Needs a beta."},
	{name: "compaction", kinds: []Kind{Map}, example: map[string]any{"type": "summarize"},
		doc: "Asks for a summary of the conversation in place of an answer. Needs a beta."},
	{name: "billing_policy", kinds: []Kind{Map},
		doc: "Who pays for the request. Needs a beta."},
}

// requiredFields are the fields without which the API takes no request.
var requiredFields = []string{"model", "max_tokens", "messages"}

// readFields are those of which evalrun must know the value: what a request
// costs, and how fast it may be sent, depends on them. They are no part of
// extra_body.
var readFields = []string{"model", "max_tokens"}

// requestFields are the request fields by name.
var requestFields = byName(fieldTable)

// fieldNames lists the request fields, sorted.
func fieldNames() []string { return sortedNames(requestFields) }

// RequestFields are the names of the request fields that a suite has under their
// own names, each with the kinds of its value. All others go under extra_body.
func RequestFields() map[string][]Kind {
	out := make(map[string][]Kind, len(fieldTable))
	for _, f := range fieldTable {
		out[f.name] = f.kinds
	}
	return out
}
