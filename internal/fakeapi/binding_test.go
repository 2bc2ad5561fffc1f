package fakeapi_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

// TestThinkingIsBoundToItsPrompt sends thinking back behind the prompt that it
// was made for, and behind others.
func TestThinkingIsBoundToItsPrompt(t *testing.T) {
	s := fakeapi.New(fakeapi.Options{Script: func(*fakeapi.Call) fakeapi.Answer {
		return fakeapi.Answer{Content: []map[string]any{{"type": "thinking", "thinking": "hm", "signature": "c2ln"}, {"type": "text", "text": "a"}}}
	}})
	const (
		first  = `{"role":"user","content":"hi"}`
		second = `{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"c2ln"},{"type":"text","text":"a"}]},{"role":"user","content":"more"}`
	)
	send := func(model, fields, turns string) (int, string) {
		body := `{"model":"` + model + `","max_tokens":64,` + fields + `"messages":[` + turns + `]}`
		r := httptest.NewRequest(http.MethodPost, "/v1/messages", strings.NewReader(body))
		r.Header.Set("content-type", "application/json")
		r.Header.Set("anthropic-version", "2023-06-01")
		r.Header.Set("anthropic-beta", "thinking-binding-controls-2026-08-01")
		r.Header.Set("x-api-key", "k")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		var e refusal
		_ = json.Unmarshal(w.Body.Bytes(), &e)
		return w.Code, e.Error.Message
	}
	for _, c := range []struct {
		name, model, fields, turns string
		status                     int
	}{
		{"the first turn", "claude-fable-5-2", "", first, 200},
		{"its own prompt", "claude-fable-5-2", "", first + "," + second, 200},
		{"another system prompt", "claude-fable-5-2", `"system":"s",`, first + "," + second, 400},
		{"a turn that was changed", "claude-fable-5-2", "", `{"role":"user","content":"ho"},` + second, 400},
		{"left out", "claude-fable-5-2", `"system":"s","thinking":{"type":"adaptive","block_binding":{"prefix_mismatch_behavior":"drop_block"}},`, first + "," + second, 200},
		{"another model of the kind", "claude-mythos-5-1", "", first + "," + second, 400},
		{"a model that does not mind", "claude-opus-5", `"system":"s",`, first + "," + second, 200},
		{"unknown thinking", "claude-fable-5-2", "", first + "," + strings.ReplaceAll(second, "c2ln", "b3Ro"), 200},
	} {
		if c.name == "another system prompt" || c.name == "another model of the kind" { // which answered before
			send("claude-fable-5-2", "", first)
		}
		if status, message := send(c.model, c.fields, c.turns); status != c.status {
			t.Errorf("%s: %d %s, want %d", c.name, status, message, c.status)
		}
	}
}
