package assert_test

import (
	"fmt"
	"testing"

	"github.com/evalrun/evalrun/assert"
)

func TestVerdict(t *testing.T) {
	for expr, want := range map[string]string{
		`len(text) >= 0`:                                  "always",
		`text contains ""`:                                "always",
		`usage.output_tokens < 0`:                         "never",
		`usage.output_tokens >= 0`:                        "always unless usage.output_tokens",
		`usage.cache_read_input_tokens >= 0`:              "always",
		`usage.output_tokens_details.thinking_tokens < 0`: "never",
		`usage.service_tier == nil`:                       "open",
		`turns[0].usage.output_tokens < 0`:                "never",
		`any(turns, .usage.output_tokens < 0)`:            "never",
		`turns[0].text contains ""`:                       "always unless turns[0]",
		`stop_reason == "a" && stop_reason == "b"`:        "never",
		`text == "C" || text != "C"`:                      "always",
		`text == text`:                                    "always",
		`json == json`:                                    "always unless json",
		`cost < 0`:                                        "never",
		`latency < duration("0s")`:                        "never",
		`ttft == nil`:                                     "open",
		`error != nil`:                                    "open",
		`error == nil || error != nil`:                    "always",
		`similarity(text, "x") > 1`:                       "never",
		`similarity(text, "x") >= 1`:                      "open",
		`normalize(text) == "Hello, world"`:               "never",
		`normalize(text) == "hello world"`:                "open",
		`lower(text) contains "Yes"`:                      "never",
		`vars.n == 5`:                                     "open",
		`vars.n == vars.n`:                                "always",
		`content[0].type == "text"`:                       "open",
		`content == []`:                                   "open",
		`words(text) >= 0`:                                "always",
		`sample < 0`:                                      "never",
		`is_json(text) && !is_json(text)`:                 "never",
		`request.max_tokens > 5`:                          "open",
		`matches_schema(json, {"type": "object"})`:        "open",
	} {
		a, err := assert.NewCompiler().Compile(expr, &assert.Scope{Vars: map[string]any{"n": 5}})
		if err != nil {
			t.Errorf("%s: %v", expr, err)
			continue
		}
		if got := describeVerdict(expr, a.Verdict()); got != want {
			t.Errorf("%s is %s, want %s", expr, got, want)
		}
	}
}

func describeVerdict(expr string, v assert.Verdict) string {
	out := "open"
	switch v.Outcome {
	case assert.Never:
		out = "never"
	case assert.Always:
		out = "always"
	}
	if v.Unless.Length > 0 {
		out += " unless " + expr[v.Unless.Offset:v.Unless.Offset+v.Unless.Length]
	}
	return out
}

func TestVerdictWithin(t *testing.T) {
	for expr, want := range map[string]string{
		`usage.output_tokens > 1000`:                         "open",
		`usage.output_tokens > 1024`:                         "never",
		`usage.output_tokens >= 2000`:                        "never",
		`turns[0].usage.output_tokens == 2000`:               "never",
		`words(text) > 4096`:                                 "never",
		`words(text) > 1000`:                                 "open",
		`words(thinking) > 5000`:                             "open",
		`stop_reason == "tool_use"`:                          "never",
		`stop_reason != "stop_sequence"`:                     "always",
		`any(turns, .stop_reason == "tool_use")`:             "never",
		`len(tool_uses) == 1`:                                "never",
		`tool_uses == []`:                                    "open",
		`none(tool_uses, .name == "f")`:                      "always unless .name",
		`usage.input_tokens > 5000`:                          "open",
		`usage.output_tokens_details.thinking_tokens > 2000`: "never",
	} {
		a, err := assert.NewCompiler().Compile(expr, &assert.Scope{})
		if err != nil {
			t.Errorf("%s: %v", expr, err)
			continue
		}
		if got := describeVerdict(expr, a.VerdictWithin(assert.Bounds{MaxTokens: 1024, NoTools: true, NoStopSequences: true})); got != want {
			t.Errorf("%s is %s, want %s", expr, got, want)
		}
	}
}

func TestLiterals(t *testing.T) {
	for expr, want := range map[string]string{
		`stop_reason == "endturn"`:                       `stop_reason "endturn"`,
		`"x" != stop_reason`:                             `stop_reason "x"`,
		`stop_reason in ["a", "b"]`:                      `stop_reason "a", stop_reason "b"`,
		`stop_reason not in ["a"]`:                       `stop_reason "a"`,
		`turns[0].stop_reason == "a"`:                    `stop_reason "a"`,
		`all(turns, .stop_reason == "a")`:                `stop_reason "a"`,
		`last(turns)?.stop_reason == "a"`:                `stop_reason "a"`,
		`(stop_reason ?? "none") == "a"`:                 `stop_reason "a"`,
		`let r = stop_reason; r == "a"`:                  `stop_reason "a"`,
		`let stop = text; stop == "a"`:                   ``,
		`content[0].type == "txt"`:                       `content block type "txt"`,
		`any(content, .type in ["txt"])`:                 `content block type "txt"`,
		`any(turns[0].content, {.type == "txt"})`:        `content block type "txt"`,
		`"txt" in map(content, .type)`:                   `content block type "txt"`,
		`first(content).type == "txt"`:                   `content block type "txt"`,
		`filter(content, .type == "txt")[0].text == "a"`: `content block type "txt"`,
		`tool_uses[0].name == "f"`:                       `tool name "f"`,
		`none(tool_uses, .name == "f")`:                  `tool name "f"`,
		`"f" in map(tool_uses, .name)`:                   `tool name "f"`,
		`text == "endturn"`:                              ``,
		`json.stop_reason == "a"`:                        ``,
		`vars.type == "a"`:                               ``,
		`content[0].text == "type"`:                      ``,
		`error.type == "a"`:                              ``,
	} {
		a, err := assert.NewCompiler().Compile(expr, &assert.Scope{Vars: map[string]any{"type": "x"}})
		if err != nil {
			t.Errorf("%s: %v", expr, err)
			continue
		}
		got := ""
		for _, l := range a.Literals() {
			if got != "" {
				got += ", "
			}
			got += fmt.Sprintf("%s %s", l.Of, expr[l.Offset:l.Offset+l.Length])
		}
		if got != want {
			t.Errorf("%s compares %s, want %s", expr, got, want)
		}
	}
}
