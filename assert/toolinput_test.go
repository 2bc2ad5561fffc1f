package assert

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/messages"
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
			"the input of get_weather does not match its input_schema: /: missing property 'at'",
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

// What is told of an input is bounded, whatever the model wrote, and the same
// each time.
func TestMismatchesAreShort(t *testing.T) {
	const request = `{"tools":[{"name":"f","input_schema":{"type":"object","properties":{"u":{"pattern":"^http"}},
		"additionalProperties":{"type":"integer"}}},{"name":"g","input_schema":{"additionalProperties":false}}]}`
	input := `"u":"` + strings.Repeat("x", 5000) + `"`
	for i := range 30 {
		input += fmt.Sprintf(`,"k%02d":"y"`, i)
	}
	content := `{"type":"tool_use","name":"f","input":{` + input + `}},{"type":"tool_use","name":"g","input":{"d":1,"a":1,"c":1,"b":1}}`
	a, err := messages.ParseAnswer([]byte(`{"type":"message","content":[` + content + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	got := NewToolInputs().Mismatches([]byte(request), a)
	if len(got) != 2 || len(got[0]) > 1000 || !strings.HasSuffix(got[0], "; and 21 more") {
		t.Errorf("%q", got)
	}
	if want := "the input of g does not match its input_schema: /: additional properties 'a', 'b', 'c', 'd' not allowed"; got[1] != want {
		t.Errorf("got  %s\nwant %s", got[1], want)
	}
}
