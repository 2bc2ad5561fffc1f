package assert

import (
	"errors"
	"fmt"
	"math"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/internal/messages"
)

// usageDefaults are the parts of a usage object that are 0 where they are
// absent or null: without a cache or a tool nothing of it was used. Absent
// input and output tokens stay absent, for no answer is made of nothing.
var usageDefaults = map[string]any{
	"cache_creation_input_tokens": 0,
	"cache_read_input_tokens":     0,
	"service_tier":                nil,
	"inference_geo":               nil,
	"speed":                       nil,
}

// usageCounts are the tokens that a usage object counts.
var usageCounts = []string{
	"input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens",
}

// usageGroups are the objects inside of a usage object, 0 in all parts where
// they are absent or null.
var usageGroups = map[string][]string{
	"cache_creation":        {"ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens"},
	"output_tokens_details": {"thinking_tokens"},
	"server_tool_use":       {"web_search_requests", "web_fetch_requests"},
}

// usage is the value of usage: the API's object with its defaults. A count
// that is none is an error, so that nothing passes for it.
func usage(u *messages.Usage) (any, error) {
	raw, err := decodeOptional(u.Raw)
	if err != nil {
		return nil, err
	}
	if exactjson.HasDuplicates(u.Raw) {
		return nil, errors.New("the answer's usage has one name twice")
	}
	if raw == nil && u.InputTokens == nil && u.OutputTokens == nil {
		return nil, errors.New("the answer has no usage")
	}
	values, err := usageObject("usage", raw, usageCounts)
	if err != nil {
		return nil, err
	}
	for name, v := range usageDefaults {
		setDefault(values, name, v)
	}
	for name, parts := range usageGroups {
		group, err := usageObject("usage."+name, values[name], parts)
		if err != nil {
			return nil, err
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

// usageObject is an object of counts without those that are null; an empty one
// where it is null or absent itself.
func usageObject(name string, v any, counts []string) (map[string]any, error) {
	values, ok := v.(map[string]any)
	if !ok && v != nil {
		return nil, fmt.Errorf("%s is %s, expected an object", name, exprlang.Render(v, whyWidth))
	}
	if values == nil {
		values = map[string]any{}
	}
	for key, v := range values {
		if v == nil {
			delete(values, key)
		}
	}
	for _, key := range counts {
		if v, ok := values[key]; ok {
			n, ok := wholeCount(v)
			if !ok {
				return nil, fmt.Errorf("%s.%s is %s, expected a whole number from 0 up", name, key, exprlang.Render(v, whyWidth))
			}
			values[key] = n
		}
	}
	return values, nil
}

// wholeCount reads a count in any spelling that JSON has for a whole number.
func wholeCount(v any) (int, bool) {
	const exact = 1 << 53 // above it a float64 skips whole numbers
	n, ok := exprlang.AsFloat(v)
	return int(n), ok && n >= 0 && n <= exact && n == math.Trunc(n)
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
	for _, name := range usageCounts {
		n, ok := values[name].(int)
		if !ok {
			return
		}
		total += n
	}
	values["total_tokens"] = total
}
