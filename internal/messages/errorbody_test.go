package messages

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestErrorsOfOtherServers(t *testing.T) {
	long := strings.Repeat("word ", 10_000)
	tests := []struct {
		name    string
		handler http.HandlerFunc
		want    string // URL is replaced by the server's
	}{
		{"llama.cpp", body(500, "application/json", `{"error":{"code":500,"message":"failed to decode image","type":"server_error"}}`),
			"500 server_error: failed to decode image"},
		{"vLLM", body(400, "application/json", `{"object":"error","message":"too long","type":"BadRequestError","code":400}`),
			"400 invalid_request_error: too long"},
		{"FastAPI", body(404, "application/json", `{"detail":"Not Found"}`), "404 not_found_error: Not Found"},
		{"FastAPI, fields", body(422, "application/json", `{"detail":[{"loc":["body","messages",0,"content"],"msg":"Field required","type":"missing","input":{}},`+
			`{"loc":["body","max_tokens"],"msg":"Input should be greater than 0"},{"msg":"and no place"},7]}`),
			"422 invalid_request_error: body.messages.0.content: Field required; body.max_tokens: Input should be greater than 0; and no place"},
		{"LiteLLM", body(400, "application/json", `{"detail":{"error":"no such model"}}`), "400 invalid_request_error: no such model"},
		{"details without a word", body(422, "application/json", `{"detail":[{}]}`),
			`422 invalid_request_error: Unprocessable Entity: URL answered a JSON object with "detail" (application/json, 15 bytes)`},
		{"encoding", encoded("br", 502, "\x8b\x02\x80hello\x03"),
			`502 api_error: Bad Gateway: URL answered a body in the encoding "br", which was not asked for (application/json, 9 bytes)`},
		{"encoding of an answer", encoded("deflate", 200, "\x8b\x02\x80hello\x03"),
			`200 not_a_message: URL: expected a message, got a body in the encoding "deflate", which was not asked for (application/json, 9 bytes)`},
		{"encoding of nothing", encoded("zstd", 200, ""),
			`200 not_a_message: URL: expected a message, got a body in the encoding "zstd", which was not asked for (application/json, 0 bytes)`},
		{"text in error", body(404, "application/json", `{"error":"model \"x\" not found"}`), `404 not_found_error: model "x" not found`},
		{"error without a message", body(403, "application/json", `{"error":{"type":"denied"}}`),
			`403 denied: Forbidden: URL answered a JSON object with "error" (application/json, 27 bytes)`},
		{"page", body(502, "text/html; charset=utf-8", "<html>\r\n<head><title>502 Bad Gateway</title></head></html>"),
			`502 api_error: Bad Gateway: URL answered an HTML page titled "502 Bad Gateway" (text/html, 58 bytes)`},
		{"text", body(404, "text/plain", "404 page\n not found\n"),
			`404 not_found_error: Not Found: URL answered text that begins "404 page not found" (text/plain, 20 bytes)`},
		{"nothing", body(401, "", ""), "401 authentication_error: Unauthorized: URL answered an empty body (0 bytes)"},
		{"overloaded, nothing", body(529, "", ""), "529 overloaded_error: Overloaded: URL answered an empty body (0 bytes)"},
		{"unknown status", body(599, "text/x", "x"), `599 api_error: unknown status: URL answered text that begins "x" (text/x, 1 bytes)`},
		{"402", body(402, "", `{"message":"pay"}`), "402 billing_error: pay"},
		{"413", body(413, "", `{"message":"big"}`), "413 request_too_large: big"},
		{"429", body(429, "", `{"message":"slow"}`), "429 rate_limit_error: slow"},
		{"504", body(504, "", `{"message":"late"}`), "504 timeout_error: late"},
		{"deep", body(400, "", strings.Repeat(`{"error":`, 20_000)), "400 invalid_request_error: Bad Request: URL answered JSON nested more than 10000 levels deep"},
		{"not UTF-8", body(400, "", "{\"message\":\"a\xff\x1b[31m\"}"), "400 invalid_request_error: Bad Request"},
		{"long message", body(400, "", `{"message":"`+long+`"}`), "400 invalid_request_error: " + long[:2000] + "…"},
		{"long type", body(400, "", `{"error":{"type":"`+long+`","message":"x"}}`), "400 " + long[:100] + "…: x"},
		{"long text", body(400, "", long), `400 invalid_request_error: Bad Request: URL answered text that begins "` + long[:160] + `…"`},
		{"event stream", body(200, "text/event-stream", "event: ping\n\ndata: {}\n"),
			`200 not_a_message: URL: expected a message, got an event stream that begins "event: ping data: {}" (text/event-stream, 22 bytes)`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := httptest.NewServer(test.handler)
			defer server.Close()
			ex := mustFail(t, newTestHTTP(t, HTTPOptions{BaseURL: server.URL, Retry: RetryOptions{maxAttempts: 1}}), hello())
			got := ex.Error.Error()
			want := strings.Replace(test.want, "URL", server.URL+"/v1/messages", 1)
			if !strings.HasPrefix(got, want) {
				t.Errorf("error %s\nwant  %s", got, want)
			}
			if !utf8.ValidString(got) {
				t.Errorf("error %q is not UTF-8", got)
			}
		})
	}
}

// encoded is an answer in an encoding.
func encoded(encoding string, status int, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("content-encoding", encoding)
		body(status, "application/json", text)(w, r)
	}
}

// An encoding that was not asked for is no passing fault, and none at all where
// it is a lie.
func TestAnEncodingThatWasNotAskedFor(t *testing.T) {
	for _, test := range []struct {
		name, encoding, text string
		stream               bool
		want                 string
	}{
		{"br", "br", "\x8b\x02\x80hello\x03", false, `the encoding "br"`},
		{"a stream", "br", "\x8b\x02\x80hello\x03", true, `the encoding "br"`},
		{"a lie", "br", helloBody, false, ""},
		{"none", "identity", helloBody, false, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			sc := &script{handlers: []http.HandlerFunc{func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("content-encoding", test.encoding)
				if test.stream {
					stream(0, test.text)(w, r)
					return
				}
				body(200, "application/json", test.text)(w, r)
			}}}
			req := hello()
			if test.stream {
				req = streamed()
			}
			ex := send(t, sc.serve(t, HTTPOptions{Retry: noWait()}), req)
			if got := fmt.Sprint(ex.Error); len(ex.Attempts) != 1 || (ex.Error == nil) != (test.want == "") || !strings.Contains(got, test.want) {
				t.Errorf("%s after %d attempts, want %q", got, len(ex.Attempts), test.want)
			}
		})
	}
}

func TestErrorMessageIsNotChanged(t *testing.T) {
	const message = " \t two\nlines, \x1b[31mred\x1b[0m and <b> "
	server := httptest.NewServer(body(400, "", `{"type":"error","error":{"type":"t","message":" \t two\nlines, \u001b[31mred\u001b[0m and <b> "}}`))
	defer server.Close()
	ex := mustFail(t, newTestHTTP(t, HTTPOptions{BaseURL: server.URL}), hello())
	if ex.Error.Message != message {
		t.Errorf("message %q, want %q", ex.Error.Message, message)
	}
}

func TestShortDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		30 * time.Second: "30s", 10 * time.Minute: "10m", 90 * time.Second: "1m30s", time.Hour: "1h",
		time.Hour + time.Second: "1h0m1s", 1500 * time.Millisecond: "1.5s", 10 * time.Hour: "10h",
	} {
		if got := shortDuration(d); got != want {
			t.Errorf("%v is written %s, want %s", d, got, want)
		}
	}
}
