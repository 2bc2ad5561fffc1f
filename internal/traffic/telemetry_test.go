package traffic

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// export is a line of OpenTelemetry with the attributes of one span.
func export(attrs ...string) string {
	var list []string
	for i := 0; i < len(attrs); i += 2 {
		list = append(list, `{"key":"`+attrs[i]+`","value":`+attrs[i+1]+`}`)
	}
	return `{"resourceSpans":[{"resource":{},"scopeSpans":[{"scope":{},"spans":[` +
		`{"name":"GET","attributes":[{"key":"http.request.method","value":{"stringValue":"GET"}}]},` +
		`{"name":"chat m","attributes":[` + strings.Join(list, ",") + `]}]}]}]}`
}

func stringValue(text string) string { return `{"stringValue":` + quoted(text) + `}` }

// chat are the attributes of a whole request.
func chat(more ...string) []string {
	return append([]string{
		"gen_ai.operation.name", stringValue("chat"), "gen_ai.provider.name", stringValue("anthropic"),
		"gen_ai.request.model", stringValue("m"), "gen_ai.request.max_tokens", `{"intValue":"5"}`,
		"gen_ai.request.temperature", `{"doubleValue":0.5}`, "gen_ai.request.stop_sequences", `{"arrayValue":{"values":[{"stringValue":"END"}]}}`,
		"gen_ai.system_instructions", stringValue(`[{"type":"text","content":"Be brief."}]`),
		"gen_ai.input.messages", stringValue(`[{"role":"user","parts":[{"type":"text","content":"Hi"}]}]`),
		"gen_ai.output.messages", stringValue(`[{"role":"assistant","parts":[{"type":"text","content":"Hello"}],"finish_reason":"stop"}]`),
		"gen_ai.response.finish_reasons", `{"arrayValue":{"values":[{"stringValue":"end_turn"}]}}`,
		"gen_ai.response.id", stringValue("msg_1"),
		"gen_ai.usage.input_tokens", `{"intValue":9}`, "gen_ai.usage.output_tokens", `{"intValue":"3"}`, "gen_ai.usage.cache_read.input_tokens", `{"intValue":4}`,
	}, more...)
}

// without are attributes without one, or with another value of it.
func without(attrs []string, name string, value ...string) []string {
	var out []string
	for i := 0; i < len(attrs); i += 2 {
		if attrs[i] != name {
			out = append(out, attrs[i], attrs[i+1])
		}
	}
	if len(value) > 0 {
		out = append(out, name, value[0])
	}
	return out
}

func TestSpansBecomeRequests(t *testing.T) {
	log := read(t, Options{}, export(chat()...), export(chat()...)) // the client's and the server's
	if len(log.Exchanges) != 1 || log.Traced != 1 {
		t.Fatalf("%d exchanges, %d of spans, want 1", len(log.Exchanges), log.Traced)
	}
	e := log.Exchanges[0]
	want := `{"model":"m","max_tokens":5,"temperature":0.5,"stop_sequences":["END"],"system":"Be brief.","messages":[{"role":"user","content":"Hi"}]}`
	if got := e.Body.String(); got != want {
		t.Errorf("the request is  %s\nwant            %s", got, want)
	}
	want = `{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Hello"}],"stop_reason":"end_turn",` +
		`"usage":{"input_tokens":5,"output_tokens":3,"cache_read_input_tokens":4,"cache_creation_input_tokens":0}}`
	if got := string(e.Answer.Raw); got != want {
		t.Errorf("the answer is  %s\nwant           %s", got, want)
	}
}

