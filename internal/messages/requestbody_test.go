package messages

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/messages/payload"
)

func TestWithStream(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"last", `{"a":1}`, `{"a":1,"stream":true}`},
		{"alone", `{}`, `{"stream":true}`},
		{"spaces", " { \"a\" : 1.0e0 \n}\n", " { \"a\" : 1.0e0,\"stream\":true \n}\n"},
		{"spaces alone", " { }", ` {"stream":true }`},
		{"deeper", `{"a":{"stream":false}}`, `{"a":{"stream":false},"stream":true}`},
		{"true", `{"stream":true,"a":1}`, `{"stream":true,"a":1}`},
		{"false", `{"stream":false}`, `{"stream":false}`},
		{"escaped", `{"\u0073tream":false}`, `{"\u0073tream":false}`},
		{"no object", `["stream"]`, `["stream"]`},
		{"no JSON", `{"a":`, `{"a":`},
		{"nothing", ``, ``},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			body := payload.New([]byte(test.body))
			streamed := WithStream(body)
			got := streamed.Text()
			if string(got) != test.want || body.String() != test.body {
				t.Errorf("WithStream(%s) = %s, want %s", test.body, got, test.want)
			}
			if want := strings.HasSuffix(test.name, "true") || test.body != test.want; asksForStream(got) != want {
				t.Errorf("%s asks for a stream: %v", got, !want)
			}
			if string(withoutStream(got)) != test.body && test.body != test.want {
				t.Errorf("without stream it is %s", withoutStream(got))
			}
		})
	}
}

func TestAsksForStream(t *testing.T) {
	for body, want := range map[string]bool{
		`{"stream":true}`:                    true,
		`{ "stream" : true }`:                true,
		`{"stream":false,"stream":true}`:     true,
		`{"\u0073tream":true}`:               true,
		`{"stream":true,"stream":false}`:     false,
		`{"stream":"true"}`:                  false,
		`{"stream":1}`:                       false,
		`{"a":"stream","b":{"stream":true}}`: false,
		`{"Stream":true}`:                    false,
		`["stream",true]`:                    false,
		`{"stream":true`:                     false,
		``:                                   false,
	} {
		if got := asksForStream([]byte(body)); got != want {
			t.Errorf("asksForStream(%s) = %v", body, got)
		}
	}
}

// FuzzWithStream looks that the member is added where none was, and that the
// key stays.
func FuzzWithStream(f *testing.F) {
	for _, body := range []string{`{"a":1}`, ` { } `, `{"stream":null}`, `{"a":"\"stream\"","b":[{}]}`, `[]`} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var before, after map[string]json.RawMessage
		if json.Unmarshal(body, &before) != nil || before == nil {
			return
		}
		streamed := WithStream(payload.New(body))
		got := streamed.Text()
		if err := json.Unmarshal(got, &after); err != nil {
			t.Fatalf("%q became %q: %v", body, got, err)
		}
		if _, had := before["stream"]; had {
			if string(got) != string(body) {
				t.Errorf("%q became %q", body, got)
			}
			return
		}
		if len(after) != len(before)+1 || !asksForStream(got) {
			t.Errorf("%q became %q", body, got)
		}
		if (&Request{Body: streamed}).Key() != (&Request{Body: payload.New(body)}).Key() {
			t.Errorf("%q and %q have two keys", body, got)
		}
	})
}

func TestWithTurnsKeepsEveryOtherByte(t *testing.T) {
	turns := []payload.JSON{payload.New([]byte(`{"role":"assistant","content":[ ]}`)), payload.New([]byte(`{"role":"user","content":"b"}`))}
	const added = `{"role":"assistant","content":[ ]},{"role":"user","content":"b"}`
	for body, want := range map[string]string{
		`{"messages":[{"role":"user","content":"a]"}],"temperature":0.70}`: `{"messages":[{"role":"user","content":"a]"},` + added + `],"temperature":0.70}`,
		"{ \"a\" : 1.0,\n \"messages\" : [ ] }":                            "{ \"a\" : 1.0,\n \"messages\" : [ " + added + "] }",
		`{"messages":[{"content":[]} ]}`:                                   `{"messages":[{"content":[]} ,` + added + `]}`,
	} {
		got, err := withTurns(payload.New([]byte(body)), turns...)
		if err != nil || got.String() != want {
			t.Errorf("%s\ngot  %s, %v\nwant %s", body, got, err, want)
		}
	}
	for _, body := range []string{``, `[]`, `{}`, `{"messages":"x"}`} {
		if got, err := withTurns(payload.New([]byte(body)), turns...); err == nil {
			t.Errorf("%s: got %s, want an error", body, got)
		}
	}
}
