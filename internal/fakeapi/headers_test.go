package fakeapi_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

func set(name, value string) func(http.Header) {
	return func(h http.Header) { h.Set(name, value) }
}

func unset(name string) func(http.Header) {
	return func(h http.Header) { h.Del(name) }
}

func TestHeaders(t *testing.T) {
	const badType, unauthorized = "invalid_request_error", "authentication_error"
	tests := []struct {
		name            string
		edit            func(http.Header)
		status          int
		kind, wantError string
	}{
		{"no key", unset("x-api-key"), 401, unauthorized, "x-api-key header is required"},
		{"an empty bearer", func(h http.Header) { h.Del("x-api-key"); h.Set("authorization", "Bearer ") }, 401, unauthorized, "x-api-key header is required"},
		{"another scheme", func(h http.Header) { h.Del("x-api-key"); h.Set("authorization", "Basic x") }, 401, unauthorized, "x-api-key header is required"},
		{"a bearer", func(h http.Header) { h.Del("x-api-key"); h.Set("authorization", "Bearer x") }, 200, "", ""},
		{"no version", unset("anthropic-version"), 400, badType, "anthropic-version: header is required"},
		{"an unknown version", set("anthropic-version", "2023-06-02"), 400, badType, `anthropic-version: "2023-06-02" is not a valid version`},
		{"the newer version", set("anthropic-version", "2026-10-21"), 200, "", ""},
		{"no content type", unset("content-type"), 400, badType, `content-type: expected application/json, got ""`},
		{"a form", set("content-type", "application/x-www-form-urlencoded"), 400, badType, `content-type: expected application/json, got "application/x-www-form-urlencoded"`},
		{"a charset", set("content-type", "application/json; charset=utf-8"), 200, "", ""},
		{"betas", set("anthropic-beta", "mcp-client-2025-11-20, context-1m-2025-08-07"), 200, "", ""},
		{"an unknown beta", set("anthropic-beta", "mcp-client-2025-11-20,no-such-beta-2025-01-01"), 400, badType, "Unexpected value(s) `no-such-beta-2025-01-01` for the `anthropic-beta` header. Please consult our documentation at docs.claude.com or try again without the header."},
		{"a beta without its date", set("anthropic-beta", "mcp-client"), 400, badType, "Unexpected value(s) `mcp-client` for the `anthropic-beta` header. Please consult our documentation at docs.claude.com or try again without the header."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			status, got := ask(t, hello, test.edit)
			if status != test.status || got.Error.Type != test.kind || got.Error.Message != test.wantError {
				t.Errorf("%d %s %q\nwant %d %s %q", status, got.Error.Type, got.Error.Message, test.status, test.kind, test.wantError)
			}
		})
	}
}

func TestBetasOpenTheirFields(t *testing.T) {
	tests := []struct{ beta, field string }{
		{"context-management-2025-06-27", `"context_management":{"edits":[]}`},
		{"compact-2026-01-12", `"context_management":{"edits":[]}`},
		{"mcp-client-2025-11-20", `"mcp_servers":[{"type":"url","url":"https://x.test","name":"m"}]`},
		{"server-side-fallback-2026-07-01", `"fallbacks":[]`},
		{"task-budgets-2026-03-13", `"output_config":{"task_budget":{"type":"tokens","total":20000}}`},
	}
	for _, test := range tests {
		if status, got := ask(t, with(test.field), set("anthropic-beta", test.beta)); status != 200 {
			t.Errorf("%s with %s: %d %s", test.field, test.beta, status, got.Error.Message)
		}
		if status, _ := ask(t, with(test.field), set("anthropic-beta", "skills-2025-10-02")); status != 400 {
			t.Errorf("%s with another beta: %d, want 400", test.field, status)
		}
	}
}

func TestNewerVersionRefusesMore(t *testing.T) {
	document := `[{"type":"document","source":{"type":"text","media_type":"text/plain","data":"x"}}]`
	tests := []struct{ body, want string }{
		{with(`"temperature":1`), "temperature: Extra inputs are not permitted"},
		{with(`"top_p":1`), "top_p: Extra inputs are not permitted"},
		{with(`"top_k":1`), "top_k: Extra inputs are not permitted"},
		{
			turns(`[{"role":"user","content":"x"},{"role":"assistant","content":` + document + `},{"role":"user","content":"x"}]`),
			"messages.1.content.0: document blocks are not permitted in assistant messages",
		},
		{
			block(`{"type":"text","text":"x","citations":[{"type":"char_location","cited_text":"c","document_index":0,"start_char_index":0,"end_char_index":1}]}`),
			"messages.0.content.0.text.citations: citations are not permitted on text blocks in user messages",
		},
	}
	newer := set("anthropic-version", "2026-10-21")
	for _, test := range tests {
		model := strings.Replace(test.body, "claude-opus-4-8", "claude-opus-4-6", 1)
		if status, got := ask(t, model, newer); status != 400 || got.Error.Message != test.want {
			t.Errorf("%d %q, want %q", status, got.Error.Message, test.want)
		}
		if status, got := ask(t, model); status != 200 {
			t.Errorf("2023-06-01 refuses it too: %q", got.Error.Message)
		}
	}
}

