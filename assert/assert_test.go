package assert

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/payload"
)

// answer builds an exchange from the body of an answer.
func answer(t testing.TB, body string) *messages.Exchange {
	t.Helper()
	var wire struct {
		ID           string            `json:"id"`
		Model        string            `json:"model"`
		Content      []json.RawMessage `json:"content"`
		StopReason   *string           `json:"stop_reason"`
		StopSequence *string           `json:"stop_sequence"`
		StopDetails  json.RawMessage   `json:"stop_details"`
		Usage        json.RawMessage   `json:"usage"`
	}
	if err := json.Unmarshal([]byte(body), &wire); err != nil {
		t.Fatal(err)
	}
	a := &messages.Answer{
		Raw: json.RawMessage(body), ID: wire.ID, Model: wire.Model, StopReason: wire.StopReason,
		StopSequence: wire.StopSequence, StopDetails: wire.StopDetails, Usage: messages.Usage{Raw: wire.Usage},
	}
	for _, raw := range wire.Content {
		block := messages.Block{Raw: raw}
		if err := json.Unmarshal(raw, &block); err != nil {
			t.Fatal(err)
		}
		a.Content = append(a.Content, block)
	}
	return &messages.Exchange{
		Answer: a, RequestID: "req_1", Latency: 772 * time.Millisecond,
		Attempts: []messages.Attempt{{Status: 529}, {Status: 200}},
	}
}

const greeting = `{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-4-6",
 "content":[{"type":"text","text":"Hello!"}],"stop_reason":"end_turn","stop_sequence":null,
 "usage":{"input_tokens":12,"output_tokens":6}}`

func subject(t testing.TB) *Subject {
	cost := 0.0021
	return &Subject{
		Exchange: answer(t, greeting),
		Request:  payload.New([]byte(`{"model":"claude-opus-4-6","max_tokens":1024,"messages":[{"role":"user","content":"Hello, Claude"}]}`)),
		Vars:     map[string]any{"capital": "Paris", "limit": 50},
		Case:     "greeting",
		Variant:  map[string]string{"prompt": "terse"},
		Sample:   1,
		Cost:     &cost,
	}
}

func scope() *Scope {
	return &Scope{Vars: map[string]any{"capital": "Paris", "limit": 50}, Axes: []string{"prompt"}}
}

func check(t testing.TB, expr string, s *Subject) Result {
	t.Helper()
	a, err := NewCompiler().Compile(expr, scope())
	if err != nil {
		t.Fatalf("%s: %v", expr, err)
	}
	return a.Check(s)
}

func TestNames(t *testing.T) {
	s := subject(t)
	for _, expr := range []string{
		`text == "Hello!"`,
		`thinking == ""`,
		`prefilled_text == "Hello!"`,
		`content[0].type == "text" && content[0].text == "Hello!"`,
		`len(tool_uses) == 0`,
		`stop_reason == "end_turn" && stop_sequence == nil && stop_details == nil`,
		`model == "claude-opus-4-6" && id == "msg_1" && request_id == "req_1"`,
		`usage.input_tokens == 12 && usage.total_tokens == 18 && usage.cache_read_input_tokens == 0`,
		`usage.cache_creation.ephemeral_5m_input_tokens == 0 && usage.server_tool_use.web_search_requests == 0`,
		`latency < duration("5s") && ttft == nil && attempts == 2 && cost < 0.01`,
		`error == nil`,
		`request.max_tokens == 1024 && request.messages[0].content == "Hello, Claude"`,
		`vars.capital == "Paris" && vars.limit == 50`,
		`case == "greeting" && variant.prompt == "terse" && sample == 1`,
		`len(turns) == 1 && turns[0].text == "Hello!" && turns[0].usage.output_tokens == 6`,
		`response.role == "assistant" && response.content[0].text == text`,
	} {
		if r := check(t, expr, s); r.Outcome != Pass {
			t.Errorf("%s: %s", expr, r.Why)
		}
	}
}

