package traffic

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/exactjson"
)

// read reads a log that must be right.
func read(t *testing.T, opts Options, lines ...string) *Log {
	t.Helper()
	log, err := Read(strings.NewReader(strings.Join(lines, "\n")), opts)
	if err != nil {
		t.Fatal(err)
	}
	return log
}

const (
	asked    = `{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"Hi"}]}`
	answered = `{"type":"message","role":"assistant","content":[{"type":"text","text":"Hello"}],"stop_reason":"end_turn"}`
	streamed = `event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"type\":\"message\",\"role\":\"assistant\",\"content\":[],\"stop_reason\":null}}\n\n` +
		`event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n` +
		`event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello\"}}\n\n` +
		`event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}\n\n` +
		`event: message_stop\ndata: {\"type\":\"message_stop\"}`
	events = `[{"type":"message_start","message":{"type":"message","role":"assistant","content":[],"stop_reason":null}},` +
		`{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}},` +
		`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}},` +
		`{"event":"message_delta","data":"{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}"},` +
		`{"type":"message_stop"}]`
)

// quoted is a JSON text that holds the JSON.
func quoted(json string) string { return string(exactjson.Quote(json)) }

func TestShapesAreRecognised(t *testing.T) {
	for name, line := range map[string]string{
		"request and response":   `{"request":` + asked + `,"response":` + answered + `}`,
		"body":                   `{"body":` + asked + `,"response":` + answered + `}`,
		"bodies":                 `{"request":{"body":` + asked + `,"headers":{}},"response":{"status":200,"body":` + answered + `}}`,
		"texts":                  `{"request":` + quoted(asked) + `,"response":` + quoted(answered) + `}`,
		"bodies in texts":        `{"request_body":` + quoted(asked) + `,"response_body":` + quoted(answered) + `}`,
		"a gateway of LiteLLM":   `{"id":"x","messages":[],"proxy_server_request":{"body":` + asked + `},"response":` + answered + `}`,
		"Cloudflare's":           `{"RequestBody":` + asked + `,"ResponseBody":` + answered + `}`,
		"Langfuse's":             `{"type":"GENERATION","input":` + asked + `,"output":` + answered + `}`,
		"events as text":         `{"request":` + asked + `,"response":"` + streamed + `"}`,
		"events as a list":       `{"request":` + asked + `,"response":` + events + `}`,
		"pieces of a stream":     `{"request":` + asked + `,"response":["` + strings.ReplaceAll(streamed, `\n\n`, `\n\n","`) + `"]}`,
		"a result around it":     `{"request":` + asked + `,"response":{"result":{"type":"succeeded","message":` + answered + `}}}`,
		"white space everywhere": `  { "request" : ` + asked + ` , "response" : ` + answered + ` }  `,
	} {
		t.Run(name, func(t *testing.T) {
			log := read(t, Options{}, line)
			if len(log.Exchanges) != 1 {
				t.Fatalf("%d exchanges, want 1", len(log.Exchanges))
			}
			e := log.Exchanges[0]
			if got := e.Body.String(); got != asked {
				t.Errorf("the request is %s", got)
			}
			if e.Answer.Content[0].Text != "Hello" || e.stopped() != "end_turn" {
				t.Errorf("the answer is %s", e.Answer.Raw)
			}
		})
	}
}

func TestPathsNameFields(t *testing.T) {
	request, err := ParsePath(`.in."the.body"`)
	if err != nil {
		t.Fatal(err)
	}
	response, err := ParsePath(".out")
	if err != nil {
		t.Fatal(err)
	}
	log := read(t, Options{Request: request, Response: response}, `{"in":{"the.body":`+asked+`},"out":`+answered+`}`)
	if len(log.Exchanges) != 1 {
		t.Errorf("%d exchanges, want 1", len(log.Exchanges))
	}
	for _, wrong := range []string{"", ".", "request", ".a..b", `."a`, `."a"b`} {
		if path, err := ParsePath(wrong); err == nil {
			t.Errorf("the path %q is read as %v", wrong, path)
		}
	}
}

func TestHeadersAreTaken(t *testing.T) {
	for _, headers := range []string{
		`{"Anthropic-Beta":"a-1, b-2","anthropic-version":"2023-06-01","x-api-key":"secret"}`,
		`{"anthropic-beta":["a-1","b-2"],"Anthropic-Version":["2023-06-01"]}`,
	} {
		e := read(t, Options{}, `{"request":{"headers":`+headers+`,"body":`+asked+`},"response":`+answered+`}`).Exchanges[0]
		if fmt.Sprintf("%s %s", e.Betas, e.Version) != "[a-1 b-2] 2023-06-01" {
			t.Errorf("of %s are %q and %q", headers, e.Betas, e.Version)
		}
	}
}

func TestWhatHasNoAnswerIsCounted(t *testing.T) {
	log := read(t, Options{},
		`{"request":`+asked+`,"response":null}`,
		`{"request":`+asked+`}`,
		`{"request":`+asked+`,"response":{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}}`,
		`{"request":`+asked+`,"response":"`+strings.Split(streamed, "event: message_delta")[0]+`"}`,
		`{"request":`+asked+`,"response":`+answered+`}`)
	if log.Unanswered != 4 || len(log.Exchanges) != 1 {
		t.Errorf("%d unanswered and %d answered, want 4 and 1", log.Unanswered, len(log.Exchanges))
	}
}

