package messages

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// helloMessage is the message of helloStream.
const helloMessage = `{"type":"message","role":"assistant","content":[{"type":"text","text":"Hello!"}],` +
	`"stop_reason":"end_turn","usage":{"output_tokens":6}}`

// streamed is hello as a request for a stream.
func streamed() *Request {
	return &Request{Body: WithStream(hello().Body)}
}

// stream answers with parts of a stream, and waits before each but the first.
func stream(wait time.Duration, parts ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("content-type", "text/event-stream; charset=utf-8")
		w.Header().Set("request-id", "req_1")
		for i, part := range parts {
			if i > 0 && Sleep(r.Context(), wait) != nil {
				return
			}
			io.WriteString(w, part)
			w.(http.Flusher).Flush()
		}
	}
}

func TestSendReadsStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := &script{handlers: []http.HandlerFunc{
			stream(time.Second, startEvent, "event: ping\ndata: {}\n\n", blockEvent, deltaEvent, deltaEvent, stopEvents),
		}}
		s := sc.serve(t, HTTPOptions{})
		ex := send(t, s, streamed())
		if ex.Error != nil {
			t.Fatal(ex.Error)
		}
		want := strings.Replace(helloMessage, "Hello!", "Hello!Hello!", 1)
		if string(ex.Answer.Raw) != want || ex.Answer.Content[0].Text != "Hello!Hello!" || *ex.Answer.StopReason != "end_turn" {
			t.Errorf("answer %s", ex.Answer.Raw)
		}
		if ex.TTFT == nil || *ex.TTFT != 3*time.Second || ex.Latency != 5*time.Second || ex.RequestID != "req_1" {
			t.Errorf("first token after %v, all after %v, request %s", ex.TTFT, ex.Latency, ex.RequestID)
		}
		if want := (Attempt{Status: 200, Duration: 5 * time.Second}); len(ex.Attempts) != 1 || ex.Attempts[0] != want {
			t.Errorf("attempts %+v", ex.Attempts)
		}
	})
}

func TestSendAcceptsStreams(t *testing.T) {
	var accepted []string
	sc := &script{handlers: []http.HandlerFunc{func(w http.ResponseWriter, r *http.Request) {
		accepted = append(accepted, r.Header.Get("accept"))
		answerHello(w)
	}}}
	s := sc.serve(t, HTTPOptions{})
	mustAnswer(t, s, hello())
	mustAnswer(t, s, streamed())
	if want := "application/json|text/event-stream, application/json"; strings.Join(accepted, "|") != want {
		t.Errorf("accepted %q, want %s", accepted, want)
	}
}

func TestSendWithoutFirstToken(t *testing.T) {
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		request *Request
	}{
		"a server that does not stream": {nil, streamed()},
		"no stream asked for":           {nil, hello()},
		"a stream without a delta":      {stream(0, startEvent+stopEvents), streamed()},
	} {
		t.Run(name, func(t *testing.T) {
			sc := &script{handlers: []http.HandlerFunc{test.handler}}
			ex := send(t, sc.serve(t, HTTPOptions{}), test.request)
			if ex.Error != nil || ex.TTFT != nil || len(ex.Attempts) != 1 {
				t.Errorf("error %v, first token after %v, attempts %+v", ex.Error, ex.TTFT, ex.Attempts)
			}
		})
	}
}

