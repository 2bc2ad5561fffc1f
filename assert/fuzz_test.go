package assert

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/messages"
)

// FuzzCheck evaluates assertions over an answer of any content, usage and
// stop details: no panic, and a line that says why for each failure.
func FuzzCheck(f *testing.F) {
	f.Add(`{"a": [1, {"b": null}]}`, `{"input_tokens": 1, "output_tokens": "x"}`, `{"type":"tool_use","name":5,"input":{"x":[1]}}`)
	f.Add("a\x1b[31m\nb", `null`, `{"type":"text"}`)
	f.Add("", `{"cache_creation": 5, "input_tokens": 1e400}`, `[]`)
	compiler, sc := NewCompiler(), scope()
	var assertions []*Assertion
	for _, expr := range []string{
		`text == "x\ny" && thinking == "" && prefilled_text contains "x"`,
		`json.a[1].b == nil && json.a[0] > 0 || "a" in json`,
		`any(content, .type == "text" && .text matches "a+") && content[0].name == "x"`,
		`tool_uses[0].input.x[0] == 1 && tool_uses[0].name == "x"`,
		`usage.total_tokens < 5 || usage.output_tokens + usage.cache_read_input_tokens > usage.cache_creation.ephemeral_5m_input_tokens`,
		`usage == response.usage || response?.content[0]?.name == stop_details`,
		`all(turns, .text != "" && .usage.input_tokens >= 0)`,
		`similarity(text, "x") > 0.9 || rouge_l(text, text) < 1 || bleu(text, lines(text)) < 0 || token_f1(text, "x") > 2`,
		`extract_json(text) == json || is_json(text) && words(normalize(text)) > 3`,
		`toJSON(response) == string(content)`,
		`matches_schema(response, {"type": "object", "properties": {"content": {"items": {"required": ["text"]}}}})`,
	} {
		a, err := compiler.Compile(expr, sc)
		if err != nil {
			f.Fatal(err)
		}
		assertions = append(assertions, a)
	}
	f.Fuzz(func(t *testing.T, text, usage, block string) {
		s := subject(t)
		a := s.Exchange.Answer
		a.Usage = messages.Usage{Raw: json.RawMessage(usage)}
		a.StopDetails = json.RawMessage(block)
		a.Raw = json.RawMessage(`{"content":[` + block + `],"usage":` + usage + `}`)
		a.Content = []messages.Block{
			{Type: "text", Text: text, Raw: json.RawMessage(`{"type":"text"}`)},
			{Type: "tool_use", Raw: json.RawMessage(block)},
		}
		for _, assertion := range assertions {
			r := assertion.Check(s)
			if r.Outcome == Fail && r.Why == "" || strings.ContainsAny(r.Why, "\n\x1b\x00") || strings.Contains(r.Why, "interface conversion") {
				t.Errorf("%s: why %q", assertion.program.Source(), r.Why)
			}
			if r.Outcome == Pass && (r.Why != "" || r.Trace != nil) {
				t.Errorf("%s: it passed because %q", assertion.program.Source(), r.Why)
			}
		}
	})
}