func TestSpansWithToolsAndImages(t *testing.T) {
	turns := `[{"role":"user","parts":[{"type":"text","content":"Look"},{"type":"uri","modality":"image","uri":"https://x/y.png"},{"type":"file","modality":"document","file_id":"f1"}]},` +
		`{"role":"assistant","parts":[{"type":"tool_call","id":"a","name":"look","arguments":{"at":1}},{"type":"tool_call","id":"b","name":"look","arguments":"{\"at\":2}"}]},` +
		`{"role":"tool","parts":[{"type":"tool_call_response","id":"a","response":"one"}]},{"role":"tool","parts":[{"type":"tool_call_response","id":"b","result":"two"}]}]`
	tools := `[{"type":"function","name":"look","description":"It looks.","parameters":{"type":"object"}}]`
	attrs := without(chat("gen_ai.tool.definitions", stringValue(tools)), "gen_ai.input.messages", stringValue(turns))
	e := read(t, Options{}, export(attrs...)).Exchanges[0]
	want := `"tools":[{"name":"look","description":"It looks.","input_schema":{"type":"object"}}],"messages":[` +
		user(`[`+text("Look")+`,{"type":"image","source":{"type":"url","url":"https://x/y.png"}},{"type":"document","source":{"type":"file","file_id":"f1"}}]`) + `,` +
		assistant(`[{"type":"tool_use","id":"a","name":"look","input":{"at":1}},{"type":"tool_use","id":"b","name":"look","input":{"at":2}}]`) + `,` +
		user(`[{"type":"tool_result","tool_use_id":"a","content":"one"},{"type":"tool_result","tool_use_id":"b","content":"two"}]`) + `]}`
	if got := e.Body.String(); !strings.HasSuffix(got, want) {
		t.Errorf("the request is    %s\nwant at its end   %s", got, want)
	}
}

func TestSpansAreGivenInOtherForms(t *testing.T) {
	structured := without(chat(), "gen_ai.input.messages", `{"arrayValue":{"values":[{"kvlistValue":{"values":[{"key":"role","value":{"stringValue":"user"}},`+
		`{"key":"parts","value":{"arrayValue":{"values":[{"kvlistValue":{"values":[{"key":"type","value":{"stringValue":"text"}},{"key":"content","value":{"stringValue":"Hi"}}]}}]}}}]}}]}}`)
	for name, line := range map[string]string{
		"values with their types": export(structured...),
		"events":                  strings.NewReplacer("resourceSpans", "resourceLogs", "scopeSpans", "scopeLogs", `"spans"`, `"logRecords"`).Replace(export(chat()...)),
		"a span by itself": `{"name":"chat m","attributes":{"gen_ai.request.model":"m","gen_ai.request.max_tokens":5,"gen_ai.input.messages":` +
			quoted(`[{"role":"system","parts":[{"type":"text","content":"Be brief."}]},{"role":"user","parts":[{"type":"text","content":"Hi"}]}]`) +
			`,"gen_ai.output.messages":` + quoted(`[{"role":"assistant","parts":[{"type":"text","content":"Hello"}],"finish_reason":"stop"}]`) + `}}`,
	} {
		log := read(t, Options{}, line)
		if len(log.Exchanges) != 1 {
			t.Fatalf("%s: %d exchanges, want 1", name, len(log.Exchanges))
		}
		e := log.Exchanges[0]
		if string(e.Field("system")) != `"Be brief."` || string(e.Field("messages")) != `[{"role":"user","content":"Hi"}]` || e.stopped() != "end_turn" {
			t.Errorf("%s: the request is %s, stopped by %s", name, e.Body, e.stopped())
		}
	}
}

