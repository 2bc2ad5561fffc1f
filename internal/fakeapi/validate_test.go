package fakeapi_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

// refusal is an error as the API writes it.
type refusal struct {
	Type  string
	Error struct {
		Type, Message string
		Details       struct {
			ErrorCode string `json:"error_code"`
		}
	}
	RequestID string `json:"request_id"`
}

// strict is the server of the tests that need nothing else of theirs.
var strict = fakeapi.New(fakeapi.Options{})

// ask sends a request to the strict server, in process, and returns the
// status and the error, the zero one for an answer.
func ask(t testing.TB, body string, edit ...func(http.Header)) (int, refusal) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/v1/messages", strings.NewReader(body))
	r.Header.Set("content-type", "application/json")
	r.Header.Set("anthropic-version", "2023-06-01")
	r.Header.Set("x-api-key", "test")
	for _, e := range edit {
		e(r.Header)
	}
	w := httptest.NewRecorder()
	strict.ServeHTTP(w, r)
	var e refusal
	if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil {
		t.Fatalf("status %d, body is not JSON: %q", w.Code, w.Body)
	}
	return w.Code, e
}

// request writes a request of the model with further fields, each `"name":value`.
func request(model, messages string, fields ...string) string {
	all := append([]string{`"model":"` + model + `"`, `"max_tokens":1024`, `"messages":` + messages}, fields...)
	return "{" + strings.Join(all, ",") + "}"
}

// with is a good request with further fields.
func with(fields ...string) string { return request("claude-opus-4-6", hi, fields...) }

// turns is a good request with these messages.
func turns(messages string) string { return request("claude-opus-4-8", messages) }

// block is a request whose user turn is this one block.
func block(b string) string { return turns(`[{"role":"user","content":[` + b + `]}]`) }

const hi = `[{"role":"user","content":"hi"}]`

