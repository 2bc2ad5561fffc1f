package messages

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestParseAnswer(t *testing.T) {
	body, err := os.ReadFile("testdata/answer.json")
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseAnswer(body)
	if err != nil {
		t.Fatal(err)
	}
	if string(got.Raw) != string(body) {
		t.Error("Raw is not the body")
	}
	want := &Answer{
		Raw:   body,
		ID:    "msg_01",
		Model: "claude-opus-4-6",
		Content: []Block{
			{Type: "thinking", Thinking: "Let me look.", Raw: raw(`{"type":"thinking","thinking":"Let me look.","signature":"c2ln"}`)},
			{Type: "text", Text: " Hello\n", Raw: raw(`{"type":"text","text":" Hello\n","citations":null}`)},
			{
				Type: "tool_use", ID: "toolu_1", Name: "search", Input: raw(`{"z": 1, "a": 1.50}`),
				Raw: raw(`{"type":"tool_use","id":"toolu_1","name":"search","input":{"z": 1, "a": 1.50}}`),
			},
			{Type: "from_the_future", Raw: raw(`{"type":"from_the_future","text":7}`)},
		},
		StopReason:  ptr("gave_up"),
		StopDetails: raw(`{"category":"none"}`),
		Usage: Usage{
			Raw:                      raw(`{"input_tokens":12,"output_tokens":6.0,"cache_read_input_tokens":null,"cache_creation_input_tokens":0,"speed":"fast"}`),
			InputTokens:              ptr(int64(12)),
			OutputTokens:             ptr(int64(6)),
			CacheCreationInputTokens: ptr(int64(0)),
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
}

func TestParseAnswerOfOtherServers(t *testing.T) {
	tests := []struct {
		name, body string
		check      func(*Answer) bool
	}{
		{"stopped at once", `{"type":"message","content":[]}`, func(a *Answer) bool {
			return a.Content != nil && len(a.Content) == 0 && a.StopReason == nil && a.Usage.Raw == nil
		}},
		{"without a type", `{"role":"assistant","content":[{"type":"text","text":"hi"}]}`, func(a *Answer) bool {
			return a.Content[0].Text == "hi"
		}},
		{"usage of null", `{"type":"message","content":[],"usage":null}`, func(a *Answer) bool {
			return a.Usage.Raw == nil && a.Usage.InputTokens == nil
		}},
		{"usage that is no object", `{"type":"message","content":[],"usage":[1]}`, func(a *Answer) bool {
			return string(a.Usage.Raw) == "[1]" && a.Usage.InputTokens == nil
		}},
		{"counts that are none", `{"type":"message","content":[],"usage":{"input_tokens":-1,"output_tokens":1e99}}`, func(a *Answer) bool {
			return a.Usage.InputTokens == nil && a.Usage.OutputTokens == nil
		}},
		{"other spelling of names", `{"type":"message","TYPE":"error","content":[],"Content":7,"stop_reason":"end_turn","Stop_Reason":"x"}`, func(a *Answer) bool {
			return *a.StopReason == "end_turn"
		}},
		{"fields of the wrong type", `{"type":"message","content":[{"type":"text","text":7}],"id":7,"stop_reason":7}`, func(a *Answer) bool {
			return a.ID == "" && a.StopReason == nil && a.Content[0].Text == ""
		}},
		{"byte order mark", "\uFEFF" + `{"type":"message","content":[]}`, func(a *Answer) bool { return a.Raw[0] == '{' }},
		{"not UTF-8", "{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"a\xffb\"}]}", func(a *Answer) bool {
			return a.Content[0].Text == "a\uFFFDb" && utf8.Valid(a.Raw)
		}},
		{"half a character", `{"type":"message","content":[{"type":"text","text":"a\ud800b"}]}`, func(a *Answer) bool {
			return a.Content[0].Text == "a\uFFFDb"
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, err := ParseAnswer([]byte(test.body))
			if err != nil {
				t.Fatal(err)
			}
			if !test.check(a) {
				t.Errorf("got %+v", a)
			}
		})
	}
}

func TestParseAnswerSaysWhatCame(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"nothing", "", "an empty body (0 bytes)"},
		{"white space", " \n", "an empty body (2 bytes)"},
		{"page", "<!doctype html>\n<title>\n Sign &amp; go </title><p>x", `an HTML page titled "Sign & go" (51 bytes)`},
		{"page without a title", "<html><script>var x</script><style>p{}</style><p>Please <b>log in</b>", `an HTML page that begins "Please log in"`},
		{"page without text", "<html></html>", "an HTML page without text"},
		{"text", "upstream\n  unavailable", `text that begins "upstream unavailable" (22 bytes)`},
		{"binary", "\x1f\x8b\x00\x00", "binary data (4 bytes)"},
		{"event stream", "event: message_start\ndata: {}", `text that begins "event: message_start data: {}"`},
		{"other API", `{"id":"x","object":"chat.completion","choices":[]}`, `a JSON object with "choices", "id", "object"`},
		{"other type", `{"type":"message_batch","id":"x"}`, `a JSON object of type "message_batch"`},
		{"error", `{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`, `the error "overloaded_error: Overloaded"`},
		{"error as text", `{"error":"model not found"}`, `the error "model not found"`},
		{"many keys", `{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1}`, `"g", "h", … (`},
		{"empty object", `{}`, "an empty JSON object"},
		{"array", `[{"type":"message"}]`, "a JSON array"},
		{"string", `"hi"`, `the JSON string "hi"`},
		{"null", `null`, "got null"},
		{"number", `-1`, "a JSON number"},
		{"boolean", `true`, "a JSON boolean"},
		{"cut off", `{"type":"message","content":[{"ty`, "JSON that ends too early (33 bytes)"},
		{"no content", `{"type":"message"}`, "one whose content is absent and not an array"},
		{"content of null", `{"type":"message","content":null}`, "one whose content is null and not an array"},
		{"content of text", `{"type":"message","content":"hi"}`, `one whose content is the JSON string "hi" and not an array`},
		{"block of text", `{"type":"message","content":["hi"]}`, `one whose content[0] is the JSON string "hi" and not an object with a type`},
		{"block of null", `{"type":"message","content":[null]}`, "content[0] is null"},
		{"block without a type", `{"type":"message","content":[{"type":"text"},{"text":"a"}]}`, `content[1] is a JSON object with "text"`},
		{"two messages", `{"type":"message","content":[]}{"type":"message","content":[]}`, "broken JSON: invalid character '{' after top-level value"},
		{"deep", strings.Repeat("[", 100_000), "JSON nested more than 10000 levels deep"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, err := ParseAnswer([]byte(test.body))
			if err == nil {
				t.Fatalf("no error, but %+v", a)
			}
			if got := err.Error(); !strings.Contains(got, test.want) {
				t.Errorf("error %s\ndoes not say %s", got, test.want)
			}
			if len(err.Error()) > 1000 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
		})
	}
}