func TestFailuresSayWhy(t *testing.T) {
	refused := subject(t)
	refused.Exchange = &messages.Exchange{
		Error:    &messages.Error{Status: 400, Type: "invalid_request_error", Message: "no prefill"},
		Attempts: []messages.Attempt{{Status: 400}},
	}
	refused.Cost = nil
	silent := subject(t)
	silent.Exchange = answer(t, `{"content":[],"usage":{"output_tokens":6}}`)
	unpriced := subject(t)
	unpriced.Cost, unpriced.CostError = nil, errors.New(`no price is known for the model "m"`)
	for _, c := range []struct {
		subject   *Subject
		expr, why string
	}{
		{refused, `text == "x"`, `no answer came: 400 invalid_request_error: no prefill`},
		{refused, `len(tool_uses) == 0`, `no answer came: 400 invalid_request_error: no prefill`},
		{refused, `cost == 0`, `no answer came: 400 invalid_request_error: no prefill`},
		{unpriced, `cost < 1`, `the cost is not known: no price is known for the model "m"`},
		{unpriced, `not (cost > 1)`, `the cost is not known: no price is known for the model "m"`},
		{subject(t), `error.status == 400`, `error is nil: the request was answered`},
		{subject(t), `ttft < duration("1s")`, `ttft is nil: the answer was not streamed`},
		{subject(t), `duration("1s") > ttft`, `ttft is nil: the answer was not streamed`},
		{subject(t), `latency - ttft > duration("1s")`, `ttft is nil: the answer was not streamed`},
		{subject(t), `tokens_per_second > 20`, `tokens_per_second is nil: the answer was not streamed, or not in two tokens`},
		{subject(t), `turns[0].tokens_per_second > 20`, `tokens_per_second is nil: the answer was not streamed, or not in two tokens`},
		{subject(t), `turns[0].ttft < duration("1s")`, `ttft is nil: the answer was not streamed`},
		{silent, `usage.input_tokens < 5`, `usage has no "input_tokens" here; it has`},
		{silent, `usage.total_tokens < 5`, `usage has no "total_tokens" here; it has`},
		{subject(t), `json.a == 5`, `text is not JSON`},
		{subject(t), `tool_uses[0].name == "x"`, `tool_uses[0] does not exist: the list is empty`},
		{subject(t), `response.content[0].txt == "x"`, `response.content[0] has no key "txt"; did you mean "text"?`},
		{subject(t), `response.id`, `expected true or false, found`},
	} {
		r := check(t, c.expr, c.subject)
		if r.Outcome != Fail || !strings.Contains(r.Why, c.why) {
			t.Errorf("%s: %d %q, want %q", c.expr, r.Outcome, r.Why, c.why)
		}
	}
	if r := check(t, `error.status == 400 && error.type == "invalid_request_error"`, refused); r.Outcome != Pass {
		t.Error(r.Why)
	}
}