func encoded(encode func(*bytes.Buffer) error) string {
	var b bytes.Buffer
	if err := encode(&b); err != nil {
		panic(err) // the image is ours
	}
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

func pngData(width, height int) string {
	return encoded(func(b *bytes.Buffer) error { return png.Encode(b, image.NewGray(image.Rect(0, 0, width, height))) })
}

func jpegData() string {
	return encoded(func(b *bytes.Buffer) error { return jpeg.Encode(b, image.NewGray(image.Rect(0, 0, 2, 2)), nil) })
}

func gifData() string {
	return encoded(func(b *bytes.Buffer) error {
		return gif.Encode(b, image.NewPaletted(image.Rect(0, 0, 2, 2), color.Palette{color.Black, color.White}), nil)
	})
}

var webpData = base64.StdEncoding.EncodeToString([]byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00"))

var pdfData = base64.StdEncoding.EncodeToString([]byte("%PDF-1.7\n%%EOF\n"))

func imageBlock(mediaType, data string) string {
	return fmt.Sprintf(`{"type":"image","source":{"type":"base64","media_type":%q,"data":%q}}`, mediaType, data)
}

const (
	useA    = `{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}}]}`
	resultA = `{"type":"tool_result","tool_use_id":"a","content":"ok"}`
)

// refusals are requests that the API refuses, with its words.
var refusals = []struct{ name, body, want string }{
	{"no JSON", `{"model":`, "The request body is not valid JSON: unexpected EOF"},
	{"more than JSON", with() + "{}", "The request body is not valid JSON: extra data after the first value"},
	{"a list", `[]`, "Input should be a valid dictionary"},
	{"no UTF-8", with("\"x\":\"\xff\""), "The request body is not valid JSON: it is not valid UTF-8"},
	{"half a surrogate pair", turns(`[{"role":"user","content":"\ud83d!"}]`), "The request body is not valid JSON: no low surrogate in string (char 83)"},

	{"no model", `{"max_tokens":1,"messages":` + hi + `}`, "model: Field required"},
	{"no max_tokens", `{"model":"claude-opus-4-6","messages":` + hi + `}`, "max_tokens: Field required"},
	{"no messages", `{"model":"claude-opus-4-6","max_tokens":1}`, "messages: Field required"},
	{"model is a number", `{"model":1,"max_tokens":1,"messages":` + hi + `}`, "model: Input should be a valid string"},
	{"max_tokens is text", `{"model":"claude-opus-4-6","max_tokens":"1","messages":` + hi + `}`, "max_tokens: Input should be a valid integer"},
	{"max_tokens is a fraction", `{"model":"claude-opus-4-6","max_tokens":1.5,"messages":` + hi + `}`, "max_tokens: Input should be a valid integer, got a number with a fractional part"},
	{"max_tokens is negative", `{"model":"claude-opus-4-6","max_tokens":-1,"messages":` + hi + `}`, "max_tokens: Input should be greater than or equal to 0"},
	{"max_tokens is out of all range", `{"model":"claude-opus-4-6","max_tokens":1e999,"messages":` + hi + `}`, "max_tokens: Input should be a valid integer"},
	{"max_tokens over the model's", `{"model":"claude-haiku-4-5","max_tokens":64001,"messages":` + hi + `}`, "max_tokens: 64001 > 64000, which is the maximum allowed number of output tokens for claude-haiku-4-5"},
	{"unknown field", with(`"xyz":1`), "xyz: Extra inputs are not permitted"},
	{"first of two unknown fields", with(`"xyz":1`, `"abc":1`), "abc: Extra inputs are not permitted"},
	{"stream is text", with(`"stream":"yes"`), "stream: Input should be a valid boolean"},
	{"temperature over 1", with(`"temperature":1.1`), "temperature: Input should be less than or equal to 1"},
	{"temperature under 0", with(`"temperature":-0.1`), "temperature: Input should be greater than or equal to 0"},
	{"temperature is text", with(`"temperature":"0"`), "temperature: Input should be a valid number"},
	{"temperature is null", with(`"temperature":null`), "temperature: Input should be a valid number"},
	{"top_k under 0", with(`"top_k":-1`), "top_k: Input should be greater than or equal to 0"},
	{"blank stop sequence", with(`"stop_sequences":[" "]`), "stop_sequences: each stop sequence must contain non-whitespace"},
	{"stop sequence is a number", with(`"stop_sequences":[1]`), "stop_sequences.0: Input should be a valid string"},
	{"stop_sequences is text", with(`"stop_sequences":"x"`), "stop_sequences: Input should be a valid list"},
	{"metadata's unknown field", with(`"metadata":{"user":"x"}`), "metadata.user: Extra inputs are not permitted"},
	{"unknown service tier", with(`"service_tier":"fast"`), "service_tier: Input should be 'auto' or 'standard_only'"},
	{"system is a number", with(`"system":1`), "system: Input should be a valid string or list"},
	{"system with an image", with(`"system":[{"type":"image"}]`), "system.0.type: Input should be 'text'"},
	{"empty system block", with(`"system":[{"type":"text","text":""}]`), "system: text content blocks must be non-empty"},
	{"unknown cache control", with(`"system":[{"type":"text","text":"x","cache_control":{"type":"ephemeral","ttl":"2h"}}]`), "system.0.cache_control.ephemeral.ttl: Input should be '5m' or '1h'"},

	{"beta field without its beta", with(`"mcp_servers":[]`), "mcp_servers: Extra inputs are not permitted"},
	{"context_management without its beta", with(`"context_management":{}`), "context_management: Extra inputs are not permitted"},
	{"fallbacks without its beta", with(`"fallbacks":[]`), "fallbacks: Extra inputs are not permitted"},

	{"no turns", turns(`[]`), "messages: at least one message is required"},
	{"messages is text", turns(`"hi"`), "messages: Input should be a valid list"},
	{"turn is text", turns(`["hi"]`), "messages.0: Input should be a valid dictionary"},
	{"turn without role", turns(`[{"content":"x"}]`), "messages.0.role: Field required"},
	{"turn without content", turns(`[{"role":"user"}]`), "messages.0.content: Field required"},
	{"turn with a name", turns(`[{"role":"user","content":"x","name":"y"}]`), "messages.0.name: Extra inputs are not permitted"},
	{"unknown role", turns(`[{"role":"tool","content":"x"}]`), "messages.0.role: Input should be 'user', 'assistant' or 'system'"},
	{"content is null", turns(`[{"role":"user","content":null}]`), "messages.0.content: Input should be a valid string or list"},
	{"content is one block", turns(`[{"role":"user","content":{"type":"text","text":"x"}}]`), "messages.0.content: Input should be a valid list"},
	{"assistant first", turns(`[{"role":"assistant","content":"x"},{"role":"user","content":"y"}]`), `messages: first message must use the "user" role`},
	{"empty content", turns(`[{"role":"user","content":""}]`), "messages.0: all messages must have non-empty content except for the optional final assistant message"},
	{"no blocks", turns(`[{"role":"user","content":[]}]`), "messages.0: all messages must have non-empty content except for the optional final assistant message"},
	{"blank content", turns(`[{"role":"user","content":" \n"}]`), "messages: text content blocks must contain non-whitespace text"},
	{"empty text block", block(`{"type":"text","text":""}`), "messages: text content blocks must be non-empty"},
	{"blank text block", block(`{"type":"text","text":" "}`), "messages: text content blocks must contain non-whitespace text"},
	{"empty text in a tool result", turns(`[{"role":"user","content":"x"},` + useA + `,{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":[{"type":"text","text":""}]}]}]`), "messages: text content blocks must be non-empty"},

	{"system turn first", turns(`[{"role":"system","content":"x"},{"role":"user","content":"y"}]`), "messages.0: role 'system' cannot be the first message; use the top-level `system` parameter"},
	{"system turn after an assistant turn", turns(`[{"role":"user","content":"x"},{"role":"assistant","content":"y"},{"role":"system","content":"z"}]`), "messages.2: role 'system' must follow a user message"},
	{"system turn before a user turn", turns(`[{"role":"user","content":"x"},{"role":"system","content":"y"},{"role":"user","content":"z"}]`), "messages.1: role 'system' must be the last message or be followed by an assistant message"},
	{"two system turns", turns(`[{"role":"user","content":"x"},{"role":"system","content":"y"},{"role":"system","content":"z"}]`), "messages.1: role 'system' must be the last message or be followed by an assistant message"},
	{"system turn with an image", turns(`[{"role":"user","content":"x"},{"role":"system","content":[{"type":"image","source":{"type":"url","url":"https://x.test/a.png"}}]}]`), "messages.1.content.0: role 'system' only supports text blocks, got 'image'"},
	{"system turn on a model without", request("claude-opus-4-6", `[{"role":"user","content":"x"},{"role":"system","content":"y"}]`), "messages.1: role 'system' is not supported on this model"},

	{"block is text", block(`"x"`), "messages.0.content.0: Input should be a valid dictionary or object to extract fields from"},
	{"block without type", block(`{"text":"x"}`), "messages.0.content.0.type: Field required"},
	{"unknown block", block(`{"type":"tex"}`), "messages.0.content.0: Input tag 'tex' found using 'type' does not match any of the expected tags: 'text', 'image', 'document', 'search_result', 'thinking', 'redacted_thinking', 'tool_use', 'tool_result', 'server_tool_use', 'web_search_tool_result', 'web_fetch_tool_result', 'code_execution_tool_result', 'bash_code_execution_tool_result', 'text_editor_code_execution_tool_result', 'tool_search_tool_result', 'container_upload'"},
	{"text block with more", block(`{"type":"text","text":"x","title":"y"}`), "messages.0.content.0.text.title: Extra inputs are not permitted"},
	{"text block without text", block(`{"type":"text"}`), "messages.0.content.0.text.text: Field required"},
	{"image without source", block(`{"type":"image"}`), "messages.0.content.0.image.source: Field required"},
	{"image by path", block(`{"type":"image","source":{"type":"path","path":"x"}}`), "messages.0.content.0.image.source: Input tag 'path' found using 'type' does not match any of the expected tags: 'base64', 'url', 'file'"},
	{"image of an unknown type", block(imageBlock("image/bmp", pngData(1, 1))), "messages.0.content.0.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'"},
	{"image without media type", block(`{"type":"image","source":{"type":"base64","data":"aaaa"}}`), "messages.0.content.0.image.source.base64.media_type: Field required"},
	{"image that is no base64", block(imageBlock("image/png", "not base64!")), "messages.0.content.0.image.source.base64.data: Input should be valid base64 data"},
	{"image of base64 without padding", block(imageBlock("image/png", "iVBORw")), "messages.0.content.0.image.source.base64.data: Input should be valid base64 data"},
	{"image of base64 in lines", block(imageBlock("image/png", "iVBO\nRw==")), "messages.0.content.0.image.source.base64.data: Input should be valid base64 data"},
	{"image that is a text", block(imageBlock("image/png", base64.StdEncoding.EncodeToString([]byte("hello")))), "messages.0.content.0.image.source.base64: Could not process image"},
	{"image that is cut short", block(imageBlock("image/png", pngData(1, 1)[:16])), "messages.0.content.0.image.source.base64: Could not process image"},
	{"image of another type", block(imageBlock("image/jpeg", pngData(1, 1))), "messages.0.content.0.image.source.base64.data: The image was specified using the image/jpeg media type, but the image appears to be a image/png image"},
	{"image too wide", block(imageBlock("image/png", pngData(8001, 1))), "messages.0.content.0.image.source.base64.data: At least one of the image dimensions exceed max allowed size: 8000 pixels"},
	{"image over plain http", block(`{"type":"image","source":{"type":"url","url":"http://x.test/a.png"}}`), "messages.0.content.0.image.source.url.url: Only HTTPS URLs are supported."},
	{"document that is no pdf", block(`{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"aGVsbG8="}}`), "messages.0.content.0.document.source.base64: The PDF specified was not valid."},
	{"document of another type", block(`{"type":"document","source":{"type":"base64","media_type":"text/plain","data":"aGVsbG8="}}`), "messages.0.content.0.document.source.base64.media_type: Input should be 'application/pdf'"},
	{"document with an empty title", block(`{"type":"document","title":"","source":{"type":"text","media_type":"text/plain","data":"x"}}`), "messages.0.content.0.document.title: String should have at least 1 character"},
	{"search result without title", block(`{"type":"search_result","source":"x","content":[{"type":"text","text":"y"}]}`), "messages.0.content.0.search_result.title: Field required"},
	{"thinking in a user turn", block(`{"type":"thinking","thinking":"x","signature":"y"}`), "messages.0: `thinking` blocks can only be specified in `assistant` messages"},
	{"thinking without signature", turns(`[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"thinking","thinking":"x"}]},{"role":"user","content":"x"}]`), "messages.1.content.0.thinking.signature: Field required"},
	{"tool use in a user turn", block(`{"type":"tool_use","id":"a","name":"f","input":{}}`), "messages.0: `tool_use` blocks can only be specified in `assistant` messages"},
	{"tool use whose input is text", turns(`[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":"{}"}]}]`), "messages.1.content.0.tool_use.input: Input should be a valid dictionary"},
	{"tool use with a strange id", turns(`[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"a b","name":"f","input":{}}]}]`), "messages.1.content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'"},

	{"tool result of nothing", block(resultA), "messages.0.content.0: unexpected `tool_use_id` found in `tool_result` blocks: a. Each `tool_result` block must have a corresponding `tool_use` block in the previous message."},
	{"tool use without result", turns(`[{"role":"user","content":"x"},` + useA + `,{"role":"user","content":"y"}]`), "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: a. Each `tool_use` block must have a corresponding `tool_result` block in the next message."},
	{"tool use at the end", request("claude-haiku-4-5", `[{"role":"user","content":"x"},`+useA+`]`), "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: a. Each `tool_use` block must have a corresponding `tool_result` block in the next message."},
	{"tool result after a text", turns(`[{"role":"user","content":"x"},` + useA + `,{"role":"user","content":[{"type":"text","text":"y"},` + resultA + `]}]`), "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: a. Each `tool_use` block must have a corresponding `tool_result` block in the next message."},
	{"tool result in a later turn of a row", turns(`[{"role":"user","content":"x"},` + useA + `,{"role":"user","content":"y"},{"role":"user","content":[` + resultA + `]}]`), "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: a. Each `tool_use` block must have a corresponding `tool_result` block in the next message."},
	{"two tool results", turns(`[{"role":"user","content":"x"},` + useA + `,{"role":"user","content":[` + resultA + `,` + resultA + `]}]`), "messages.2.content.1: each tool_use must have a single result. Found multiple `tool_result` blocks with id: a"},
	{"two tool uses with one id", turns(`[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}},{"type":"tool_use","id":"a","name":"f","input":{}}]},{"role":"user","content":[` + resultA + `]}]`), "messages.1: `tool_use` ids must be unique"},

	{"prefill on 4.6", request("claude-opus-4-6", `[{"role":"user","content":"x"},{"role":"assistant","content":"y"}]`), "This model does not support assistant message prefill. The conversation must end with a user message."},
	{"prefill that ends in a space", request("claude-haiku-4-5", `[{"role":"user","content":"x"},{"role":"assistant","content":"y "}]`), "messages: final assistant content cannot end with trailing whitespace"},
	{"prefill whose block ends in a line break", request("claude-haiku-4-5", `[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"text","text":"y\n"}]}]`), "messages: final assistant content cannot end with trailing whitespace"},
	{"prefill with thinking", request("claude-haiku-4-5", `[{"role":"user","content":"x"},{"role":"assistant","content":"y"}]`, `"thinking":{"type":"enabled","budget_tokens":1024}`, `"max_tokens":2048`), "messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `text`. When `thinking` is enabled, a final `assistant` message must start with a thinking block."},

	{"tool without name", with(`"tools":[{"input_schema":{"type":"object"}}]`), "tools.0.custom.name: Field required"},
	{"tool without schema", with(`"tools":[{"name":"f"}]`), "tools.0.custom.input_schema: Field required"},
	{"tool with a strange name", with(`"tools":[{"name":"a b","input_schema":{"type":"object"}}]`), "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'"},
	{"tool with more", with(`"tools":[{"name":"f","input_schema":{"type":"object"},"parameters":{}}]`), "tools.0.custom.parameters: Extra inputs are not permitted"},
	{"tool whose schema is a list", with(`"tools":[{"name":"f","input_schema":[]}]`), "tools.0.custom.input_schema: Input should be a valid dictionary"},
	{"tool whose schema has no type", with(`"tools":[{"name":"f","input_schema":{}}]`), "tools.0.custom.input_schema.type: Field required"},
	{"tool whose schema is of a string", with(`"tools":[{"name":"f","input_schema":{"type":"string"}}]`), "tools.0.custom.input_schema.type: Input should be 'object'"},
	{"strict tool with an open schema", with(`"tools":[{"name":"f","strict":true,"input_schema":{"type":"object"}}]`), "tools.0.custom: For 'object' type, 'additionalProperties' must be explicitly set to false"},
	{"two tools with one name", with(`"tools":[{"name":"f","input_schema":{"type":"object"}},{"name":"f","input_schema":{"type":"object"}}]`), "tools: Tool names must be unique."},
	{"built-in tool with another name", with(`"tools":[{"type":"bash_20250124","name":"sh"}]`), "tools.0.bash_20250124.name: Input should be 'bash'"},
	{"built-in tool with a schema", with(`"tools":[{"type":"bash_20250124","name":"bash","input_schema":{"type":"object"}}]`), "tools.0.bash_20250124.input_schema: Extra inputs are not permitted"},
	{"tool_choice without tools", with(`"tool_choice":{"type":"any"}`), "tool_choice: may only be specified while providing `tools`."},
	{"tool_choice as text", with(`"tool_choice":"any"`), "tool_choice: Input should be a valid dictionary or object to extract fields from"},
	{"tool_choice without name", with(`"tool_choice":{"type":"tool"}`), "tool_choice.tool.name: Field required"},
	{"tool_choice of another tool", with(`"tools":[{"name":"f","input_schema":{"type":"object"}}]`, `"tool_choice":{"type":"tool","name":"g"}`), "Tool 'g' not found in provided tools"},

	{"effort that does not exist", with(`"output_config":{"effort":"most"}`), "output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'"},
	{"format without schema", with(`"output_config":{"format":{"type":"json_schema"}}`), "output_config.format.schema: Field required"},
	{"format of another type", with(`"output_config":{"format":{"type":"json"}}`), "output_config.format.type: Input should be 'json_schema'"},
	{"open object in a format", format(`{"type":"object","properties":{}}`), "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false"},
	{"open object deep in a format", format(`{"type":"array","items":{"anyOf":[{"type":"object","properties":{}}]}}`), "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false"},
	{"bound in a format", format(`{"type":"integer","minimum":1,"maximum":2}`), "output_config.format.schema: For 'integer' type, properties minimum, maximum are not supported"},
	{"least length in a format", format(`{"type":"array","minItems":2}`), "output_config.format.schema: For 'array' type, 'minItems' values other than 0 or 1 are not supported. Got: 2"},
	{"reference out of a format", format(`{"$ref":"file:///etc/passwd"}`), "output_config.format.schema: External $ref is not supported: file:///etc/passwd"},

	{"thinking without budget", with(`"thinking":{"type":"enabled"}`), "thinking.enabled.budget_tokens: Field required"},
	{"thinking on a small budget", with(`"thinking":{"type":"enabled","budget_tokens":1023}`), "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024"},
	{"thinking on all tokens", with(`"thinking":{"type":"enabled","budget_tokens":1024}`), "`max_tokens` must be greater than `thinking.budget_tokens`."},
	{"thinking at a temperature", with(`"thinking":{"type":"enabled","budget_tokens":1024}`, `"max_tokens":2000`, `"temperature":0`), "`temperature` may only be set to 1 when thinking is enabled."},
	{"thinking with top_p", with(`"thinking":{"type":"enabled","budget_tokens":1024}`, `"max_tokens":2000`, `"top_p":0.9`), "`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled."},
	{"thinking with top_k", with(`"thinking":{"type":"enabled","budget_tokens":1024}`, `"max_tokens":2000`, `"top_k":5`), "`top_k` must be unset when thinking is enabled."},
	{"thinking with a forced tool", with(`"thinking":{"type":"enabled","budget_tokens":1024}`, `"max_tokens":2048`, `"tools":[{"name":"f","input_schema":{"type":"object"}}]`, `"tool_choice":{"type":"any"}`), "Thinking may not be enabled when tool_choice forces tool use."},

	{"five cache breakpoints", with(`"system":[` + strings.Repeat(`{"type":"text","text":"x","cache_control":{"type":"ephemeral"}},`, 4) + `{"type":"text","text":"x","cache_control":{"type":"ephemeral"}}]`), "A maximum of 4 blocks with cache_control may be provided. Found 5."},
	{"601 images", block(strings.Repeat(`{"type":"image","source":{"type":"file","file_id":"f"}},`, 600) + `{"type":"image","source":{"type":"file","file_id":"f"}}`), "messages: Too many images: 601 > 600"},
}

func TestRefusesWhatTheAPIRefuses(t *testing.T) {
	for _, test := range refusals {
		t.Run(test.name, func(t *testing.T) {
			status, got := ask(t, test.body)
			if status != 400 || got.Type != "error" || got.Error.Type != "invalid_request_error" {
				t.Errorf("status %d, type %q, error %q", status, got.Type, got.Error.Type)
			}
			if got.Error.Message != test.want {
				t.Errorf("message\n%s\nwant\n%s", got.Error.Message, test.want)
			}
		})
	}
}

// format is a request for a structured output.
func format(schema string) string {
	return with(`"output_config":{"format":{"type":"json_schema","schema":` + schema + `}}`)
}

// acceptances are requests that the API takes.
var acceptances = []struct{ name, body string }{
	{"every plain field", with(`"system":"x"`, `"temperature":0.5`, `"top_k":5`, `"stop_sequences":["x"]`, `"metadata":{"user_id":null}`,
		`"service_tier":"auto"`, `"inference_geo":"us"`, `"container":"c"`, `"speed":"standard"`, `"cache_control":null`, `"diagnostics":null`)},
	{"no tokens at all", strings.Replace(with(), "1024", "0", 1)},
	{"a whole number with a point", strings.Replace(with(), "1024", "1024.0", 1)},
	{"system blocks", with(`"system":[{"type":"text","text":"x","cache_control":{"type":"ephemeral","ttl":"1h"}}]`)},
	{"a pair of surrogates", turns(`[{"role":"user","content":"\ud83d\udc1c \\ud83d"}]`)},
	{"user turns in a row", turns(`[{"role":"user","content":"x"},{"role":"user","content":"y"}]`)},
	{"a system turn at the end", turns(`[{"role":"user","content":"x"},{"role":"system","content":"y"}]`)},
	{"a system turn between", turns(`[{"role":"user","content":"x"},{"role":"system","content":[{"type":"text","text":"y"}]},{"role":"assistant","content":"z"},{"role":"user","content":"x"}]`)},
	{"a png", block(imageBlock("image/png", pngData(8000, 1)))},
	{"a jpeg", block(imageBlock("image/jpeg", jpegData()))},
	{"a gif", block(imageBlock("image/gif", gifData()))},
	{"a webp", block(imageBlock("image/webp", webpData))},
	{"an image by url", block(`{"type":"image","source":{"type":"url","url":"https://x.test/a.png"}}`)},
	{"an image by file", block(`{"type":"image","source":{"type":"file","file_id":"f"}}`)},
	{"a pdf", block(`{"type":"document","title":"t","context":"c","citations":{"enabled":true},"source":{"type":"base64","media_type":"application/pdf","data":"` + pdfData + `"}}`)},
	{"a text document", block(`{"type":"document","source":{"type":"text","media_type":"text/plain","data":"x"}}`)},
	{"a document of blocks", block(`{"type":"document","source":{"type":"content","content":[{"type":"text","text":"x"}]}}`)},
	{"a document by url", block(`{"type":"document","source":{"type":"url","url":"https://x.test/a.pdf"}}`)},
	{"a search result", block(`{"type":"search_result","source":"s","title":"t","content":[{"type":"text","text":"y"}]}`)},
	{"a container upload", block(`{"type":"container_upload","file_id":"f"}`)},
	{"an answer sent back", turns(`[{"role":"user","content":"x"},{"role":"assistant","content":[
			{"type":"thinking","thinking":"t","signature":"s"},{"type":"redacted_thinking","data":"d"},
			{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"q"}},
			{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[]},
			{"type":"text","text":"y","citations":[{"type":"char_location","cited_text":"c","document_index":0,"document_title":null,"start_char_index":0,"end_char_index":1}]},
			{"type":"tool_use","id":"toolu_1","name":"f","input":{"a":1},"caller":{"type":"direct"}},
			{"type":"tool_use","id":"toolu_2","name":"f","input":{}}]},
			{"role":"user","content":[
			{"type":"tool_result","tool_use_id":"toolu_2","is_error":true,"content":"no"},
			{"type":"tool_result","tool_use_id":"toolu_1","content":[{"type":"text","text":"ok"},` + imageBlock("image/png", pngData(1, 1)) + `]},
			{"type":"text","text":"go on"}]}]`)},
	{"tool results in a row of turns", turns(`[{"role":"user","content":"x"},
			{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}}]},
			{"role":"assistant","content":[{"type":"tool_use","id":"b","name":"f","input":{}}]},
			{"role":"user","content":[{"type":"tool_result","tool_use_id":"a"}]},
			{"role":"user","content":[{"type":"tool_result","tool_use_id":"b"}]}]`)},
	{"a turn of a paused server tool", turns(`[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}}]}]`)},
	{"a prefill", request("claude-haiku-4-5", `[{"role":"user","content":"x"},{"role":"assistant","content":" y ("}]`)},
	{"an empty prefill", request("claude-haiku-4-5", `[{"role":"user","content":"x"},{"role":"assistant","content":""}]`)},
	{"a snapshot's id", request("claude-sonnet-4-5-20250929", hi)},
	{"tools", with(`"tools":[{"name":"f","description":"d","input_schema":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false},"strict":true,"input_examples":[{"a":"x"}]},
			{"type":"custom","name":"g","input_schema":{"type":"object"}},{"type":"bash_20250124","name":"bash"},
			{"type":"web_search_20250305","name":"web_search","max_uses":1,"user_location":{"type":"approximate","city":"Ulm"}},
			{"type":"text_editor_20250728","name":"str_replace_based_edit_tool","max_characters":100}]`, `"tool_choice":{"type":"auto","disable_parallel_tool_use":true}`)},
	{"a structured output", format(`{"type":"object","properties":{"a":{"type":"string"},"b":{"$ref":"#/$defs/c"}},"$defs":{"c":{"type":"array","items":{"type":"integer"}}},"required":["a"],"additionalProperties":false}`)},
	{"thinking on 4.6", with(`"thinking":{"type":"enabled","budget_tokens":1024,"display":"omitted"}`, `"max_tokens":1025`, `"temperature":1`)},
	{"four cache breakpoints", with(`"system":[` + strings.Repeat(`{"type":"text","text":"x","cache_control":{"type":"ephemeral"}},`, 3) + `{"type":"text","text":"x","cache_control":{"type":"ephemeral"}}]`)},
}

func TestAcceptsWhatTheAPIAccepts(t *testing.T) {
	for _, test := range acceptances {
		t.Run(test.name, func(t *testing.T) {
			if status, got := ask(t, test.body); status != 200 {
				t.Errorf("status %d: %s", status, got.Error.Message)
			}
		})
	}
}
