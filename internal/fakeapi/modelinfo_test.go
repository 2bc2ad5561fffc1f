package fakeapi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

func TestModelsAreToldAsChanged(t *testing.T) {
	url := fakeapi.New(fakeapi.Options{Models: map[string]map[string]any{
		"claude-opus-4-6":  {"lifecycle": "retired", "capabilities": map[string]any{"image_input": map[string]any{"supported": false}}},
		"claude-haiku-4-5": nil,
		"my-model":         {"type": "model", "id": "my-model"},
	}}).Start(t)
	_, body := do(t, "GET", url+"/v1/models/claude-opus-4-6", "")
	var m struct {
		Lifecycle    string
		MaxTokens    int `json:"max_tokens"`
		Capabilities map[string]map[string]any
	}
	if err := json.Unmarshal(body, &m); err != nil {
		t.Fatal(err)
	}
	if m.Lifecycle != "retired" || m.MaxTokens != 128000 || m.Capabilities["image_input"]["supported"] != false || m.Capabilities["pdf_input"]["supported"] != true {
		t.Errorf("%s", body)
	}
	if resp, body := do(t, "GET", url+"/v1/models/claude-haiku-4-5", ""); resp.StatusCode != 404 || !strings.Contains(string(body), "model: claude-haiku-4-5") {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
	if resp, body := do(t, "GET", url+"/v1/models/my-model", ""); resp.StatusCode != 200 || string(body) != `{"id":"my-model","type":"model"}` {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
}

func TestCountRefusesWhatLiesElsewhere(t *testing.T) {
	url := fakeapi.New(fakeapi.Options{}).Start(t)
	for name, body := range map[string]string{
		"a URL":             `{"model":"claude-opus-4-6","messages":[{"role":"user","content":[{"type":"image","source":{"type":"url","url":"https://example.com/a.png"}}]}]}`,
		"a document by URL": `{"model":"claude-opus-4-6","messages":[{"role":"user","content":[{"type":"document","source":{"type":"url","url":"https://example.com/a.pdf"}}]}]}`,
	} {
		if resp, got := do(t, "POST", url+"/v1/messages/count_tokens", body); resp.StatusCode != 400 || !strings.Contains(string(got), "cannot be counted") {
			t.Errorf("%s: %d %s", name, resp.StatusCode, got)
		}
	}
}

func TestMessagesOnly(t *testing.T) {
	url := fakeapi.New(fakeapi.Options{MessagesOnly: true}).Start(t)
	for _, path := range []string{"/v1/models/claude-opus-4-6", "/v1/models"} {
		if resp, body := do(t, "GET", url+path, ""); resp.StatusCode != 404 || strings.Contains(string(body), `"type":"error"`) {
			t.Errorf("%s: %d %s", path, resp.StatusCode, body)
		}
	}
	if resp, body := do(t, "POST", url+"/v1/messages", hello); resp.StatusCode != 200 {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
}
