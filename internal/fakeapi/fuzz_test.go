package fakeapi_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

// FuzzValidate holds the server to this: whatever is sent, it answers with a
// message or with an error of the API, never with a panic or an error of its
// own.
func FuzzValidate(f *testing.F) {
	f.Add(hello, "", false)
	f.Add(block(imageBlock("image/png", pngData(1, 1))), "", false)
	f.Add(block(`{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"`+pdfData+`"}}`), "", true)
	f.Add(with(`"tools":[{"name":"f","input_schema":{"type":"object","properties":{"a":{"$ref":"#"}},"required":["a"]}}]`, `"tool_choice":{"type":"any"}`), "", false)
	f.Add(format(`{"allOf":[{"$ref":"#/$defs/a"},{"$ref":"#/$defs/a"}],"$defs":{"a":{"type":"array","minItems":1,"items":{"$ref":"#"}}}}`), "", true)
	f.Add(request("claude-haiku-4-5", `[{"role":"user","content":"x"},{"role":"assistant","content":"\ud83d\udc1c"}]`, `"stream":true`, `"stop_sequences":["a"]`), "", false)
	f.Add(turns(`[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a"}]},{"role":"system","content":"y"}]`), "mcp-client-2025-11-20", true)
	f.Fuzz(func(t *testing.T, body, beta string, newer bool) {
		r := httptest.NewRequest(http.MethodPost, "/v1/messages", strings.NewReader(body))
		r.Header = http.Header{"Content-Type": {"application/json"}, "Anthropic-Version": {"2023-06-01"}, "X-Api-Key": {"x"}, "Anthropic-Beta": {beta}}
		if newer {
			r.Header.Set("anthropic-version", "2026-10-21")
		}
		w := httptest.NewRecorder()
		fakeapi.New(fakeapi.Options{}).ServeHTTP(w, r)
		if w.Code != 200 && w.Code != 400 && w.Code != 404 {
			t.Fatalf("status %d: %s", w.Code, w.Body)
		}
		if strings.HasPrefix(w.Header().Get("content-type"), "text/event-stream") {
			accumulate(t, events(t, w.Body.String()))
			return
		}
		if !json.Valid(w.Body.Bytes()) {
			t.Fatalf("the answer is not JSON: %q", w.Body)
		}
	})
}
