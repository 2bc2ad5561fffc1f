package fakeapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

// answer is what the tests read of a message.
type answer struct {
	ID           string
	Model        string
	Content      []map[string]any
	StopReason   string         `json:"stop_reason"`
	StopSequence *string        `json:"stop_sequence"`
	StopDetails  map[string]any `json:"stop_details"`
	Usage        map[string]any
}

func (a answer) text() string {
	var b strings.Builder
	for _, block := range a.Content {
		if block["type"] == "text" {
			b.WriteString(block["text"].(string))
		}
	}
	return b.String()
}

// answered sends body to a server with these options and reads the message.
func answered(t *testing.T, options fakeapi.Options, body string) answer {
	t.Helper()
	resp, raw := post(t, fakeapi.New(options).Start(t), body)
	var a answer
	if err := json.Unmarshal(raw, &a); err != nil || resp.StatusCode != 200 {
		t.Fatalf("status %d, %v: %s", resp.StatusCode, err, raw)
	}
	return a
}

func TestAnswersTheGuide(t *testing.T) {
	ant := `{"type":"image","source":{"type":"url","url":"https://upload.wikimedia.org/wikipedia/commons/a/a7/Camponotus_flavomarginatus_ant.jpg"}}`
	vision := func(image string) string {
		return `[{"role":"user","content":[` + image + `,{"type":"text","text":"What is in the above image?"}]}]`
	}
	latin := `[{"role":"user","content":"What is latin for Ant? (A) Apoidea, (B) Rhopalocera, (C) Formicidae"},{"role":"assistant","content":"The answer is ("}]`
	tests := []struct {
		body, text, stop string
		in, out          float64
	}{
		{hello, "Hello!", "end_turn", 12, 6},
		{
			request("claude-opus-4-6", `[{"role":"user","content":"Hello, Claude"},{"role":"assistant","content":"Hello!"},{"role":"user","content":"Can you describe LLMs to me?"}]`),
			"Sure, I'd be happy to provide...", "end_turn", 30, 309,
		},
		{request("claude-haiku-4-5", latin, `"max_tokens":1`), "C", "max_tokens", 42, 1},
		{request("claude-opus-4-6", vision(ant)), "This image shows an ant, specifically a close-up view of an ant. ", "end_turn", 1551, 71},
		{request("claude-opus-4-6", vision(imageBlock("image/jpeg", jpegData()))), "This image shows an ant, specifically a close-up view of an ant. ", "end_turn", 1551, 71},
	}
	for _, test := range tests {
		a := answered(t, fakeapi.Options{}, test.body)
		if !strings.HasPrefix(a.text(), test.text) || a.StopReason != test.stop ||
			a.Usage["input_tokens"] != test.in || a.Usage["output_tokens"] != test.out {
			t.Errorf("%s\n%+v", test.body, a)
		}
	}
}

func TestAnswersOtherRequestsByRule(t *testing.T) {
	for _, body := range []string{
		strings.Replace(hello, "1024", "1023", 1),
		with(`"system":"Be terse."`),
		request("claude-opus-4-6", `[{"role":"user","content":[{"type":"text","text":"Hello, Claude"}]}]`),
	} {
		a, again := answered(t, fakeapi.Options{}, body), answered(t, fakeapi.Options{}, body)
		if !strings.HasPrefix(a.text(), "A made answer to: ") {
			t.Errorf("%s: %q", body, a.text())
		}
		if d := cmp.Diff(a, again); d != "" {
			t.Errorf("the same request has two answers: %s", d)
		}
	}
}

func TestUsageHasEveryField(t *testing.T) {
	a := answered(t, fakeapi.Options{}, with())
	for _, name := range []string{
		"input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens",
		"cache_creation", "output_tokens_details", "server_tool_use", "service_tier", "inference_geo",
	} {
		if _, ok := a.Usage[name]; !ok {
			t.Errorf("usage has no %s: %v", name, a.Usage)
		}
	}
	if a.Usage["input_tokens"] != 4.0 || a.Usage["output_tokens"] != 6.0 {
		t.Errorf("usage %v for %q", a.Usage, a.text())
	}
}

