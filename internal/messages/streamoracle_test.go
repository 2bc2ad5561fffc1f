//go:build oracle

// The official SDK takes as long to compile as all other tests together, so
// that this file is left out of a plain go test. .ci/run has it run.

package messages

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/anthropics/anthropic-sdk-go/v2"
	"github.com/anthropics/anthropic-sdk-go/v2/packages/ssestream"
	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

// accumulator is a Message of the SDK, or a BetaMessage.
type accumulator[Event any] interface {
	Accumulate(Event) error
	RawJSON() string
}

// accumulate has the SDK put the message of a stream together.
func accumulate[Event any](t *testing.T, stream string, message accumulator[Event]) {
	t.Helper()
	response := &http.Response{Header: http.Header{}, Body: io.NopCloser(strings.NewReader(stream))}
	events := ssestream.NewStream[Event](ssestream.NewDecoder(response), nil)
	for events.Next() {
		if err := message.Accumulate(events.Current()); err != nil {
			t.Fatal(err)
		}
	}
	if err := events.Err(); err != nil {
		t.Fatal(err)
	}
}

// TestStreamAgreesWithSDK holds the message of every stream against what the
// SDK makes of it: its JSON, and its fields.
func TestStreamAgreesWithSDK(t *testing.T) {
	for _, f := range append(streamFiles(t), fakeStreams(t)...) {
		if strings.HasPrefix(f.name, "unlike-sdk") {
			continue // the file says what differs, and why
		}
		t.Run(f.name, func(t *testing.T) {
			assembled, err := assemble(f.stream)
			if err != nil {
				t.Fatal(err)
			}
			got, err := ParseAnswer(assembled)
			if err != nil {
				t.Fatal(err)
			}
			var beta anthropic.BetaMessage
			accumulate(t, f.stream, &beta)
			if diff := cmp.Diff(decoded(t, beta.RawJSON()), decoded(t, string(got.Raw))); diff != "" {
				t.Errorf("message (-beta SDK +got):\n%s", diff)
			}
			if f.name == "beta" {
				return // the SDK's plain Message knows no betas
			}
			var message anthropic.Message
			accumulate(t, f.stream, &message)
			if diff := cmp.Diff(decoded(t, message.RawJSON()), decoded(t, string(got.Raw))); diff != "" {
				t.Errorf("message (-SDK +got):\n%s", diff)
			}
			if diff := cmp.Diff(fieldsOfSDK(t, &message), fieldsOfAnswer(t, got)); diff != "" {
				t.Errorf("fields (-SDK +got):\n%s", diff)
			}
		})
	}
}

// fakeStreams are the streams of the fake API.
func fakeStreams(t *testing.T) []streamFile {
	t.Helper()
	answers := fakeAnswers()
	url := fakeapi.New(fakeapi.Options{Script: fakeapi.Replies(answers), SkipValidation: true}).Start(t)
	var files []streamFile
	for name := range answers {
		files = append(files, streamFile{name: "fake-" + name, stream: fetch(t, url, WithStream(asking(name).Body).Text())})
	}
	thinks := `{"model":"claude-sonnet-4-5","max_tokens":4096,"thinking":{"type":"enabled","budget_tokens":1024},` +
		`"messages":[{"role":"user","content":"Think about ants."}],"stream":true}`
	uses := `{"model":"claude-opus-4-6","max_tokens":1024,"tool_choice":{"type":"any"},"tools":[{"name":"f",` +
		`"input_schema":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}}],` +
		`"messages":[{"role":"user","content":"Use it."}],"stream":true}`
	return append(files,
		streamFile{name: "fake-made-thinking", stream: fetch(t, url, []byte(thinks))},
		streamFile{name: "fake-made-tool", stream: fetch(t, url, []byte(uses))})
}

// fetch gives the body of the answer to a request.
func fetch(t *testing.T, url string, body []byte) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/v1/messages", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"X-Api-Key": {"sk-1"}, "Anthropic-Version": {defaultVersion}, "Content-Type": {"application/json"}}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%d %s, error %v", resp.StatusCode, text, err)
	}
	return string(text)
}

func decoded(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

// fields is what both have fields of their own for.
type fields struct {
	ID, Model, StopReason, StopSequence string
	Input, Output, Created, Read        int64
	Blocks                              []fieldsOfBlock
}

type fieldsOfBlock struct {
	Type, Text, Thinking, ID, Name string
	Input                          any
}

func fieldsOfSDK(t *testing.T, m *anthropic.Message) fields {
	t.Helper()
	f := fields{
		ID: m.ID, Model: string(m.Model), StopReason: string(m.StopReason), StopSequence: m.StopSequence,
		Input: m.Usage.InputTokens, Output: m.Usage.OutputTokens,
		Created: m.Usage.CacheCreationInputTokens, Read: m.Usage.CacheReadInputTokens,
	}
	for _, b := range m.Content {
		block := fieldsOfBlock{Type: b.Type, Text: b.Text, Thinking: b.Thinking, ID: b.ID, Name: b.Name}
		if len(b.Input) > 0 {
			block.Input = decoded(t, string(b.Input))
		}
		f.Blocks = append(f.Blocks, block)
	}
	return f
}

func fieldsOfAnswer(t *testing.T, a *Answer) fields {
	t.Helper()
	f := fields{
		ID: a.ID, Model: a.Model, StopReason: zeroed(a.StopReason), StopSequence: zeroed(a.StopSequence),
		Input: zeroed(a.Usage.InputTokens), Output: zeroed(a.Usage.OutputTokens),
		Created: zeroed(a.Usage.CacheCreationInputTokens), Read: zeroed(a.Usage.CacheReadInputTokens),
	}
	for _, b := range a.Content {
		block := fieldsOfBlock{Type: b.Type, Text: b.Text, Thinking: b.Thinking, ID: b.ID, Name: b.Name}
		if len(b.Input) > 0 {
			block.Input = decoded(t, string(b.Input))
		}
		f.Blocks = append(f.Blocks, block)
	}
	return f
}

// zeroed reads what may be absent as the SDK does.
func zeroed[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
