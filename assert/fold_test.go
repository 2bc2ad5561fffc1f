package assert

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFold(t *testing.T) {
	for _, c := range []struct {
		expr   string
		bodies []string
		want   []string
	}{
		{
			`usage.output_tokens < 50`,
			[]string{tokens("", 212), tokens("", 240), tokens("", 251)},
			[]string{"`usage.output_tokens < 50` false in 3 of 10: 212, 240, 251"},
		},
		{
			`text contains "Hello" && usage.output_tokens < 50`,
			[]string{tokens("Hello", 212), tokens("Bye", 1), tokens("Hello", 99)},
			[]string{
				"`usage.output_tokens < 50` false in 2 of 10: 212, 99",
				"`text contains \"Hello\"` false in 1 of 10: \"Bye\"",
			},
		},
		{
			`is_json(text)`,
			[]string{tokens("a", 1), tokens("b", 1)},
			[]string{"`is_json(text)` false in 2 of 10: \"a\", \"b\""},
		},
		{
			`usage.output_tokens == len(text)`,
			[]string{tokens("a", 2)},
			[]string{"`usage.output_tokens == len(text)` false in 1 of 10: 2 and 1"},
		},
		{
			`tool_uses[0].name == "x"`,
			[]string{tokens("a", 2), tokens("b", 3)},
			[]string{"`tool_uses[0]` ✗ tool_uses[0] does not exist: the list is empty in 2 of 10"},
		},
	} {
		var traces []Trace
		for _, body := range c.bodies {
			s := subject(t)
			s.Exchange = answer(t, body)
			traces = append(traces, check(t, c.expr, s).Trace)
		}
		if diff := cmp.Diff(c.want, Fold(c.expr, traces, 10)); diff != "" {
			t.Errorf("%s: %s", c.expr, diff)
		}
	}
}

func tokens(text string, n int) string {
	return fmt.Sprintf(`{"content":[{"type":"text","text":%q}],"usage":{"input_tokens":1,"output_tokens":%d}}`, text, n)
}