func TestStopsWhereTheRequestSays(t *testing.T) {
	says := func(text string) fakeapi.Options {
		return fakeapi.Options{Script: func(*fakeapi.Call) fakeapi.Answer { return fakeapi.Answer{Text: text} }}
	}
	sequence := "END"
	tests := []struct {
		name     string
		script   string
		fields   []string
		text     string
		stop     string
		sequence *string
	}{
		{"nowhere", "one two three", nil, "one two three", "end_turn", nil},
		{"at max_tokens", "one two three", []string{`"max_tokens":2`}, "one two", "max_tokens", nil},
		{"at the last token", "one two three", []string{`"max_tokens":3`}, "one two three", "end_turn", nil},
		{"at none", "one", []string{`"max_tokens":0`}, "", "max_tokens", nil},
		{"at a sequence", "one END two", []string{`"stop_sequences":["x","END"]`}, "one ", "stop_sequence", &sequence},
		{"at the first of two sequences", "one END two STOP", []string{`"stop_sequences":["STOP","END"]`}, "one ", "stop_sequence", &sequence},
		{"at max_tokens before the sequence", "one two END", []string{`"max_tokens":1`, `"stop_sequences":["END"]`}, "one", "max_tokens", nil},
		{"at a sequence at once", "END", []string{`"stop_sequences":["END"]`}, "", "stop_sequence", &sequence},
		{"in other letters", "αβγ 漢字 🐜🐜", []string{`"max_tokens":3`}, "αβγ 漢字 ", "max_tokens", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := answered(t, says(test.script), with(test.fields...))
			if a.text() != test.text || a.StopReason != test.stop || cmp.Diff(a.StopSequence, test.sequence) != "" {
				t.Errorf("%q %s %v", a.text(), a.StopReason, a.StopSequence)
			}
			if test.text == "" && (a.Content == nil || len(a.Content) != 0) {
				t.Errorf("content %v, want []", a.Content)
			}
		})
	}
}

func TestUsesAForcedTool(t *testing.T) {
	tools := `"tools":[{"type":"bash_20250124","name":"bash"},
		{"name":"weather","input_schema":{"type":"object","properties":{
			"city":{"type":"string"},"unit":{"type":"string","enum":["c","f"]},"days":{"type":"integer","minimum":2}},"required":["city"]}},
		{"name":"other","input_schema":{"type":"object"}}]`
	for choice, name := range map[string]string{`{"type":"any"}`: "weather", `{"type":"tool","name":"other"}`: "other"} {
		a := answered(t, fakeapi.Options{}, with(tools, `"tool_choice":`+choice))
		if len(a.Content) != 1 || a.StopReason != "tool_use" {
			t.Fatalf("%+v", a)
		}
		use := a.Content[0]
		if use["type"] != "tool_use" || use["name"] != name || !strings.HasPrefix(use["id"].(string), "toolu_") {
			t.Errorf("%v", use)
		}
		if want := map[string]any{"city": "a", "unit": "c", "days": 2.0}; name == "weather" && cmp.Diff(use["input"], any(want)) != "" {
			t.Errorf("input %v", use["input"])
		}
	}
	if a := answered(t, fakeapi.Options{}, with(tools, `"tool_choice":{"type":"auto"}`)); a.StopReason != "end_turn" {
		t.Errorf("auto uses a tool: %+v", a)
	}
}

func TestMeetsAnOutputFormat(t *testing.T) {
	a := answered(t, fakeapi.Options{}, format(`{"type":"object","additionalProperties":false,"required":["kind"],"properties":{
		"kind":{"const":"ant"},"legs":{"type":"array","items":{"type":"integer"}},
		"parent":{"anyOf":[{"type":"null"},{"$ref":"#"}]},"alive":{"type":"boolean"}}}`))
	if want := `{"alive":true,"kind":"ant","legs":[0],"parent":null}`; a.text() != want {
		t.Errorf("%s, want %s", a.text(), want)
	}
}

func TestThinksFirst(t *testing.T) {
	body := func(display string) string {
		return request("claude-haiku-4-5", hi, `"max_tokens":2048`, `"thinking":{"type":"enabled","budget_tokens":1024`+display+`}`)
	}
	a := answered(t, fakeapi.Options{}, body(""))
	if len(a.Content) != 2 || a.Content[0]["type"] != "thinking" || a.Content[0]["thinking"] == "" || a.Content[0]["signature"] == "" {
		t.Fatalf("%+v", a)
	}
	details := a.Usage["output_tokens_details"].(map[string]any)
	if details["thinking_tokens"] == 0.0 {
		t.Errorf("usage %v", a.Usage)
	}
	if a := answered(t, fakeapi.Options{}, body(`,"display":"omitted"`)); a.Content[0]["thinking"] != "" {
		t.Errorf("%+v", a)
	}
}

func TestScriptSeesTheCall(t *testing.T) {
	script := func(c *fakeapi.Call) fakeapi.Answer {
		if c.Seq != 1 || c.Attempt != 1 || c.Method != "POST" || c.Path != "/v1/messages" ||
			c.Header.Get("x-api-key") != "test" || string(c.Body) != hello || c.Request["max_tokens"] != json.Number("1024") {
			t.Errorf("call %+v", c)
		}
		return fakeapi.Answer{Text: c.LastUserText()}
	}
	if a := answered(t, fakeapi.Options{Script: script}, hello); a.text() != "Hello, Claude" {
		t.Errorf("%+v", a)
	}
}