// A count that no server should give is not known, and nothing passes for it.
func TestUsageThatIsNone(t *testing.T) {
	for usage, why := range map[string]string{
		`null`: "the answer has no usage",
		`{"input_tokens":1,"output_tokens":null}`:                            `usage has no "output_tokens" here; it has`,
		`{"input_tokens":1,"output_tokens":-5}`:                              "usage.output_tokens is -5, expected a whole number from 0 up",
		`{"input_tokens":1,"output_tokens":"2"}`:                             `usage.output_tokens is "2", expected a whole number from 0 up`,
		`{"input_tokens":1,"output_tokens":1.5}`:                             "usage.output_tokens is 1.5, expected a whole number from 0 up",
		`{"input_tokens":1,"output_tokens":[1]}`:                             "usage.output_tokens is [1], expected a whole number from 0 up",
		`{"output_tokens":9223372036854775807}`:                              "usage.output_tokens is 9223372036854775807, expected a whole number from 0 up",
		`{"output_tokens":1,"server_tool_use":"2"}`:                          `usage.server_tool_use is "2", expected an object`,
		`{"output_tokens":1,"output_tokens_details":{"thinking_tokens":-1}}`: "usage.output_tokens_details.thinking_tokens is -1, expected a whole number from 0 up",
		`[1]`: "usage is [1], expected an object",
	} {
		s := subject(t)
		s.Exchange = answer(t, `{"content":[],"usage":`+usage+`}`)
		for _, expr := range []string{"usage.output_tokens < 3", "turns[0].usage.output_tokens < 3"} {
			if r := check(t, expr, s); r.Outcome != Fail || !strings.Contains(r.Why, strings.TrimPrefix(why, "usage has")) {
				t.Errorf("%s of %s: %d %q, want %q", expr, usage, r.Outcome, r.Why, why)
			}
		}
		m, err := NewCompiler().CompileMetric("usage.output_tokens", scope())
		if err != nil {
			t.Fatal(err)
		}
		if v, err := m.Value(s); err == nil {
			t.Errorf("the metric of %s is %v", usage, v)
		}
	}
	s := subject(t)
	s.Exchange = answer(t, `{"content":[],"usage":{"input_tokens":10.0,"output_tokens":1e1,"cache_read_input_tokens":null,"server_tool_use":null}}`)
	if r := check(t, "usage.input_tokens == 10 && usage.total_tokens == 20 && usage.server_tool_use.web_search_requests == 0", s); r.Outcome != Pass {
		t.Error(r.Why)
	}
}

func TestCompileErrors(t *testing.T) {
	for expr, want := range map[string]string{
		`vars.capitl == "x"`:         `did you mean "capital"?`,
		`usage.output_token < 5`:     `did you mean "output_tokens"?`,
		`content[0].txt == "x"`:      `did you mean "text"?`,
		`last(tool_uses).nme == "x"`: `did you mean "name"?`,
		`vars.capital > 5`:           `vars.capital is a string and 5 is an integer`,
		`variant.promt == "x"`:       `did you mean "prompt"?`,
		`stop_reason == 5`:           `stop_reason is a string or nil and 5 is an integer`,
		`len(text)`:                  `an assertion gives true or false, this gives an integer`,
		`calls()`:                    `not enough arguments`,
		`calls(5)`:                   `calls needs a string here, not an integer`,
		`called({city: "Rome"})`:     `called needs a string here`,
		`latency < 5`:                `latency is a duration and 5 is an integer`,
	} {
		_, err := NewCompiler().Compile(expr, scope())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", expr, err, want)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	for _, expr := range []string{
		`stop_reason == "end_turn"`,
		`usage.output_tokens < 50`,
		`text contains "Hello"`,
		`text contains "Hello" && usage.output_tokens < 50`,
		`any(content, .type == "text")`,
	} {
		b.Run(expr, func(b *testing.B) {
			a, err := NewCompiler().Compile(expr, scope())
			if err != nil {
				b.Fatal(err)
			}
			s := subject(b)
			b.ReportAllocs()
			for b.Loop() {
				if a.Check(s).Outcome != Pass {
					b.Fatal("it failed")
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "assertions/s")
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	sc := scope()
	for b.Loop() {
		if _, err := NewCompiler().Compile(`text contains "Hello" && usage.output_tokens < vars.limit`, sc); err != nil {
			b.Fatal(err)
		}
	}
}

// A failure is explained by a second run.
func BenchmarkExplain(b *testing.B) {
	const expr = `text contains "Bye" && usage.output_tokens < 50`
	a, err := NewCompiler().Compile(expr, scope())
	if err != nil {
		b.Fatal(err)
	}
	s := subject(b)
	for b.Loop() {
		if r := a.Check(s); len(r.Trace) == 0 {
			b.Fatal("no trace")
		}
	}
}