// TestSendStreamTable is TestRetryTable for what goes wrong behind a 200.
func TestSendStreamTable(t *testing.T) {
	failed := func(data string) http.HandlerFunc {
		return stream(0, startEvent+blockEvent+deltaEvent, "event: error\ndata: "+data+"\n\n")
	}
	apiFailed := func(kind string) http.HandlerFunc {
		return failed(`{"type":"error","error":{"type":"` + kind + `","message":"no"}}`)
	}
	withID := func(id string) string { return strings.Replace(startEvent, `"role"`, `"id":"`+id+`","role"`, 1) }
	const ended, at, got = "the stream ended with an error", "http://api.test/v1/messages: ", "got an event stream "
	tests := []struct {
		name    string
		handler http.HandlerFunc
		again   bool
		cause   string
		want    string // the error, where the attempt is the last
	}{
		{"overloaded", apiFailed("overloaded_error"), true, ended, "529 overloaded_error: no"},
		{"api error", apiFailed("api_error"), true, ended, "500 api_error: no"},
		{"timeout", apiFailed("timeout_error"), true, ended, "504 timeout_error: no"},
		{"rate limit", apiFailed("rate_limit_error"), true, ended, "429 rate_limit_error: no"},
		{"unknown", apiFailed("new_error"), true, ended, "500 new_error: no"},
		{"invalid", apiFailed("invalid_request_error"), false, ended, "400 invalid_request_error: no"},
		{"authentication", apiFailed("authentication_error"), false, ended, "401 authentication_error: no"},
		{"billing", apiFailed("billing_error"), false, ended, "402 billing_error: no"},
		{"permission", apiFailed("permission_error"), false, ended, "403 permission_error: no"},
		{"not found", apiFailed("not_found_error"), false, ended, "404 not_found_error: no"},
		{"too large", apiFailed("request_too_large"), false, ended, "413 request_too_large: no"},
		{"spend limit", failed(`{"error":{"type":"rate_limit_error","message":"no","details":{"error_code":"enforced_spend_limit_reached"}}}`),
			false, ended, "429 rate_limit_error: no"},
		{"llama.cpp", failed(`{"error":{"code":400,"message":"no","type":"server_error"}}`), false, ended, "400 server_error: no"},
		{"a code that is none", failed(`{"error":{"code":7,"message":"no"}}`), true, ended, "500 api_error: no"},
		{"text", failed(`no`), true, ended,
			`500 api_error: Internal Server Error: http://api.test/v1/messages answered an event stream that begins "no" (text/event-stream, 2 bytes)`},
		{"cut", stream(0, startEvent+blockEvent+deltaEvent), true,
			"the stream ended before its message was whole, after 3 events",
			"200 connection_error: " + at + "the stream ended before its message was whole, after 3 events"},
		{"cut within an event", stream(0, helloStream[:len(helloStream)-1]), true,
			"the stream ended before its message was whole, after 4 events",
			"200 connection_error: " + at + "the stream ended before its message was whole, after 4 events"},
		{"nothing", stream(0, ""), true, "the stream ended before its message was whole, after 0 events",
			"200 connection_error: " + at + "the stream ended before its message was whole, after 0 events"},
		{"nothing but a ping", stream(0, "event: ping\ndata: {\"type\":\"ping\"}\n\ndata: {\"type\":\"ping\"}\n\n"), true,
			"the stream ended before its message was whole, after 2 events",
			"200 connection_error: " + at + "the stream ended before its message was whole, after 2 events"},
		{"broken connection", func(w http.ResponseWriter, r *http.Request) {
			stream(0, startEvent+blockEvent+deltaEvent)(w, r)
			panic(http.ErrAbortHandler)
		}, true, "the connection was closed before the answer was whole",
			"200 connection_error: " + at + "the connection was closed before the answer was whole"},
		{"stall within", func(w http.ResponseWriter, r *http.Request) {
			stream(0, startEvent+blockEvent+deltaEvent)(w, r)
			<-r.Context().Done()
		}, true, "no whole answer within 30s", "200 timeout: no whole answer within 30s"},
		{"too slow", stream(20*time.Second, startEvent, blockEvent, deltaEvent+stopEvents), true,
			"no whole answer within 30s", "200 timeout: no whole answer within 30s"},
		{"another API's stream", stream(0, `data: {"id":"chatcmpl-1","object":"chat.completion.chunk"}`+"\n\ndata: [DONE]\n\n"), false, "",
			"200 not_a_message: " + at + `expected a message, got an event stream without a message_start, ` +
				`which begins "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\"}"`},
		{"message_start lost", stream(0, blockEvent+deltaEvent+stopEvents), true, got + "with a content_block_start before its message_start",
			"200 not_a_message: " + at + "expected a message, " + got + "with a content_block_start before its message_start"},
		{"cut and merged with an error", stream(0, startEvent+blockEvent+strings.TrimSuffix(deltaEvent, "!\"}}\n\n")+"\n"+
			`data: {"type":"error","error":{"type":"api_error","message":"no"}}`+"\n\n"), true, got + "with an event that is not JSON",
			"200 not_a_message: " + at + "expected a message, " + got + "with an event that is not JSON"},
		{"page in an event", stream(0, startEvent+blockEvent+"data: <html>504</html>\n\n"), true, got + "with an event that is not JSON",
			"200 not_a_message: " + at + "expected a message, " + got + "with an event that is not JSON"},
		{"event emptied", stream(0, startEvent+blockEvent+"event: content_block_delta\ndata:\n\n"+stopEvents), true, got + "whose content_block_delta is not JSON",
			"200 not_a_message: " + at + "expected a message, " + got + "whose content_block_delta is not JSON"},
		{"two messages in one", stream(0, withID("msg_1")+blockEvent+deltaEvent+withID("msg_2")+blockEvent+deltaEvent+stopEvents), true,
			got + "with the message_start of another message within it",
			"200 not_a_message: " + at + "expected a message, " + got + "with the message_start of another message within it"},
		{"error in place of a stream", apiError(200, "overloaded_error", "Overloaded"), true, "", "529 overloaded_error: Overloaded"},
		{"delta of no block", stream(0, startEvent+deltaEvent), true, got + "with a content_block_delta for content[0], which has not started",
			"200 not_a_message: " + at + "expected a message, got an event stream with a content_block_delta for content[0], which has not started"},
		{"no message", stream(0, `data: {"type":"message_start","message":{"a":1}}`+"\n\n"+stopEvents), false, "",
			"200 not_a_message: " + at + `expected a message, got a JSON object with "a", "content", "stop_reason", "usage" (text/event-stream, 73 bytes)`},
		{"page", body(200, "text/html", "<title>Sign in</title>"), false, "",
			"200 not_a_message: " + at + `expected a message, got an HTML page titled "Sign in" (text/html, 22 bytes)`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sc := &script{handlers: []http.HandlerFunc{test.handler, stream(0, helloStream)}}
				s := sc.serve(t, HTTPOptions{Timeout: 30 * time.Second})
				ex := send(t, s, streamed())
				if test.again && (ex.Error != nil || string(ex.Answer.Raw) != helloMessage || len(ex.Attempts) != 2 || ex.TTFT == nil) {
					t.Errorf("error %v, attempts %+v", ex.Error, ex.Attempts)
				}
				if !test.again && (ex.Error == nil || ex.TTFT != nil || len(sc.times()) != 1) {
					t.Errorf("error %v, %d requests", ex.Error, len(sc.times()))
				}
			})
			synctest.Test(t, func(t *testing.T) {
				sc := &script{handlers: []http.HandlerFunc{test.handler}}
				s := sc.serve(t, HTTPOptions{Timeout: 30 * time.Second, Retry: RetryOptions{maxAttempts: 2}})
				ex := mustFail(t, s, streamed())
				if got := ex.Error.Error(); got != test.want {
					t.Errorf("error %s\nwant  %s", got, test.want)
				}
				if a := ex.Attempts[0]; a.Status != 200 || a.Cause != test.cause || ex.TTFT != nil {
					t.Errorf("attempt %+v, want cause %q; first token after %v", a, test.cause, ex.TTFT)
				}
			})
		})
	}
}

