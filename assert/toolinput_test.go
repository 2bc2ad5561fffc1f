package assert

import (
	"slices"
	"testing"

	"github.com/evalrun/evalrun/messages"
)

func TestMismatches(t *testing.T) {
	const request = `{"tools":[{"type":"web_search_20250305","name":"web_search"},
		{"name":"get_weather","input_schema":{"type":"object","properties":{"unit":{"enum":["c","f"]}},"required":["at"]}},
		{"name":"broken","input_schema":{"type":7}}]}`
	inputs := NewToolInputs()
	for content, want := range map[string][]string{
		`{"type":"tool_use","name":"get_weather","input":{"at":"Rome","unit":"c"}}`: nil,
		`{"type":"tool_use","name":"web_search","input":{"q":1}}`:                   nil,
		`{"type":"tool_use","name":"unknown","input":{}}`:                           nil,
		`{"type":"text","text":"get_weather"}`:                                      nil,
		`{"type":"tool_use","name":"get_weather","input":{"unit":"k"}}`: {
			"the input of get_weather does not match its input_schema: /: missing property 'at'; /unit: value must be one of 'c', 'f'",
		},
		`{"type":"tool_use","name":"get_weather"}`: {
			"the input of get_weather cannot be held against its input_schema: not JSON: EOF",
		},
	} {
		a, err := messages.ParseAnswer([]byte(`{"type":"message","content":[` + content + `]}`))
		if err != nil {
			t.Fatal(err)
		}
		if got := inputs.Mismatches([]byte(request), a); !slices.Equal(got, want) {
			t.Errorf("%s\ngot  %q\nwant %q", content, got, want)
		}
	}
}
