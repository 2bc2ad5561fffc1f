package assert

import "github.com/evalrun/evalrun/internal/exprlang"

// usageType is the usage object of an answer, in tokens; total_tokens is
// input + output + cache_creation + cache_read.
var usageType = exprlang.Map{
	"input_tokens":                exprlang.Int,
	"output_tokens":               exprlang.Int,
	"cache_creation_input_tokens": exprlang.Int,
	"cache_read_input_tokens":     exprlang.Int,
	"total_tokens":                exprlang.Int,
	"cache_creation": exprlang.Map{
		"ephemeral_5m_input_tokens": exprlang.Int,
		"ephemeral_1h_input_tokens": exprlang.Int,
	},
	"output_tokens_details": exprlang.Map{"thinking_tokens": exprlang.Int},
	"server_tool_use": exprlang.Map{
		"web_search_requests": exprlang.Int,
		"web_fetch_requests":  exprlang.Int,
	},
	"service_tier":  exprlang.NullableString,
	"inference_geo": exprlang.NullableString,
	"speed":         exprlang.NullableString,
}

// blockType is a content block of an answer. A block has the keys that were
// answered; asking it for another of these fails the assertion.
var blockType = exprlang.Map{
	"type":        exprlang.String,
	"text":        exprlang.String,
	"citations":   exprlang.Any,
	"thinking":    exprlang.String,
	"signature":   exprlang.String,
	"data":        exprlang.String,
	"id":          exprlang.String,
	"name":        exprlang.String,
	"input":       exprlang.Any,
	"caller":      exprlang.Any,
	"tool_use_id": exprlang.String,
	"content":     exprlang.Any,
	"is_error":    exprlang.Bool,
	"file_id":     exprlang.String,
}

// toolUseType is a tool_use block.
var toolUseType = exprlang.Map{
	"type":   exprlang.String,
	"id":     exprlang.String,
	"name":   exprlang.String,
	"input":  exprlang.Any,
	"caller": exprlang.Any,
}

// errorType is the error of an exchange that has no answer; nil where it has.
var errorType = exprlang.Map{
	"status":  exprlang.Int,
	"type":    exprlang.String,
	"message": exprlang.String,
}

// exchangeType is what an expression sees of one exchange and its request: the bare names
// speak of the last one, and turns holds each.
var exchangeType = exprlang.Map{
	"text":              exprlang.String,
	"thinking":          exprlang.String,
	"content":           exprlang.List(blockType),
	"tool_uses":         exprlang.List(toolUseType),
	"json":              exprlang.Any,
	"stop_reason":       exprlang.NullableString,
	"stop_sequence":     exprlang.NullableString,
	"stop_details":      exprlang.Any,
	"model":             exprlang.String,
	"id":                exprlang.String,
	"request_id":        exprlang.String,
	"usage":             usageType,
	"latency":           exprlang.Duration,
	"ttft":              exprlang.NullableDuration,
	"tokens_per_second": exprlang.NullableFloat,
	"attempts":          exprlang.Int,
	"error":             errorType,
	"response":          exprlang.Any,
	"cost":              exprlang.Float,
	"request":           exprlang.Any,
}

// namesElsewhere are names that other tools and APIs have for what is here
// under another, and words of the API that lack their quotes.
var namesElsewhere = map[string]string{
	"output": "the answer's text is text", "answer": "the answer's text is text", "completion": "the answer's text is text",
	"finish_reason": "it is stop_reason", "tool_calls": "they are tool_uses", "tool_use": "they are tool_uses, a list",
	"tokens": "usage.output_tokens and usage.input_tokens count them", "prompt": "what was sent is request, and variables are in vars",
	"expected": "variables are in vars", "context": "variables are in vars",
	"end_turn": `put a word of the API in quotes: "end_turn"`, "max_tokens": `put a word of the API in quotes: "max_tokens"`,
	"pause_turn": `put a word of the API in quotes: "pause_turn"`, "refusal": `put a word of the API in quotes: "refusal"`,
}

// newEnv is the set of names of a scope, with their types.
func newEnv(scope *Scope, schemas *schemas) *exprlang.Env {
	env := exprlang.NewEnv()
	for name, t := range exchangeType {
		env.Var(name, t)
	}
	env.Var("prefilled_text", exprlang.String)
	env.Var("vars", exprlang.TypeOf(varsOf(scope.Vars)))
	env.Var("case", exprlang.String)
	env.Var("variant", variantType(scope.Axes))
	env.Var("sample", exprlang.Int)
	env.Var("turns", exprlang.List(exchangeType))
	env.Nil("error", "error is nil: the request was answered")
	env.Nil("ttft", "ttft is nil: the answer was not streamed, or has no first token")
	env.Nil("tokens_per_second", "tokens_per_second is nil: the answer was not streamed, or not in two tokens")
	for name, hint := range namesElsewhere {
		env.Hint(name, hint)
	}
	addFunctions(env, schemas)
	return env
}

// varsOf is never nil, so that vars is always a map.
func varsOf(vars map[string]any) map[string]any {
	if vars == nil {
		return map[string]any{}
	}
	return vars
}

// variantType is a map of the variant's axes to their labels.
func variantType(axes []string) exprlang.Map {
	m := exprlang.Map{}
	for _, axis := range axes {
		m[axis] = exprlang.String
	}
	return m
}
