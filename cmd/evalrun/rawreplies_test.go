package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"
)

// A rawReply is what a server writes in answer to the first attempt, byte for
// byte; it answers the second one well.
type rawReply struct {
	name     string
	bytes    string
	outcome  string
	attempts int
	want     string // in the text of the answer, or in the error
}

const (
	wellText   = "Hello!"
	wellStart  = `data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-4-6","content":[],"usage":{"input_tokens":10,"output_tokens":1}}}` + "\n\n"
	wellBlock  = `data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}` + "\n\n"
	wellStop   = `data: {"type":"content_block_stop","index":0}` + "\n\n"
	wellDelta  = `data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7}}` + "\n\n"
	wellEnd    = `data: {"type":"message_stop"}` + "\n\n"
	wellStream = wellStart + wellBlock + `data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello!"}}` + "\n\n" + wellStop + wellDelta + wellEnd
)

// saying is the message with another text, which is JSON already.
func saying(text string) string { return strings.Replace(helloMessage, "Hello!", text, 1) }

// reply is an answer of HTTP; headers end with CRLF.
func reply(status, headers, body string) string {
	return fmt.Sprintf("HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s", status, headers, len(body), body)
}

func ofType(kind, body string) string { return reply("200 OK", "Content-Type: "+kind+"\r\n", body) }

func sse(parts ...string) string { return ofType("text/event-stream", strings.Join(parts, "")) }

// deltas are text deltas, whose texts are JSON already.
func deltas(texts ...string) string {
	var all strings.Builder
	for _, text := range texts {
		fmt.Fprintf(&all, `data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"%s"}}`+"\n\n", text)
	}
	return all.String()
}

// inputs are the parts of a tool's input, which are JSON already.
func inputs(parts ...string) string {
	var all strings.Builder
	all.WriteString(wellStart + `data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"toolu_1","name":"f","input":{}}}` + "\n\n")
	for _, part := range parts {
		fmt.Fprintf(&all, `data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"%s"}}`+"\n\n", part)
	}
	return all.String() + wellStop + strings.Replace(wellDelta, "end_turn", "tool_use", 1) + wellEnd
}

func gzipped(text string) string {
	var small bytes.Buffer
	z := gzip.NewWriter(&small)
	io.WriteString(z, text)
	z.Close()
	return small.String()
}

func inUTF16(text string) string {
	out := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(text)) {
		out = append(out, byte(unit), byte(unit>>8))
	}
	return string(out)
}