func FuzzParseAnswer(f *testing.F) {
	body, err := os.ReadFile("testdata/answer.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body, "application/json")
	f.Add([]byte(`{"role":"assistant","content":[{"type":"a"}],"usage":{"input_tokens":1e2}}`), "")
	f.Add([]byte("<html><title>a\xff</title>"), "text/html; charset=x")
	f.Add([]byte(`{"error":{"type":"a","message":"b","details":{"error_code":"c"}}}`), "application/json")
	f.Add([]byte(`{"type":"message","content":[{"t`), ";")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		parseErrorBody(body)
		a, err := parseAnswer(body, newBodyType(contentType, ""))
		if err != nil {
			if a != nil || !utf8.ValidString(err.Error()) || len(err.Error()) > 5000 {
				t.Errorf("answer %v, error %q", a, err)
			}
			return
		}
		if !json.Valid(a.Raw) || !utf8.Valid(a.Raw) {
			t.Errorf("Raw is not JSON: %q", a.Raw)
		}
		for _, b := range a.Content {
			if b.Type == "" || !json.Valid(b.Raw) || !utf8.ValidString(b.Text) {
				t.Errorf("block %+v", b)
			}
		}
	})
}

func raw(s string) json.RawMessage { return json.RawMessage(s) }

func ptr[T any](v T) *T { return &v }

// What came goes back: the spelling of numbers and texts, the order of keys,
// and blocks that this version does not know.
func TestTurnIsTheAnswerAsItCame(t *testing.T) {
	const content = `[ {"type":"thinking","signature":"c2ln","thinking":"…"}, {"type":"new","z":1.50,"a":"\u00e9"} ]`
	a, err := ParseAnswer([]byte(`{"type":"message","content":` + content + `,"stop_reason":"tool_use"}`))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := a.Turn().String(), `{"role":"assistant","content":[{"type":"thinking","signature":"c2ln","thinking":"…"},{"type":"new","z":1.50,"a":"\u00e9"}]}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
