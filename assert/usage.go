package assert

import "github.com/evalrun/evalrun/internal/messages"

// usageDefaults are the parts of a usage object that are 0 where they are
// absent: without a cache or a tool nothing of it was used. Absent input and
// output tokens stay absent, for no answer is made of nothing.
var usageDefaults = map[string]any{
	"cache_creation_input_tokens": 0,
	"cache_read_input_tokens":     0,
	"service_tier":                nil,
	"inference_geo":               nil,
	"speed":                       nil,
}

// usageGroups are the objects inside of a usage object, 0 in all parts where
// they are absent or null.
var usageGroups = map[string][]string{
	"cache_creation":        {"ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens"},
	"output_tokens_details": {"thinking_tokens"},
	"server_tool_use":       {"web_search_requests", "web_fetch_requests"},
}

// usage is the value of usage: the API's object with its defaults.
func usage(u *messages.Usage) (any, error) {
	raw, err := decodeOptional(u.Raw)
	if err != nil {
		return nil, err
	}
	values, ok := raw.(map[string]any)
	if !ok {
		values = map[string]any{}
	}
	for name, v := range values {
		if v == nil {
			delete(values, name)
		}
	}
	for name, v := range usageDefaults {
		setDefault(values, name, v)
	}
	for name, parts := range usageGroups {
		group, ok := values[name].(map[string]any)
		if !ok {
			group = map[string]any{}
		}
		for _, part := range parts {
			setDefault(group, part, 0)
		}
		values[name] = group
	}
	setCount(values, "input_tokens", u.InputTokens)
	setCount(values, "output_tokens", u.OutputTokens)
	setTotal(values)
	return values, nil
}

func setDefault(values map[string]any, name string, v any) {
	if values[name] == nil {
		values[name] = v
	}
}

// setCount fills in a count that only the decoded answer has.
func setCount(values map[string]any, name string, tokens *int64) {
	if values[name] == nil && tokens != nil {
		values[name] = int(*tokens)
	}
}

// setTotal adds total_tokens where all of its parts are known.
func setTotal(values map[string]any) {
	total := 0
	for _, name := range []string{
		"input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens",
	} {
		n, ok := values[name].(int)
		if !ok {
			return
		}
		total += n
	}
	values["total_tokens"] = total
}