func TestSendEndsWhenCutStreamRepeats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := &script{handlers: []http.HandlerFunc{stream(0, startEvent)}}
		if ex := mustFail(t, sc.serve(t, HTTPOptions{}), streamed()); len(ex.Attempts) != maxRepeats {
			t.Errorf("%d attempts", len(ex.Attempts))
		}
	})
}

// TestSendUsesConnectionAgain looks that the end of a stream is read, if it
// comes soon, and not waited for, if it does not.
func TestSendUsesConnectionAgain(t *testing.T) {
	for name, test := range map[string]struct {
		wait  time.Duration
		dials int
	}{
		"at once": {0, 1},
		"soon":    {drainFor / 2, 1},
		"late":    {time.Hour, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sc := &script{handlers: []http.HandlerFunc{stream(test.wait, helloStream, ": bye\n")}}
				s := sc.serve(t, HTTPOptions{})
				for range 2 {
					if ex := mustAnswer(t, s, streamed()); ex.Latency != 0 || len(ex.Attempts) != 1 {
						t.Errorf("latency %v, attempts %+v", ex.Latency, ex.Attempts)
					}
				}
				if took := time.Since(sc.start); sc.dials != test.dials || took > 2*drainFor {
					t.Errorf("%d connections, want %d; it took %v", sc.dials, test.dials, took)
				}
			})
		})
	}
}

