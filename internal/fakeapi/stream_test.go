package fakeapi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

// event is one server-sent event.
type event struct {
	name string
	data map[string]any
}

// events reads a stream; every event must be whole.
func events(t *testing.T, stream string) []event {
	t.Helper()
	var read []event
	for part := range strings.SplitSeq(strings.TrimSuffix(stream, "\n\n"), "\n\n") {
		name, data, ok := strings.Cut(part, "\n")
		if !ok || !strings.HasPrefix(name, "event: ") || !strings.HasPrefix(data, "data: ") {
			t.Fatalf("not an event: %q", part)
		}
		e := event{name: strings.TrimPrefix(name, "event: ")}
		if err := json.Unmarshal([]byte(strings.TrimPrefix(data, "data: ")), &e.data); err != nil {
			t.Fatal(err)
		}
		if e.data["type"] != e.name {
			t.Errorf("event %s has type %v", e.name, e.data["type"])
		}
		read = append(read, e)
	}
	return read
}

// accumulate puts the message of a stream together, as a client does.
func accumulate(t *testing.T, read []event) answer {
	t.Helper()
	message := map[string]any{}
	var partial strings.Builder
	for _, e := range read {
		content, _ := message["content"].([]any)
		var block map[string]any
		if i, ok := e.data["index"].(float64); ok && int(i) < len(content) {
			block = content[int(i)].(map[string]any)
		}
		switch e.name {
		case "message_start":
			message = e.data["message"].(map[string]any)
		case "content_block_start":
			message["content"] = append(content, e.data["content_block"])
			partial.Reset()
		case "content_block_delta":
			delta := e.data["delta"].(map[string]any)
			switch delta["type"] {
			case "text_delta":
				block["text"] = block["text"].(string) + delta["text"].(string)
			case "thinking_delta":
				block["thinking"] = block["thinking"].(string) + delta["thinking"].(string)
			case "signature_delta":
				block["signature"] = delta["signature"]
			case "input_json_delta":
				partial.WriteString(delta["partial_json"].(string))
			}
		case "content_block_stop":
			if partial.Len() > 0 {
				var input any
				if err := json.Unmarshal([]byte(partial.String()), &input); err != nil {
					t.Fatal(err)
				}
				block["input"] = input
			}
		case "message_delta":
			for name, value := range e.data["delta"].(map[string]any) {
				message[name] = value
			}
			message["usage"] = e.data["usage"]
		}
	}
	raw, err := json.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	var a answer
	if err := json.Unmarshal(raw, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestStreamTellsTheSameMessage(t *testing.T) {
	script := fakeapi.Replies(map[string]fakeapi.Answer{
		"everything": {Content: []map[string]any{
			{"type": "thinking", "thinking": "thought of several words, and more", "signature": "sig"},
			{"type": "text", "text": "text in 漢字, of several words 🐜"},
			{"type": "tool_use", "id": "toolu_1", "name": "f", "input": map[string]any{"a": []any{1.0, "two"}}},
			{"type": "tool_use", "id": "toolu_2", "name": "g", "input": map[string]any{}},
			{"type": "redacted_thinking", "data": "d"},
		}},
		"nothing": {},
	})
	for _, says := range []string{"everything", "nothing", "else"} {
		body := turns(`[{"role":"user","content":"` + says + `"}]`)
		want := answered(t, fakeapi.Options{Script: script}, body)
		resp, stream := post(t, fakeapi.New(fakeapi.Options{Script: script}).Start(t), strings.Replace(body, "{", `{"stream":true,`, 1))
		if resp.StatusCode != 200 || !strings.HasPrefix(resp.Header.Get("content-type"), "text/event-stream") {
			t.Fatalf("status %d, %s", resp.StatusCode, resp.Header)
		}
		read := events(t, string(stream))
		got := accumulate(t, read)
		got.ID, want.ID = "", "" // made of the body, which says stream
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", says, d)
		}
		if first, last := read[0].name, read[len(read)-1].name; first != "message_start" || last != "message_stop" {
			t.Errorf("%s: the stream starts with %s and ends with %s", says, first, last)
		}
	}
}

func TestStreamStartsWithoutTheEnd(t *testing.T) {
	_, stream := post(t, fakeapi.New(fakeapi.Options{}).Start(t), with(`"stream":true`))
	read := events(t, string(stream))
	start := read[0].data["message"].(map[string]any)
	usage := start["usage"].(map[string]any)
	if start["stop_reason"] != nil || len(start["content"].([]any)) != 0 || usage["output_tokens"] != 1.0 || usage["input_tokens"] != 4.0 {
		t.Errorf("message_start %v", start)
	}
	var names []string
	for _, e := range read {
		if len(names) == 0 || names[len(names)-1] != e.name {
			names = append(names, e.name)
		}
	}
	want := []string{"message_start", "content_block_start", "content_block_delta", "content_block_stop", "ping", "message_delta", "message_stop"}
	if d := cmp.Diff(want, names); d != "" {
		t.Error(d)
	}
}

func TestStreamRefusesBeforeItStarts(t *testing.T) {
	resp, body := post(t, fakeapi.New(fakeapi.Options{}).Start(t), with(`"stream":true`, `"xyz":1`))
	if resp.StatusCode != 400 || resp.Header.Get("content-type") != "application/json" {
		t.Errorf("status %d: %s", resp.StatusCode, body)
	}
}
