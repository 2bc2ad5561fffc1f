package messages

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/evalrun/evalrun/internal/messages/payload"
)

// toldModel is the shape of the official SDK's v2.13.0, with unknown members.
const toldModel = `{"type":"model","id":"claude-old","display_name":"Old","created_at":"2025-01-01T00:00:00Z",
	"lifecycle":"deprecated","deprecated_at":"2026-10-01T00:00:00Z","retires_at":"2026-12-24T00:00:00Z","line":"opus",
	"max_input_tokens":200000,"max_tokens":64000,"capabilities":{
	"image_input":{"supported":false},"pdf_input":{"supported":true},"structured_outputs":{"supported":false},
	"effort":{"supported":true,"low":{"supported":true},"max":{"supported":false}},
	"thinking":{"supported":true,"types":{"adaptive":{"supported":false},"enabled":{"supported":true}}},
	"telepathy":{"supported":true}}}`

func startServer(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

func TestModel(t *testing.T) {
	var got *http.Request
	var sent []byte
	url := startServer(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		sent, _ = io.ReadAll(r.Body)
		body(200, "application/json", toldModel)(w, r)
	})
	s := newTestHTTP(t, HTTPOptions{BaseURL: url + "/v1/", APIKey: "sk-secret-0123456789"})
	info, err := s.Model(t.Context(), "a/b:c", "2026-10-21")
	if err != nil {
		t.Fatal(err)
	}
	if got.Method != "GET" || got.URL.EscapedPath() != "/v1/models/a%2Fb:c" || len(sent) > 0 || got.Header.Get("content-type") != "" ||
		got.Header.Get("anthropic-version") != "2026-10-21" || got.Header.Get("x-api-key") != "sk-secret-0123456789" {
		t.Errorf("%s %s %v %q", got.Method, got.URL.EscapedPath(), got.Header, sent)
	}
	if info.Lifecycle != "deprecated" || !info.RetiresAt.Equal(time.Date(2026, 12, 24, 0, 0, 0, 0, time.UTC)) ||
		info.MaxInputTokens != 200_000 || info.MaxTokens != 64_000 {
		t.Errorf("%+v", info)
	}
	if *info.ImageInput || !*info.PDFInput || *info.StructuredOutputs || len(info.Effort) != 2 || !info.Effort["low"] ||
		info.Effort["max"] || len(info.Thinking) != 2 || info.Thinking["adaptive"] || !info.Thinking["enabled"] {
		t.Errorf("%+v", info)
	}
}

// TestModelThatIsToldLittle holds that what a server leaves out is not known,
// and that one without the endpoint is not one that knows no model.
func TestModelThatIsToldLittle(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   string // of the error
		kind   error
	}{
		"as OpenAI has it": {body(200, "application/json", `{"id":"m-1","object":"model","created":1,"owned_by":"library"}`), "", nil},
		"other kinds":      {body(200, "application/json", `{"lifecycle":5,"retires_at":"soon","max_tokens":"many","capabilities":[],"x":1}`), "", nil},
		"not known":        {apiError(404, "not_found_error", "model: m-1"), "404 not_found_error: model: m-1", nil},
		"llama.cpp":        {body(404, "application/json", `{"error":{"code":404,"message":"File Not Found","type":"not_found_error"}}`), "does not offer this", ErrNotOffered},
		"vLLM":             {body(404, "application/json", `{"detail":"Not Found"}`), "does not offer this", ErrNotOffered},
		"plain text":       {body(404, "text/plain", "404 page not found"), "does not offer this", ErrNotOffered},
		"no GET":           {apiError(405, "invalid_request_error", "Method Not Allowed"), "does not offer this", ErrNotOffered},
		"a web page":       {body(200, "text/html", "<title>Welcome</title>"), "does not offer this", ErrNotOffered},
		"no right":         {apiError(401, "authentication_error", "invalid x-api-key"), "401 authentication_error", nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := newTestHTTP(t, HTTPOptions{BaseURL: startServer(t, c.answer)})
			info, err := s.Model(t.Context(), "m-1", "")
			if (err == nil) != (c.want == "") || err != nil && (!strings.Contains(err.Error(), c.want) || errors.Is(err, ErrNotOffered) != (c.kind != nil)) {
				t.Fatalf("%v, want %s", err, c.want)
			}
			if err == nil && (info.Lifecycle != "" || info.MaxTokens != 0 || info.ImageInput != nil || info.Effort != nil || !info.RetiresAt.IsZero()) {
				t.Errorf("%+v", info)
			}
		})
	}
}

func TestCountTokens(t *testing.T) {
	var path, sent string
	url := startServer(t, func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		path, sent = r.URL.Path, string(text)
		body(200, "application/json", `{"input_tokens":2095}`)(w, r)
	})
	s := newTestHTTP(t, HTTPOptions{BaseURL: url})
	n, err := s.CountTokens(t.Context(), &Request{Model: "m", Betas: []string{"x-2026-01-01"}, Body: payload.New([]byte(`{"model":"m", "max_tokens":16,"stream":true,"temperature":0.50,` +
		`"messages":[{"role":"user","content":"Hi"}],"stop_sequences":["x"],"metadata":{},"my_field":1,"thinking":{"type":"adaptive"},"service_tier":"auto"}`))})
	if err != nil || n != 2095 {
		t.Fatalf("%d %v", n, err)
	}
	if want := `{"model":"m","messages":[{"role":"user","content":"Hi"}],"thinking":{"type":"adaptive"}}`; sent != want || path != "/v1/messages/count_tokens" {
		t.Errorf("%s %s, want %s", path, sent, want)
	}
}

func TestCountTokensThatFail(t *testing.T) {
	for name, c := range map[string]struct {
		answer  http.HandlerFunc
		offered bool
	}{
		"refused":     {apiError(400, "invalid_request_error", "tools: web_search cannot be counted"), true},
		"no endpoint": {body(404, "application/json", `{"detail":"Not Found"}`), false},
		"no count":    {body(200, "application/json", `{"tokens":12}`), false},
		"nonsense":    {body(200, "application/json", `[1]`), false},
	} {
		s := newTestHTTP(t, HTTPOptions{BaseURL: startServer(t, c.answer)})
		if n, err := s.CountTokens(t.Context(), hello()); n != 0 || err == nil || errors.Is(err, ErrNotOffered) == c.offered {
			t.Errorf("%s: %d %v", name, n, err)
		}
	}
}

// TestToldAreTriedAgain holds that the other endpoints are asked with the same
// patience, and that no error of theirs holds the key.
func TestToldAreTriedAgain(t *testing.T) {
	const key = "sk-secret-0123456789"
	calls := 0
	url := startServer(t, func(w http.ResponseWriter, r *http.Request) {
		if calls++; calls < 3 {
			apiError(529, "overloaded_error", "Overloaded")(w, r)
			return
		}
		apiError(403, "permission_error", "the key "+r.Header.Get("x-api-key")+" may not")(w, r)
	})
	s := newTestHTTP(t, HTTPOptions{BaseURL: url, APIKey: key, Retry: RetryOptions{random: func() float64 { return 0 }}})
	_, err := s.Model(t.Context(), "m", "")
	if calls != 3 || err == nil || strings.Contains(err.Error(), key) || !strings.Contains(err.Error(), "the key [redacted] may not") {
		t.Errorf("%d calls: %v", calls, err)
	}
}
