package fakeapi_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

// post sends body to POST /v1/messages with good headers; edit may change
// them.
func post(t *testing.T, url, body string, edit ...func(http.Header)) (*http.Response, []byte) {
	t.Helper()
	return do(t, http.MethodPost, url+"/v1/messages", body, edit...)
}

func do(t *testing.T, method, url, body string, edit ...func(http.Header)) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("content-type", "application/json")
	req.Header.Set("anthropic-version", "2023-06-01")
	req.Header.Set("x-api-key", "test")
	for _, e := range edit {
		e(req.Header)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, answer
}

const hello = `{"model":"claude-opus-4-6","max_tokens":1024,"messages":[{"role":"user","content":"Hello, Claude"}]}`

func TestAnswersAWholeMessage(t *testing.T) {
	s := fakeapi.New(fakeapi.Options{KeepCalls: true})
	url := s.Start(t)
	resp, body := post(t, url, hello)
	if resp.StatusCode != 200 {
		t.Fatalf("status %d: %s", resp.StatusCode, body)
	}
	var m struct {
		ID, Type, Role, Model string
		Content               []struct{ Type, Text string }
		StopReason            string `json:"stop_reason"`
		Usage                 map[string]any
	}
	if err := json.Unmarshal(body, &m); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(m.ID, "msg_") || m.Type != "message" || m.Role != "assistant" || m.Model != "claude-opus-4-6" {
		t.Errorf("message %s", body)
	}
	if len(m.Content) != 1 || m.Content[0].Text != "Hello!" || m.StopReason != "end_turn" {
		t.Errorf("message %s", body)
	}
	if m.Usage["input_tokens"] != 12.0 || m.Usage["output_tokens"] != 6.0 {
		t.Errorf("usage %v", m.Usage)
	}
	if calls := s.Calls(); len(calls) != 1 || string(calls[0].Body) != hello {
		t.Errorf("calls %v", calls)
	}
	if c := s.Counts(); c.Requests != 1 || c.Answered != 1 || c.ByStatus[200] != 1 || c.InFlight != 0 || len(c.ByBody) != 1 {
		t.Errorf("counts %+v", c)
	}
}

func TestRefusesAnUnknownField(t *testing.T) {
	url := fakeapi.New(fakeapi.Options{}).Start(t)
	resp, body := post(t, url, strings.Replace(hello, `"max_tokens"`, `"xyz":1,"max_tokens"`, 1))
	want := `"message":"xyz: Extra inputs are not permitted"`
	if resp.StatusCode != 400 || !strings.Contains(string(body), want) {
		t.Errorf("status %d: %s", resp.StatusCode, body)
	}
}

func TestFaultsComeInTheirSequence(t *testing.T) {
	s := fakeapi.New(fakeapi.Options{Faults: fakeapi.Sequence(fakeapi.RateLimited, fakeapi.Overloaded, "", fakeapi.InternalError)})
	url := s.Start(t)
	for i, want := range []int{429, 529, 200, 500, 200} {
		if resp, body := post(t, url, hello); resp.StatusCode != want {
			t.Errorf("call %d: status %d, want %d: %s", i+1, resp.StatusCode, want, body)
		}
	}
	if c := s.Counts(); c.ByFault[fakeapi.Overloaded] != 1 || c.Answered != 2 {
		t.Errorf("counts %+v", c)
	}
}