func wholeReplies() []rawReply {
	const plain, compressed = "application/json", "Content-Type: application/json\r\nContent-Encoding: gzip\r\n"
	page := func(status string) string {
		return reply(status, "Content-Type: text/html\r\n", "<title>"+status+"</title>")
	}
	return []rawReply{
		{"said to be compressed", reply("200 OK", compressed, helloMessage), "error", 1, "gzip: invalid header"},
		{"Latin-1", ofType(plain+"; charset=iso-8859-1", saying("caf\xe9")), "pass", 1, "caf\uFFFD"},
		{"UTF-16", ofType(plain+"; charset=utf-16", inUTF16(helloMessage)), "pass", 2, wellText},
		{"no UTF-8", ofType(plain, saying("a \xff\xfe \xed\xa0\x80 b")), "pass", 1, "a \uFFFD \uFFFD b"},
		{"text for JSON's type", ofType("text/plain; charset=utf-8", helloMessage), "pass", 1, wellText},
		{"half a pair", ofType(plain, saying(`half \ud83d end`)), "pass", 1, "half \uFFFD end"},
		{"pairs and controls", ofType(plain, saying(`\ud83d\ude00 \ude00\ud83d \u0000 \u001b[31m`)), "pass", 1, "😀 \uFFFD\uFFFD \x00 \x1b[31m"},
		{"members in other cases", ofType(plain, strings.Replace(helloMessage, `"stop_reason"`, `"Content":[],"STOP_REASON":"x","stop_reason"`, 1)), "pass", 1, ""},
		{"nested deep", ofType(plain, saying(`","x":`+strings.Repeat("[", 9000)+strings.Repeat("]", 9000)+`,"y":"`)), "pass", 1, ""},
		{"nested too deep", ofType(plain, saying(`","x":`+strings.Repeat("[", 20000)+strings.Repeat("]", 20000)+`,"y":"`)), "error", 1, "nested more than 10000 levels deep"},
		{"more behind its chunks", fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\nGARBAGE\r\n\r\n", len(helloMessage), helloMessage), "pass", 1, wellText},
		{"two messages", ofType(plain, helloMessage+"\n"+helloMessage), "pass", 2, wellText},
		{"a shorter body than announced", strings.Replace(ofType(plain, helloMessage), "Content-Length: 2", "Content-Length: 3", 1), "pass", 2, wellText},
		{"no content", "HTTP/1.1 204 No Content\r\n\r\n", "error", 1, "an empty body"},
		{"no body", ofType(plain, ""), "pass", 2, wellText},
		{"a page of 404", page("404 Not Found"), "error", 1, "404 not_found_error"},
		{"a page of 413", page("413 Request Entity Too Large"), "error", 1, "413 request_too_large"},
		{"a page of 422", page("422 Unprocessable Entity"), "error", 1, "422 invalid_request_error"},
		{"a page of 502", page("502 Bad Gateway"), "pass", 2, wellText},
		{"a page of 200", page("200 OK"), "error", 1, "an HTML page titled"},
		{"text of 400", reply("400 Bad Request", "Content-Type: text/plain\r\n", "context window exceeded"), "error", 1, "context window exceeded"},
		{"a list of details", reply("422 X", "", `{"detail":[{"loc":["body","messages"],"msg":"field required"}]}`), "error", 1, "body.messages: field required"},
		{"elsewhere", reply("307 X", "Location: http://127.0.0.1:1/other\r\n", ""), "error", 1, "redirects are not followed"},
		{"content of null", ofType(plain, strings.Replace(helloMessage, `[{"type":"text","text":"Hello!"}]`, "null", 1)), "error", 1, "whose content is null"},
		{"content of text", ofType(plain, strings.Replace(helloMessage, `[{"type":"text","text":"Hello!"}]`, `"Hello!"`, 1)), "error", 1, "whose content is the JSON string"},
		{"no content blocks", ofType(plain, strings.Replace(helloMessage, `[{"type":"text","text":"Hello!"}]`, "[]", 1)), "pass", 1, ""},
		{"a block of tomorrow", ofType(plain, strings.Replace(helloMessage, `[{`, `[{"type":"hologram","text":"x"},{"type":"text","text":"A"},{`, 1)), "pass", 1, "AHello!"},
		{"no reason to stop", ofType(plain, strings.Replace(helloMessage, `"end_turn"`, "null", 1)), "pass", 1, wellText},
		{"usage of null", ofType(plain, strings.Replace(helloMessage, `{"input_tokens":12,"output_tokens":6}`, "null", 1)), "pass", 1, wellText},
		{"an error of 200", ofType(plain, `{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`), "pass", 2, wellText},
		{"a refusal of 200", ofType(plain, `{"type":"error","error":{"type":"invalid_request_error","message":"too long"}}`), "error", 1, "400 invalid_request_error: too long"},
	}
}

func streamReplies() []rawReply {
	named := strings.ReplaceAll(wellStream, "data: ", "event: message\ndata: ")
	upTo := wellStart + wellBlock + deltas("Hel")
	return []rawReply{
		{"of JSON's type", ofType("application/json", wellStream), "pass", 2, wellText},
		{"without a type", reply("200 OK", "", wellStream), "error", 1, "text that begins"},
		{"of lines of JSON", ofType("application/x-ndjson", strings.ReplaceAll(strings.ReplaceAll(wellStream, "data: ", ""), "\n\n", "\n")), "error", 1, "broken JSON"},
		{"of HTTP 1.0", "HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + wellStream, "pass", 1, wellText},
		{"cut in its compression", reply("200 OK", "Content-Type: text/event-stream\r\nContent-Encoding: gzip\r\n", gzipped(wellStream)[:120]), "pass", 2, wellText},
		{"with other names", sse(named), "pass", 1, wellText},
		{"done without an end", sse(strings.TrimSuffix(wellStream, wellEnd), "data: [DONE]\n\n"), "pass", 2, wellText},
		{"without an end", sse(strings.TrimSuffix(wellStream, wellEnd)), "pass", 2, wellText},
		{"half a pair in each delta", sse(wellStart, wellBlock, deltas(`A\ud83d`, `\ude00B`), wellStop, wellDelta, wellEnd), "pass", 1, "A\U0001F600B"},
		{"not UTF-8", sse(wellStart, wellBlock, deltas("caf\xe9"), wellStop, wellDelta, wellEnd), "pass", 1, "caf\uFFFD"},
		{"a tool's input in pieces", sse(inputs(``, `{\"a\": 1, \"e\": \"\\ud8`, `3d\\ude00\", \"n\": 12345678901234567891}`)), "pass", 1, `"n":12345678901234567891}`},
		{"a tool without input", sse(inputs(``)), "pass", 1, "{}"},
		{"a tool's input that is cut", sse(inputs(`{\"a\": 1`)), "pass", 1, "INVALID_JSON"},
		{"a line break in a tool's input", sse(inputs(`{\"a\": \"x\ny\"}`)), "pass", 1, "INVALID_JSON"},
		{"two inputs of a tool", sse(inputs(`{\"a\": 1}{\"a\": 2}`)), "pass", 1, "INVALID_JSON"},
		{"an error of plain text", sse(upTo, "event: error\ndata: Too many requests\n\n"), "pass", 2, wellText},
		{"an error of null", sse(upTo, "event: error\ndata: null\n\n"), "pass", 2, wellText},
		{"an error without a name", sse(upTo, `data: {"error":"upstream gone"}`+"\n\n"), "pass", 2, wellText},
		{"an error behind the stop", sse(strings.TrimSuffix(wellStream, wellEnd), `event: error`+"\n"+`data: {"type":"error","error":{"type":"api_error","message":"boom"}}`+"\n\n"), "pass", 2, wellText},
		{"an error that is final", sse(upTo, `event: error`+"\n"+`data: {"type":"error","error":{"type":"invalid_request_error","message":"bad"}}`+"\n\n"), "error", 1, "400 invalid_request_error: bad"},
		{"an event that is cut", sse(upTo, "event: content_block_delta\n"+`data: {"type":"content_bl`+"\n\n"), "pass", 2, wellText},
		{"a page within", sse(upTo, "<html><title>504 Gateway Time-out</title></html>\n\n"), "pass", 2, wellText},
		{"nothing", sse(), "pass", 2, wellText},
		{"a block without an index", sse(wellStart, `data: {"type":"content_block_start","content_block":{"type":"text","text":"x"}}`+"\n\n", wellDelta, wellEnd), "pass", 2, wellText},
		{"more behind its end", sse(wellStream, wellStart, wellBlock, deltas("other"), wellEnd), "pass", 1, wellText},
		{"a page instead", ofType("text/html", "<html><title>Proxy</title></html>"), "error", 1, `titled "Proxy"`},
		{"a message instead", ofType("application/json", helloMessage), "pass", 1, wellText},
	}
}

// Whatever a server writes, the run says what came of it: how often it was
// asked, and the text or the error.
func TestRawReplies(t *testing.T) {
	for _, test := range []struct {
		name    string
		replies []rawReply
		well    string
		stream  bool
	}{
		{"whole", wholeReplies(), ofType("application/json", helloMessage), false},
		{"streamed", streamReplies(), sse(wellStream), true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, code := runRaw(t, test.replies, test.well, test.stream)
			if code != exitErrors {
				t.Errorf("exit %d, want %d: some have no answer", code, exitErrors)
			}
			for _, r := range test.replies {
				g := got[r.name]
				if g.outcome != r.outcome || g.attempts != r.attempts || r.want != "" && !strings.Contains(g.said, r.want) {
					t.Errorf("%s: %s after %d attempts, %q\nwant %s after %d, with %q", r.name, g.outcome, g.attempts, g.said, r.outcome, r.attempts, r.want)
				}
			}
		})
	}
}

// rawResult is what a record has for a case.
type rawResult struct {
	outcome  string
	attempts int
	said     string
}

// runRaw runs a suite of one case for each reply, and reads its record.
func runRaw(t *testing.T, replies []rawReply, well string, stream bool) (map[string]*rawResult, int) {
	t.Helper()
	server := httptest.NewServer(rawServer(replies, well))
	defer server.Close()
	var suite strings.Builder
	fmt.Fprintf(&suite, "model: claude-opus-4-6\nmax_tokens: 64\nstream: %t\nassert: text != 'never'\ncases:\n", stream)
	for _, r := range replies {
		model := "claude-opus-4-6"
		if strings.Contains(r.bytes, " 404 ") { // a model that is not known is not asked again
			model = "claude-haiku-4-5"
		}
		fmt.Fprintf(&suite, "  - {name: %[1]q, model: %[2]s, messages: [{user: %[1]q}]}\n", r.name, model)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "suite.yaml")
	if err := os.WriteFile(path, []byte(suite.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	recorded := filepath.Join(dir, "run.jsonl")
	_, code := finish(t, command(server.URL, path, recorded, "-j", "64"))
	return readRaw(t, recorded), code
}

// rawServer answers the first request of each name with its reply.
func rawServer(replies []rawReply, well string) http.Handler {
	first := map[string]string{}
	for _, r := range replies {
		first[r.name] = r.bytes
	}
	var mu sync.Mutex
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body struct{ Messages []struct{ Content string } }
		json.NewDecoder(r.Body).Decode(&body)
		name := body.Messages[0].Content
		mu.Lock()
		text, ok := first[name]
		delete(first, name)
		mu.Unlock()
		if !ok {
			text = well
		}
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		io.WriteString(conn, strings.Replace(text, "\r\n", "\r\nConnection: close\r\n", 1))
	})
}

func readRaw(t *testing.T, path string) map[string]*rawResult {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	results := map[string]*rawResult{}
	for line := range bytes.Lines(text) {
		var l struct {
			Kind, Case, Outcome string
			Attempts            []struct{}
			Response            struct {
				Content []struct {
					Text  string
					Input json.RawMessage
				}
			}
			Error *struct {
				Status        int
				Type, Message string
			}
		}
		if err := json.Unmarshal(line, &l); err != nil && l.Kind != "exchange" {
			continue // not a line of a case
		}
		if results[l.Case] == nil {
			results[l.Case] = &rawResult{}
		}
		r := results[l.Case]
		switch l.Kind {
		case "sample":
			r.outcome = l.Outcome
		case "exchange":
			r.attempts = len(l.Attempts)
			for _, b := range l.Response.Content {
				r.said += b.Text + string(b.Input)
			}
			if l.Error != nil {
				r.said = fmt.Sprintf("%d %s: %s", l.Error.Status, l.Error.Type, l.Error.Message)
			}
		}
	}
	return results
}