func TestSpansThatAreNotWholeAreRefused(t *testing.T) {
	output := func(parts, stop string) string {
		return stringValue(`[{"role":"assistant","parts":[` + parts + `],"finish_reason":"` + stop + `"}]`)
	}
	input := func(turns string) []string {
		return without(chat(), "gen_ai.input.messages", stringValue(`[`+turns+`]`))
	}
	hello := `{"type":"text","content":"Hello"}`
	for want, attrs := range map[string][]string{
		"no gen_ai.input.messages":                without(chat(), "gen_ai.input.messages"),
		"no gen_ai.request.max_tokens":            without(chat(), "gen_ai.request.max_tokens"),
		`"openai"`:                                without(chat(), "gen_ai.provider.name", stringValue("openai")),
		"no gen_ai.tool.definitions":              without(chat(), "gen_ai.output.messages", output(`{"type":"tool_call","id":"a","name":"look"}`, "tool_call")),
		"whose signature":                         without(chat(), "gen_ai.output.messages", output(`{"type":"reasoning","content":"Hm"},`+hello, "stop")),
		"nor clearly one":                         without(without(chat(), "gen_ai.response.finish_reasons"), "gen_ai.output.messages", output(hello, "stop")),
		"is no text":                              input(`{"role":"tool","parts":[{"type":"tool_call_response","id":"a","response":{"a":1}}]}`),
		`the type "audio"`:                        input(`{"role":"user","parts":[{"type":"audio"}]}`),
		`the modality "video"`:                    input(`{"role":"user","parts":[{"type":"uri","modality":"video","uri":"x"}]}`),
		`[0] has the role "developer"`:            input(`{"role":"developer","parts":[` + hello + `]}`),
		"no list of parts":                        input(`{"role":"user","content":"Hi"}`),
		"not defined whole":                       chat("gen_ai.tool.definitions", stringValue(`[{"type":"function","name":"look"}]`)),
		"gen_ai.output.messages has 2 messages":   without(chat(), "gen_ai.output.messages", stringValue(`[{"role":"assistant","parts":[]},{"role":"assistant","parts":[]}]`)),
		"gen_ai.input.messages is no list of mes": without(chat(), "gen_ai.input.messages", stringValue("Hi")),
	} {
		_, err := Read(strings.NewReader(export(attrs...)), Options{Name: "log.jsonl"})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "log.jsonl:1") {
			t.Errorf("it is said %v, want %q", err, want)
		}
	}
	log := read(t, Options{}, export(chat("error.type", stringValue("timeout"))...))
	if log.Unanswered != 1 || len(log.Exchanges) != 0 {
		t.Errorf("of a span with an error %d are unanswered, want 1", log.Unanswered)
	}
}

func TestLogsOfOthersAreNamed(t *testing.T) {
	for line, want := range map[string]string{
		`{"request":` + asked + `,"response":{"id":"x","object":"response","output":[]}}`:                         "OpenAI's Responses API",
		`{"request":` + asked + `,"response":{"candidates":[{}]}}`:                                                "the Gemini API",
		`{"request":` + asked + `,"response":{"output":{"message":{}},"stopReason":"end_turn"}}`:                  "Converse",
		`{"request":` + asked + `,"response":[{"object":"chat.completion.chunk","choices":[{}]}]}`:                "OpenAI chat completion",
		`{"request":` + asked + `,"response":"data: {\"object\":\"chat.completion.chunk\",\"choices\":[]}\n\n"}`:  "OpenAI chat completion",
		`{"id":"x","messages":[],"model_parameters":{},"response":{"choices":[]}}`:                                "LiteLLM",
		`{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}]}`:                    "data for training",
		`{"type":"GENERATION","model":"m","input":[{"role":"user","content":"Hi"}],"output":{"content":"Hello"}}`: "the messages alone",
		`{"custom_id":"a","result":{"type":"succeeded","message":` + answered + `}}`:                              "a batch",
		`{"type":"user","uuid":"1","sessionId":"2","message":{"role":"user","content":"Hi"}}`:                     "transcript of Claude Code",
	} {
		if _, err := Read(strings.NewReader(line), Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("of %.80s is said %v, want %q", line, err, want)
		}
	}
}

func TestBodiesInFilesBesideTheLog(t *testing.T) {
	files := map[string]string{"1.request.json": asked, "1.response.json": answered, "2.response.json": strings.Replace(answered, `"text":"Hello"`, `"thinking":"<REDACTED>"`, 1)}
	opts := Options{Name: "index.jsonl", Beside: func(name string) ([]byte, error) {
		if text, ok := files[name]; ok {
			return []byte(text), nil
		}
		return nil, fmt.Errorf("%s: %w", name, os.ErrNotExist)
	}}
	log := read(t, opts, `{"timestamp":"x","request_file":"1.request.json","response_file":"1.response.json"}`)
	if len(log.Exchanges) != 1 || log.Exchanges[0].Body.String() != asked {
		t.Errorf("%d exchanges", len(log.Exchanges))
	}
	for line, want := range map[string]string{
		`{"request_file":"1.request.json","response_file":"2.response.json"}`: "took the text out of",
		`{"request_file":"3.request.json","response_file":"2.response.json"}`: "not exist",
	} {
		if _, err := Read(strings.NewReader(line), opts); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("of %s is said %v, want %q", line, err, want)
		}
	}
}