func TestPathsAndMethods(t *testing.T) {
	url := fakeapi.New(fakeapi.Options{}).Start(t)
	tests := []struct {
		method, path string
		status       int
		kind         string
	}{
		{"POST", "/v1/messages", 200, ""},
		{"GET", "/v1/messages", 405, "invalid_request_error"},
		{"POST", "/v1/message", 404, "not_found_error"},
		{"POST", "/v1/messages/", 404, "not_found_error"},
		{"POST", "/v1/v1/messages", 404, "not_found_error"},
		{"POST", "//v1/messages", 404, "not_found_error"},
		{"GET", "/", 404, "not_found_error"},
	}
	for _, test := range tests {
		resp, body := do(t, test.method, url+test.path, hello)
		var got refusal
		if err := json.Unmarshal(body, &got); err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != test.status || got.Error.Type != test.kind {
			t.Errorf("%s %s: %d %q, want %d %q", test.method, test.path, resp.StatusCode, got.Error.Type, test.status, test.kind)
		}
	}
}

func TestEveryAnswerHasItsHeaders(t *testing.T) {
	url := fakeapi.New(fakeapi.Options{}).Start(t)
	seen := map[string]bool{}
	for _, body := range []string{hello, hello, `{}`} {
		resp, answer := post(t, url, body)
		id := resp.Header.Get("request-id")
		if !strings.HasPrefix(id, "req_") || seen[id] {
			t.Errorf("request-id %q, seen %v", id, seen)
		}
		seen[id] = true
		if resp.StatusCode != 200 && !bytes.Contains(answer, []byte(`"request_id":"`+id+`"`)) {
			t.Errorf("the body has not the header's id %s: %s", id, answer)
		}
		for _, name := range []string{"requests-limit", "requests-remaining", "requests-reset", "input-tokens-limit", "output-tokens-reset", "tokens-remaining"} {
			if resp.Header.Get("anthropic-ratelimit-"+name) == "" {
				t.Errorf("no anthropic-ratelimit-%s", name)
			}
		}
	}
}

func TestBodyOverTheLimit(t *testing.T) {
	s := fakeapi.New(fakeapi.Options{})
	url := s.Start(t)
	text := strings.Repeat("x", 32<<20)
	resp, body := post(t, url, request("claude-opus-4-6", `[{"role":"user","content":"`+text+`"}]`))
	var got refusal
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != 413 || got.Error.Type != "request_too_large" {
		t.Errorf("status %d: %s", resp.StatusCode, body)
	}
	if c := s.Counts(); c.ByStatus[413] != 1 || c.Answered != 0 {
		t.Errorf("counts %+v", c)
	}
}

func TestModels(t *testing.T) {
	url := fakeapi.New(fakeapi.Options{}).Start(t)
	resp, body := do(t, "GET", url+"/v1/models/claude-opus-4-6", "")
	var m struct {
		Type, ID, Lifecycle string
		RetiresAt           *string `json:"retires_at"`
		MaxTokens           int     `json:"max_tokens"`
		Capabilities        struct {
			ImageInput struct{ Supported bool } `json:"image_input"`
			Effort     map[string]any
			Thinking   struct{ Types map[string]any }
		}
	}
	if err := json.Unmarshal(body, &m); err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != 200 || m.Type != "model" || m.ID != "claude-opus-4-6" || m.Lifecycle != "active" || m.MaxTokens != 128000 {
		t.Errorf("status %d: %s", resp.StatusCode, body)
	}
	max, xhigh := m.Capabilities.Effort["max"].(map[string]any), m.Capabilities.Effort["xhigh"].(map[string]any)
	if max["supported"] != true || xhigh["supported"] != false || !m.Capabilities.ImageInput.Supported {
		t.Errorf("capabilities %s", body)
	}
	if resp, _ := do(t, "GET", url+"/v1/models/claude-haiku-4-5-20251001", ""); resp.StatusCode != 200 {
		t.Errorf("snapshot: status %d", resp.StatusCode)
	}
	if resp, body := do(t, "GET", url+"/v1/models/claude-none", ""); resp.StatusCode != 404 {
		t.Errorf("unknown model: status %d: %s", resp.StatusCode, body)
	}
	if resp, body := do(t, "GET", url+"/v1/models", ""); resp.StatusCode != 200 || !strings.Contains(string(body), `"id":"claude-haiku-4-5"`) {
		t.Errorf("list: status %d: %s", resp.StatusCode, body)
	}
}

func TestCountTokens(t *testing.T) {
	url := fakeapi.New(fakeapi.Options{}).Start(t)
	resp, body := do(t, "POST", url+"/v1/messages/count_tokens", `{"model":"claude-opus-4-6","messages":`+hi+`}`)
	if resp.StatusCode != 200 || string(body) != `{"input_tokens":4}` {
		t.Errorf("status %d: %s", resp.StatusCode, body)
	}
	resp, body = do(t, "POST", url+"/v1/messages/count_tokens", hello)
	if resp.StatusCode != 400 || !strings.Contains(string(body), "max_tokens: Extra inputs are not permitted") {
		t.Errorf("status %d: %s", resp.StatusCode, body)
	}
}