func TestRepliesByTheLastUserText(t *testing.T) {
	script := fakeapi.Replies(map[string]fakeapi.Answer{"a\nb": {Text: "two blocks"}})
	body := turns(`[{"role":"user","content":"x"},{"role":"assistant","content":"y"},{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]`)
	if a := answered(t, fakeapi.Options{Script: script}, body); a.text() != "two blocks" {
		t.Errorf("%+v", a)
	}
	if a := answered(t, fakeapi.Options{Script: script}, hello); a.text() != "Hello!" {
		t.Errorf("what has no reply goes to Default: %+v", a)
	}
}

func TestScriptSaysEverything(t *testing.T) {
	script := func(*fakeapi.Call) fakeapi.Answer {
		return fakeapi.Answer{
			ID: "msg_x", Model: "alias", StopReason: "refusal",
			StopDetails: map[string]any{"type": "refusal", "category": "bio"},
			Content:     []map[string]any{{"type": "new_block", "data": 1}},
			Usage:       map[string]any{"input_tokens": 7, "cache_creation": nil},
			Header:      http.Header{"request-id": nil, "x-extra": {"y"}},
		}
	}
	url := fakeapi.New(fakeapi.Options{Script: script}).Start(t)
	resp, raw := post(t, url, hello)
	var a answer
	if err := json.Unmarshal(raw, &a); err != nil {
		t.Fatal(err)
	}
	if a.ID != "msg_x" || a.Model != "alias" || a.StopReason != "refusal" || a.StopDetails["category"] != "bio" || a.Content[0]["type"] != "new_block" {
		t.Errorf("%s", raw)
	}
	if _, has := a.Usage["cache_creation"]; has || a.Usage["input_tokens"] != 7.0 {
		t.Errorf("usage %v", a.Usage)
	}
	if _, has := resp.Header["Request-Id"]; has || resp.Header.Get("x-extra") != "y" {
		t.Errorf("headers %v", resp.Header)
	}
}

func TestScriptSendsErrorsAndRawBodies(t *testing.T) {
	script := fakeapi.Replies(map[string]fakeapi.Answer{
		"error": {Status: 403, ErrorMessage: "not you"},
		"typed": {Status: 500, ErrorType: "server_error", ErrorMessage: "no"},
		"raw":   {Raw: []byte("data"), Header: http.Header{"content-type": {"text/plain"}}},
		"bad":   {Content: []map[string]any{{"type": "text", "text": func() {}}}},
	})
	s := fakeapi.New(fakeapi.Options{Script: script})
	url := s.Start(t)
	tests := []struct {
		says   string
		status int
		want   string
	}{
		{"error", 403, `"error":{"type":"permission_error","message":"not you"}`},
		{"typed", 500, `"error":{"type":"server_error","message":"no"}`},
		{"raw", 200, "data"},
		{"bad", 500, "fakeapi: the script's answer cannot be written"},
	}
	for _, test := range tests {
		resp, body := post(t, url, turns(`[{"role":"user","content":"`+test.says+`"}]`))
		if resp.StatusCode != test.status || !strings.Contains(string(body), test.want) {
			t.Errorf("%s: %d %s", test.says, resp.StatusCode, body)
		}
	}
	if c := s.Counts(); c.Answered != 1 {
		t.Errorf("counts %+v", c)
	}
}

func TestSkipValidationTakesAnyObject(t *testing.T) {
	a := answered(t, fakeapi.Options{SkipValidation: true}, `{"model":"any","xyz":1}`)
	if a.Model != "any" || a.text() != "A made answer." {
		t.Errorf("%+v", a)
	}
	resp, _ := post(t, fakeapi.New(fakeapi.Options{SkipValidation: true}).Start(t), `[`)
	if resp.StatusCode != 400 {
		t.Errorf("status %d, want 400", resp.StatusCode)
	}
}

func TestTurnsAnswerAConversation(t *testing.T) {
	s := fakeapi.New(fakeapi.Options{SkipValidation: true, Script: fakeapi.Turns(map[string][]fakeapi.Answer{"hi": {{Text: "one"}, {Text: "two"}}})})
	url := s.Start(t)
	for body, want := range map[string]string{
		`{"messages":[{"role":"user","content":"hi"}]}`: "one",
		`{"messages":[{"role":"user","content":[{"type":"text","text":"hi"}]},{"role":"assistant","content":"x"},{"role":"user","content":"more"}]}`: "two",
		`{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"x"},{"role":"assistant","content":"y"}]}`:                        "two",
		`{"messages":[{"role":"user","content":"ho"}]}`: "A made answer to: ho",
		`{}`: "A made answer.",
	} {
		if _, answered := post(t, url, body); !strings.Contains(string(answered), `"text":"`+want+`"`) {
			t.Errorf("%s: %s, want %s", body, answered, want)
		}
	}
}
