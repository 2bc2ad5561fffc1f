package fakeapi_test

import (
	"strings"
	"testing"
)

func TestModelsRefuseWhatTheyRefuse(t *testing.T) {
	prefill := `[{"role":"user","content":"x"},{"role":"assistant","content":"y"}]`
	tools := `"tools":[{"name":"f","input_schema":{"type":"object"}}]`
	asked := map[string]func(model string) string{
		"prefill": func(m string) string { return request(m, prefill) },
		"system turn": func(m string) string {
			return request(m, `[{"role":"user","content":"x"},{"role":"system","content":"y"}]`)
		},
		"temperature 0":      func(m string) string { return request(m, hi, `"temperature":0`) },
		"temperature 1":      func(m string) string { return request(m, hi, `"temperature":1`) },
		"temperature, top_p": func(m string) string { return request(m, hi, `"temperature":0.5`, `"top_p":0.5`) },
		"top_k":              func(m string) string { return request(m, hi, `"top_k":5`) },
		"enabled": func(m string) string {
			return request(m, hi, `"max_tokens":2000`, `"thinking":{"type":"enabled","budget_tokens":1024}`)
		},
		"adaptive":      func(m string) string { return request(m, hi, `"thinking":{"type":"adaptive"}`) },
		"disabled":      func(m string) string { return request(m, hi, `"thinking":{"type":"disabled"}`) },
		"between_tools": func(m string) string { return request(m, hi, `"thinking":{"type":"between_tools"}`) },
		"disabled, effort max": func(m string) string {
			return request(m, hi, `"thinking":{"type":"disabled"}`, `"output_config":{"effort":"max"}`)
		},
		"effort low":   func(m string) string { return request(m, hi, `"output_config":{"effort":"low"}`) },
		"effort xhigh": func(m string) string { return request(m, hi, `"output_config":{"effort":"xhigh"}`) },
		"forced tool":  func(m string) string { return request(m, hi, tools, `"tool_choice":{"type":"any"}`) },
	}
	refused := map[string]string{
		"claude-haiku-4-5":  "system turn; temperature, top_p; adaptive; between_tools; disabled, effort max; effort low; effort xhigh",
		"claude-sonnet-4-5": "system turn; temperature, top_p; adaptive; between_tools; disabled, effort max; effort low; effort xhigh",
		"claude-opus-4-5":   "system turn; temperature, top_p; adaptive; between_tools; disabled, effort max; effort xhigh",
		"claude-sonnet-4-6": "prefill; system turn; temperature, top_p; between_tools; effort xhigh",
		"claude-opus-4-6":   "prefill; system turn; temperature, top_p; between_tools; effort xhigh",
		"claude-opus-4-7":   "prefill; system turn; temperature 0; temperature, top_p; top_k; enabled; between_tools",
		"claude-opus-4-8":   "prefill; temperature 0; temperature, top_p; top_k; enabled; between_tools",
		"claude-sonnet-5":   "prefill; system turn; temperature 0; temperature, top_p; top_k; enabled; between_tools",
		"claude-opus-5":     "prefill; temperature 0; temperature, top_p; top_k; enabled; between_tools; disabled, effort max",
		"claude-haiku-5-5":  "prefill; temperature 0; temperature, top_p; top_k; enabled; between_tools; disabled, effort max",
		"claude-sonnet-5-5": "prefill; temperature 0; temperature, top_p; top_k; enabled; disabled; disabled, effort max; forced tool",
		"claude-opus-5-5":   "prefill; temperature 0; temperature, top_p; top_k; enabled; disabled; between_tools; disabled, effort max; forced tool",
		"claude-fable-5-1":  "prefill; temperature 0; temperature, top_p; top_k; enabled; disabled; between_tools; disabled, effort max; forced tool",
	}
	for model, list := range refused {
		refuses := map[string]bool{}
		for name := range strings.SplitSeq(list, "; ") {
			refuses[name] = true
		}
		for name, body := range asked {
			status, got := ask(t, body(model))
			if (status == 400) != refuses[name] || status != 200 && status != 400 {
				t.Errorf("%s, %s: status %d %s", model, name, status, got.Error.Message)
			}
		}
	}
}

func TestModelsSayWhyTheyRefuse(t *testing.T) {
	tools := `"tools":[{"name":"f","input_schema":{"type":"object"}}]`
	tests := []struct{ body, want string }{
		{request("claude-opus-4-6", hi, `"temperature":1`, `"top_p":1`), "`temperature` and `top_p` cannot both be specified for this model. Please use only one."},
		{request("claude-opus-4-7", hi, `"temperature":0.2`), "`temperature` is deprecated for this model."},
		{request("claude-opus-5-5", hi, `"thinking":{"type":"disabled"}`), `"thinking.type.disabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.`},
		{request("claude-haiku-4-5", hi, `"thinking":{"type":"adaptive"}`), "adaptive thinking is not supported on this model"},
		{request("claude-haiku-4-5", hi, `"output_config":{"effort":"low"}`), "This model does not support the effort parameter."},
		{request("claude-opus-4-6", hi, `"output_config":{"effort":"xhigh"}`), "output_config.effort: 'xhigh' is not supported for this model. Supported levels: 'low', 'medium', 'high', 'max'"},
		{request("claude-opus-5-5", hi, tools, `"tool_choice":{"type":"tool","name":"f"}`), `tool_choice: type "tool" and "any" are not supported for this model.`},
	}
	for _, test := range tests {
		if status, got := ask(t, test.body); status != 400 || got.Error.Message != test.want {
			t.Errorf("status %d %q, want %q", status, got.Error.Message, test.want)
		}
	}
}

func TestUnknownModelIsNotFound(t *testing.T) {
	for _, model := range []string{"claude-opus-9", "gpt-4", "", "claude-opus-4-6-20260101"} {
		status, got := ask(t, request(model, hi))
		want := "model: " + model
		if model == "" {
			if status != 400 || got.Error.Message != "model: String should have at least 1 character" {
				t.Errorf("empty model: %d %s", status, got.Error.Message)
			}
			continue
		}
		if status != 404 || got.Error.Type != "not_found_error" || got.Error.Message != want {
			t.Errorf("%s: %d %s %s", model, status, got.Error.Type, got.Error.Message)
		}
	}
}