func TestLinesThatCannotBeReadAreNamed(t *testing.T) {
	for line, want := range map[string]string{
		`{"request":1`:                   "ends too early",
		`[{"request":{}}]`:               "the line is a list",
		"{\"a\":\"\xff\"}":               "not UTF-8",
		`{"a":1,"a":2}`:                  "/a: an object has this name twice",
		`{"a":"\ud800"}`:                 "not JSON",
		`{"a":1} {"b":2}`:                "something follows",
		`{"prompt":"x","completion":""}`: `it has "prompt", "completion"`,
		`{"request":` + asked + `,"response":"Hello"}`:                                              "not a message",
		`{"request":` + asked + `,"response":{"choices":[{}]}}`:                                     "OpenAI chat completion",
		`{"request":` + asked + `,"response":{"role":"a","content":1}}`:                             "expected a message",
		`{"request":{"messages":[]},"response":` + answered + `}`:                                   "messages is empty",
		`{"request":` + asked + `,"response":"data: {}\n\ndata: [1\n\n"}`:                           "stream",
		`{"request":{"messages":[1]},"response":` + answered + `}`:                                  "messages.0: found a number",
		`{"request":{"messages":[{"content":"x"}]},"response":` + answered + `}`:                    "messages.0: the turn has no role",
		`{"request":{"messages":[{"role":"user"}]},"response":` + answered + `}`:                    "messages.0: the content of the turn is no text",
		`{"request":{"messages":[{"role":"user","content":["x"]}]},"response":` + answered + `}`:    "messages.0: the content of the turn has a block",
		`{"request":` + asked + `,"headers":{"anthropic-beta":"a\nb"},"response":` + answered + `}`: `"a\nb", expected printable ASCII`,
		`{"a":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}`:                   "not JSON",
	} {
		_, err := Read(strings.NewReader("\n"+line+"\n"), Options{Name: "log.jsonl"})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "log.jsonl:2") {
			t.Errorf("of %.60s is said %v, want %q at line 2", line, err, want)
		}
		log, err := Read(strings.NewReader(line+"\n"+`{"request":`+asked+`,"response":`+answered+`}`), Options{Skip: true})
		if err != nil || len(log.Exchanges) != 1 || len(log.Skipped) != 1 {
			t.Errorf("%.60s is not left out: %v", line, err)
		}
	}
}

func TestSecretsAreRefused(t *testing.T) {
	for _, secret := range []string{
		"sk-ant-api03-" + strings.Repeat("aB3", 30), "sk-proj-" + strings.Repeat("aB3", 15), "AKIA" + "IOSFODNN7EXAMPLE",
		"ghp_" + strings.Repeat("a1", 18), "-----BEGIN RSA PRIVATE KEY-----", "postgres://me:hunter2@db/x", "xoxb-" + "1234567890-abc",
		"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
	} {
		line := `{"request":` + strings.Replace(asked, "Hi", secret, 1) + `,"response":` + answered + `}`
		_, err := Read(strings.NewReader(line), Options{})
		if err == nil || !strings.Contains(err.Error(), "looks like") || strings.Contains(err.Error(), secret) {
			t.Errorf("of %s is said %v", secret, err)
		}
		log := read(t, Options{Redact: []*regexp.Regexp{regexp.MustCompile(regexp.QuoteMeta(secret))}}, line)
		if got := log.Exchanges[0].Body.String(); !strings.Contains(got, "[redacted]") || strings.Contains(got, secret) {
			t.Errorf("redacted it is %s", got)
		}
	}
	both := strings.NewReader(`{"request":` + strings.Replace(asked, "Hi", "postgres://me:hunter2@db/x", 1) + `,"response":` + strings.Replace(answered, "Hello", "AKIA"+"IOSFODNN7EXAMPLE", 1) + `}`)
	if _, err := Read(both, Options{}); err == nil || !strings.Contains(err.Error(), "the request holds what looks like a password in a URL, and the response holds what looks like an access key") {
		t.Errorf("of a secret in both is said %v", err)
	}
	escaped := strings.ReplaceAll("postgres://me:hunter2@db/x", "/", `\/`)
	if _, err := Read(strings.NewReader(`{"request":`+strings.Replace(asked, "Hi", escaped, 1)+`,"response":`+answered+`}`), Options{}); err == nil {
		t.Error("a secret behind escapes is not found")
	}
}

func TestRedactLeavesWhatRequestsAreUnderstoodBy(t *testing.T) {
	got, err := redact([]byte(`{"model":"x1","list":[{"id":"x1"},"x1"],"input":{"x1":{"n":123,"t":"x1"}},"n":123}`),
		[]*regexp.Regexp{regexp.MustCompile("x1|123")})
	want := `{"model":"x1","list":[{"id":"x1"},"[redacted]"],"input":{"[redacted]":{"n":"[redacted]","t":"[redacted]"}},"n":123}`
	if err != nil || string(got) != want {
		t.Errorf("it is %s, %v\nwant %s", got, err, want)
	}
}