func TestSendRefusesHugeStream(t *testing.T) {
	endless := func(part string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("content-type", "text/event-stream")
			io.WriteString(w, startEvent+blockEvent)
			for {
				if _, err := io.WriteString(w, part); err != nil {
					return
				}
			}
		}
	}
	for name, test := range map[string]struct{ part, want string }{
		"total": {deltaEvent + ": and a comment\n", "more than 3 MB"},
		"event": {"data: " + strings.Repeat("x", 1<<10) + "\n", "a stream with an event of more than 2 MB"},
		"line":  {strings.Repeat("x", 1<<10), "a stream with an event of more than 2 MB"},
	} {
		t.Run(name, func(t *testing.T) {
			sc := &script{handlers: []http.HandlerFunc{endless(test.part)}}
			s := sc.serve(t, HTTPOptions{})
			if s.maxAnswer != 32<<20 || s.maxEvent != 16<<20 {
				t.Errorf("a stream may have %d bytes, an event %d", s.maxAnswer, s.maxEvent)
			}
			s.maxAnswer, s.maxEvent = 3<<20, 2<<20
			ex := mustFail(t, s, streamed())
			if ex.Error.Type != typeNotMessage || !strings.Contains(ex.Error.Message, test.want) || len(ex.Attempts) != 1 {
				t.Errorf("error %v after %d attempts", ex.Error, len(ex.Attempts))
			}
		})
	}
}

// A stream may be larger than an answer, but not its message.
func TestStreamOfALargeMessage(t *testing.T) {
	for size, want := range map[int]string{900: "", 1100: "got more than"} {
		sc := &script{handlers: []http.HandlerFunc{func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("content-type", "text/event-stream")
			io.WriteString(w, startEvent+blockEvent+": "+strings.Repeat("x", 500)+"\n"+
				strings.Replace(deltaEvent, "Hello!", strings.Repeat("x", size-150), 1)+stopEvents)
		}}}
		s := sc.serve(t, HTTPOptions{})
		s.maxAnswer = 1000
		ex := send(t, s, streamed())
		if got := fmt.Sprint(ex.Error); (ex.Error == nil) != (want == "") || !strings.Contains(got, want) {
			t.Errorf("of about %d bytes: %v", size, ex.Error)
		}
	}
}

// TestSendKeepsCredentialsOfStreams has a hostile server repeat the credential
// in pieces, in an error and in what is no message.
func TestSendKeepsCredentialsOfStreams(t *testing.T) {
	const key = "sk-ant-api03-0123456789"
	pieces := strings.Replace(deltaEvent, "Hello!", key[:9], 1) + strings.Replace(deltaEvent, "Hello!", key[9:], 1)
	for name, text := range map[string]string{
		"pieces":      startEvent + blockEvent + pieces + stopEvents,
		"error":       `data: {"type":"error","error":{"type":"` + key + `","message":"` + key + `"}}` + "\n\n",
		"error text":  "event: error\ndata: " + key + "\n\n",
		"first event": `data: {"a":"` + strings.Repeat("x", maxExcerpt-20) + key + `"}` + "\n\n",
		"no message":  `data: {"type":"message_start","message":{"` + key + `":1}}` + "\n\n" + stopEvents,
	} {
		t.Run(name, func(t *testing.T) {
			sc := &script{handlers: []http.HandlerFunc{stream(0, text)}}
			ex := send(t, sc.serve(t, HTTPOptions{APIKey: key, Retry: RetryOptions{maxAttempts: 1}}), streamed())
			shown := ""
			if ex.Error != nil {
				shown = ex.Error.Error()
			} else {
				shown = string(ex.Answer.Raw)
			}
			if strings.Contains(shown, key[:12]) || strings.Contains(shown, key[9:]) || !strings.Contains(shown, "[redacted") {
				t.Errorf("shown: %s", shown)
			}
		})
	}
}
