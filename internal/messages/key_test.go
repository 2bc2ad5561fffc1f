package messages

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/messages/payload"
)

func TestKeyIsStable(t *testing.T) {
	// The keys are in records, so they may never change. These two were
	// computed outside of Go, from "LENGTH:BYTES" for each field.
	tests := map[string]*Request{
		"sha256:48d3e4321db7fdfa1dca0b1740faff800184c22ac63c112e24d979ee04c4beac": {Body: payload.New([]byte(`{"model":"m"}`))},
		"sha256:2cc06c49e00d7d89b4ddb9f88deb3394238eef96af7e1047827397e5df9dbbf1": {
			Body: payload.New([]byte(`{"model":"m","stream":true}`)), Version: "2026-10-21", Betas: []string{"a", "b"},
		},
	}
	for want, req := range tests {
		if got := req.Key(); got != want {
			t.Errorf("Key() of %s = %s, want %s", req.Body, got, want)
		}
	}
}

func TestKeyTellsRequestsApart(t *testing.T) {
	body := `{"model":"m","max_tokens":1}`
	requests := map[string]*Request{
		"plain":         {Body: payload.New([]byte(body))},
		"key order":     {Body: payload.New([]byte(`{"max_tokens":1,"model":"m"}`))},
		"number":        {Body: payload.New([]byte(`{"model":"m","max_tokens":1.0}`))},
		"space":         {Body: payload.New([]byte(`{"model":"m", "max_tokens":1}`))},
		"version":       {Body: payload.New([]byte(body)), Version: "2026-10-21"},
		"beta":          {Body: payload.New([]byte(body)), Betas: []string{"ab"}},
		"two betas":     {Body: payload.New([]byte(body)), Betas: []string{"a", "b"}},
		"betas in turn": {Body: payload.New([]byte(body)), Betas: []string{"b", "a"}},
		"beta in body":  {Body: payload.New([]byte("2:ab" + body))},
		"nothing":       {},
	}
	seen := map[string]string{}
	for name, req := range requests {
		key := req.Key()
		if other, ok := seen[key]; ok {
			t.Errorf("%q and %q have the same key", name, other)
		}
		seen[key] = name
	}
}

func TestKeyOfDefaultVersion(t *testing.T) {
	body := []byte(`{}`)
	if (&Request{Body: payload.New(body)}).Key() != (&Request{Body: payload.New(body), Version: defaultVersion}).Key() {
		t.Error("a request of the default version has another key when it says so")
	}
}

func TestWithoutStream(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"none", `{"a":1}`, `{"a":1}`},
		{"only", `{"stream":true}`, `{}`},
		{"first", `{"stream":true,"a":1}`, `{"a":1}`},
		{"last", `{"a":1,"stream":true}`, `{"a":1}`},
		{"middle", `{"a":1,"stream":false,"b":2}`, `{"a":1,"b":2}`},
		{"spaced", `{"a": 1, "stream": true, "b": 2}`, `{"a": 1, "b": 2}`},
		{"lines, first", "{\n  \"stream\": true,\n  \"a\": 1\n}\n", "{\n  \"a\": 1\n}\n"},
		{"lines, last", "{\n  \"a\": 1,\n  \"stream\": true\n}\n", "{\n  \"a\": 1\n}\n"},
		{"twice", `{"stream":1,"stream":2,"a":1}`, `{"a":1}`},
		{"twice, apart", `{"stream":1,"a":1,"stream":2}`, `{"a":1}`},
		{"only, twice", `{"stream":1,"stream":2}`, `{}`},
		{"object value", `{"stream":{"a":[1,"}"]},"b":2}`, `{"b":2}`},
		{"string value", `{"stream":"a\\\",}","b":2}`, `{"b":2}`},
		{"nested stays", `{"a":{"stream":true}}`, `{"a":{"stream":true}}`},
		{"in an array stays", `{"a":[{"stream":true}],"stream":true}`, `{"a":[{"stream":true}]}`},
		{"as text stays", `{"a":"\"stream\":true"}`, `{"a":"\"stream\":true"}`},
		{"number spelling stays", `{"n":1.50e+01,"stream":true}`, `{"n":1.50e+01}`},
		{"not an object", `["stream"]`, `["stream"]`},
		{"cut off", `{"a":1,"stream":tr`, `{"a":1,"stream":tr`},
		{"cut in a string", `{"stream":"\`, `{"stream":"\`},
		{"more behind it", `{"stream":true} {}`, `{"stream":true} {}`},
		{"no colon", `{"stream" true}`, `{"stream" true}`},
		{"no value", `{"stream":}`, `{"stream":}`},
		{"no comma", `{"a":1 "stream":true}`, `{"a":1 "stream":true}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := string(withoutStream([]byte(test.body))); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func FuzzKey(f *testing.F) {
	for _, body := range []string{
		`{"a":1,"stream":true}`, `{"stream":{},"a":[{"stream":1}]}`, `{"stream":"\\\""}`, `{"stream"`, `[]`, ``,
		"{ \"stream\" : null , \"x\" : \"\\u0041\" }",
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if key := (&Request{Body: payload.New(body)}).Key(); len(key) != len("sha256:")+64 || !strings.HasPrefix(key, "sha256:") {
			t.Fatalf("key %q", key)
		}
		var want map[string]any
		if json.Unmarshal(body, &want) != nil || want == nil {
			return
		}
		var got map[string]any
		if err := json.Unmarshal(withoutStream(body), &got); err != nil {
			t.Fatalf("%q is not JSON without its stream: %v", body, err)
		}
		_, spelled := got["stream"]
		delete(want, "stream")
		delete(got, "stream")
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q lost more than its stream: %v", body, got)
		}
		if spelled && !strings.Contains(string(body), `\u`) {
			t.Errorf("%q kept its stream", body)
		}
	})
}
