package messages

import (
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// reset ends the connection before an answer.
func reset(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// torn ends the connection within the answer.
func torn(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("content-length", fmt.Sprint(len(helloBody)))
	io.WriteString(w, helloBody[:50])
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

// stall never answers.
func stall(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// stallWithin begins to answer and never ends.
func stallWithin(w http.ResponseWriter, r *http.Request) {
	io.WriteString(w, helloBody[:50])
	w.(http.Flusher).Flush()
	<-r.Context().Done()
}

func TestRetryTable(t *testing.T) {
	spendLimit := body(429, "application/json", `{"type":"error","error":{"type":"rate_limit_error",`+
		`"message":"monthly limit","details":{"error_code":"enforced_spend_limit_reached"}}}`)
	tests := []struct {
		name    string
		handler http.HandlerFunc
		again   bool
		want    string // the error, where the attempt is the last
	}{
		{"400", apiError(400, "invalid_request_error", "no"), false, "400 invalid_request_error: no"},
		{"401", apiError(401, "authentication_error", "no"), false, "401 authentication_error: no"},
		{"402", apiError(402, "billing_error", "no"), false, "402 billing_error: no"},
		{"403", apiError(403, "permission_error", "no"), false, "403 permission_error: no"},
		{"404", apiError(404, "not_found_error", "no"), false, "404 not_found_error: no"},
		{"408", apiError(408, "timeout_error", "no"), true, "408 timeout_error: no"},
		{"409", apiError(409, "conflict_error", "no"), true, "409 conflict_error: no"},
		{"409 of a skill that cannot be decrypted", body(409, "application/json", `{"type":"error","error":{"type":"conflict_error",`+
			`"message":"no","details":{"error_code":"skill_read_blocked_undecryptable"}}}`), false, "409 conflict_error: no"},
		{"413", apiError(413, "request_too_large", "no"), false, "413 request_too_large: no"},
		{"422", apiError(422, "other", "no"), false, "422 other: no"},
		{"429", apiError(429, "rate_limit_error", "no"), true, "429 rate_limit_error: no"},
		{"429 of a spend limit", spendLimit, false, "429 rate_limit_error: monthly limit"},
		{"500", apiError(500, "api_error", "no"), true, "500 api_error: no"},
		{"502", apiError(502, "api_error", "no"), true, "502 api_error: no"},
		{"503", apiError(503, "api_error", "no"), true, "503 api_error: no"},
		{"504", apiError(504, "timeout_error", "no"), true, "504 timeout_error: no"},
		{"529", apiError(529, "overloaded_error", "no"), true, "529 overloaded_error: no"},
		{"529 not to retry", apiError(529, "overloaded_error", "no", "x-should-retry", "false"), false, "529 overloaded_error: no"},
		{"400 to retry", apiError(400, "invalid_request_error", "no", "x-should-retry", "true"), true, "400 invalid_request_error: no"},
		{"reset", reset, true, "connection_error: http://api.test/v1/messages: the connection was closed before the answer was whole"},
		{"torn body", torn, true, "200 connection_error: http://api.test/v1/messages: the connection was closed before the answer was whole"},
		{"JSON cut off", body(200, "application/json", helloBody[:50]), true,
			"200 connection_error: http://api.test/v1/messages: the answer's JSON ends too early, after 50 bytes"},
		{"stall", stall, true, "timeout: no answer within 30s"},
		{"stall within", stallWithin, true, "200 timeout: no whole answer within 30s"},
		{"page", body(200, "text/html", "<title>Sign in</title>"), false,
			`200 not_a_message: http://api.test/v1/messages: expected a message, got an HTML page titled "Sign in" (text/html, 22 bytes)`},
		{"no message", body(200, "application/json", `{"id":1}`), false,
			`200 not_a_message: http://api.test/v1/messages: expected a message, got a JSON object with "id" (application/json, 8 bytes)`},
		{"nothing", body(200, "application/json", "\n"), true,
			"200 connection_error: http://api.test/v1/messages: the answer is empty"},
		{"text for JSON", body(200, "application/json; charset=utf-8", "upstream gone"), true,
			`200 not_a_message: http://api.test/v1/messages: expected a message, got text that begins "upstream gone" (application/json, 13 bytes)`},
		{"page for JSON", body(200, "application/problem+json", "<title>504</title>"), true,
			`200 not_a_message: http://api.test/v1/messages: expected a message, got an HTML page titled "504" (application/problem+json, 18 bytes)`},
		{"text behind JSON", body(200, "application/json", helloBody+"<!-- proxy -->"), true,
			`200 not_a_message: http://api.test/v1/messages: expected a message, got broken JSON: invalid character '<' after top-level value (application/json, 212 bytes)`},
		{"JSON that is too deep", body(200, "application/json", `{"type":"message","content":[{"type":"a","b":`+strings.Repeat("[", 20_000)+strings.Repeat("]", 20_000)+"}]}"), false,
			`200 not_a_message: http://api.test/v1/messages: expected a message, got JSON nested more than 10000 levels deep (application/json, 40048 bytes)`},
		{"200 that is overloaded", apiError(200, "overloaded_error", "Overloaded"), true, "529 overloaded_error: Overloaded"},
		{"200 that is limited", apiError(200, "rate_limit_error", "slow"), true, "429 rate_limit_error: slow"},
		{"200 that is refused", apiError(200, "invalid_request_error", "prompt is too long"), false, "400 invalid_request_error: prompt is too long"},
		{"200 of a gateway", body(200, "application/json", `{"error":"upstream gone"}`), true, "500 api_error: upstream gone"},
		{"200 that is not to be retried", apiError(200, "overloaded_error", "no", "x-should-retry", "false"), false, "529 overloaded_error: no"},
		{"no content", body(204, "", ""), false,
			`204 not_a_message: http://api.test/v1/messages: expected a message, got an empty body (0 bytes)`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				// Once is enough for an answer, if it is tried again.
				sc := &script{handlers: []http.HandlerFunc{test.handler, nil}}
				s := sc.serve(t, HTTPOptions{Timeout: 30 * time.Second})
				ex := send(t, s, hello())
				if test.again && (ex.Error != nil || len(ex.Attempts) != 2 || len(sc.times()) != 2) {
					t.Errorf("error %v, attempts %+v, %d requests", ex.Error, ex.Attempts, len(sc.times()))
				}
				if !test.again && (ex.Error == nil || len(sc.times()) != 1) {
					t.Errorf("error %v, %d requests", ex.Error, len(sc.times()))
				}
			})
			synctest.Test(t, func(t *testing.T) {
				sc := &script{handlers: []http.HandlerFunc{test.handler}}
				s := sc.serve(t, HTTPOptions{Timeout: 30 * time.Second, Retry: RetryOptions{maxAttempts: 2}})
				ex := mustFail(t, s, hello())
				if got := ex.Error.Error(); got != test.want {
					t.Errorf("error %s\nwant  %s", got, test.want)
				}
			})
		})
	}
}

func TestRetryAttemptsAreSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slowly := func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(7 * time.Second)
			answerHello(w)
		}
		overloaded := func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(time.Second)
			apiError(529, "overloaded_error", "Overloaded")(w, r)
		}
		sc := &script{handlers: []http.HandlerFunc{overloaded, reset, stall, slowly}}
		var events []AttemptEvent
		s := sc.serve(t, HTTPOptions{Timeout: time.Hour, OnAttempt: func(e AttemptEvent) { events = append(events, e) }})
		req := hello()
		req.Timeout = 90 * time.Second
		ex := mustAnswer(t, s, req)
		want := []Attempt{
			{Status: 529, Duration: time.Second},
			{Cause: errStale.Error()},
			{Duration: 90 * time.Second, Cause: "no answer within 1m30s"},
			{Status: 200, Duration: 7 * time.Second},
		}
		if diff := cmp.Diff(want, ex.Attempts); diff != "" {
			t.Errorf("attempts (-want +got):\n%s", diff)
		}
		if ex.Latency != 7*time.Second {
			t.Errorf("latency %v is not the answering attempt's", ex.Latency)
		}
		waits := []time.Duration{500 * time.Millisecond, 0, 2 * time.Second, 0}
		if len(events) != len(want) {
			t.Fatalf("%d events", len(events))
		}
		for i, e := range events {
			last := i == len(want)-1
			if e.Attempt != want[i] || e.Number != i+1 || e.Again == last || (e.Err == nil) != last || e.Wait != waits[i] {
				t.Errorf("event %d is %+v", i, e)
			}
		}
	})
}

func TestRetryAfter(t *testing.T) {
	date := func(s string) string {
		at, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return at.UTC().Format(http.TimeFormat)
	}
	const backoff = 500 * time.Millisecond // the first one, at its longest
	tests := []struct {
		name   string
		header []string
		want   time.Duration
	}{
		{"none", nil, backoff},
		{"seconds", []string{"retry-after", "7"}, 7 * time.Second},
		{"part of a second", []string{"retry-after", "1.5"}, 1500 * time.Millisecond},
		{"milliseconds", []string{"retry-after-ms", "2500"}, 2500 * time.Millisecond},
		{"both", []string{"retry-after", "9", "retry-after-ms", "2500"}, 2500 * time.Millisecond},
		{"bad milliseconds", []string{"retry-after", "9", "retry-after-ms", "soon"}, 9 * time.Second},
		{"date", []string{"retry-after", date("2000-01-01T00:00:20Z")}, 20 * time.Second},
		{"date by a clock an hour ahead", []string{"date", date("2000-01-01T01:00:00Z"), "retry-after", date("2000-01-01T01:00:20Z")}, 20 * time.Second},
		{"date of the past", []string{"retry-after", date("1999-01-01T00:00:20Z")}, backoff},
		{"far date", []string{"retry-after", date("2999-01-01T00:00:20Z")}, time.Minute},
		{"at the cap", []string{"retry-after", "60"}, time.Minute},
		{"above the cap", []string{"retry-after", "3600"}, time.Minute},
		{"huge", []string{"retry-after", "1e300"}, time.Minute},
		{"endless", []string{"retry-after", "Inf"}, time.Minute},
		{"endless, in full", []string{"retry-after", "Infinity"}, time.Minute},
		{"hexadecimal", []string{"retry-after", "0x1p+1"}, 2 * time.Second},
		{"with an exponent", []string{"retry-after", "2e0"}, 2 * time.Second},
		{"empty", []string{"retry-after", ""}, backoff},
		{"zero", []string{"retry-after", "0"}, backoff},
		{"negative", []string{"retry-after", "-5"}, backoff},
		{"no number", []string{"retry-after", "NaN"}, backoff},
		{"nonsense", []string{"retry-after", "soon"}, backoff},
		{"very short", []string{"retry-after-ms", "1"}, backoff},
	}
	for _, test := range tests {
		for _, status := range []int{429, 529} {
			t.Run(fmt.Sprint(test.name, " ", status), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					sc := &script{handlers: []http.HandlerFunc{apiError(status, "x", "y", test.header...), nil}}
					mustAnswer(t, sc.serve(t, HTTPOptions{}), hello())
					if got := sc.times()[1] - sc.times()[0]; got != test.want {
						t.Errorf("waited %v, want %v", got, test.want)
					}
				})
			})
		}
	}
}

func TestRetryAfterLongerThanCapIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limited := apiError(429, "rate_limit_error", "slow", "retry-after", "100")
		sc := &script{handlers: []http.HandlerFunc{limited, limited, limited, nil}}
		s := sc.serve(t, HTTPOptions{Retry: RetryOptions{maxRetryAfter: 40 * time.Second}})
		mustAnswer(t, s, hello())
		if got := time.Since(sc.start); got != 2*time.Minute {
			t.Errorf("took %v, want 3 × 40 s", got)
		}
	})
}

func TestBackoffDoublesUpToItsBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := &script{handlers: []http.HandlerFunc{apiError(429, "rate_limit_error", "slow")}}
		s := sc.serve(t, HTTPOptions{Retry: RetryOptions{maxAttempts: 10}})
		mustFail(t, s, hello())
		var waits []float64
		arrivals := sc.times()
		for i := range len(arrivals) - 1 {
			waits = append(waits, (arrivals[i+1] - arrivals[i]).Seconds())
		}
		want := []float64{0.5, 1, 2, 4, 8, 16, 30, 30, 30}
		if diff := cmp.Diff(want, waits); diff != "" {
			t.Errorf("waits in s (-want +got):\n%s", diff)
		}
	})
}

func TestBackoffIsFullJitter(t *testing.T) {
	r := retries{RetryOptions: RetryOptions{}.withDefaults(), failures: 3}
	low, high, sum := time.Duration(math.MaxInt64), time.Duration(0), time.Duration(0)
	const n = 10_000
	for range n {
		d := r.wait(0)
		low, high, sum = min(low, d), max(high, d), sum+d
	}
	// Drawn evenly between 0 and 2 s.
	if mean := sum / n; low > 10*time.Millisecond || high < 1990*time.Millisecond || high > 2*time.Second ||
		mean < 950*time.Millisecond || mean > 1050*time.Millisecond {
		t.Errorf("waits from %v to %v, mean %v", low, high, mean)
	}
}

func TestRetryEndsWhenErrorRepeats(t *testing.T) {
	down := apiError(500, "api_error", "failed to decode image")
	other := apiError(500, "api_error", "something else")
	slow := apiError(429, "rate_limit_error", "slow")
	full := apiError(529, "overloaded_error", "Overloaded")
	tests := []struct {
		name     string
		handlers []http.HandlerFunc
		want     int // attempts
		fails    bool
	}{
		{"five times", []http.HandlerFunc{down}, 5, true},
		{"four times", []http.HandlerFunc{down, down, down, down, nil}, 5, false},
		{"another between", []http.HandlerFunc{down, down, down, other, down}, 9, true},
		{"a 429 between", []http.HandlerFunc{down, down, down, slow, down}, 9, true},
		{"429", []http.HandlerFunc{slow, slow, slow, slow, slow, slow, nil}, 7, false},
		{"529", []http.HandlerFunc{full, full, full, full, full, full, nil}, 7, false},
		{"same text, other status", []http.HandlerFunc{down, down, down, down, apiError(502, "api_error", "failed to decode image"), nil}, 6, false},
		{"JSON cut off", []http.HandlerFunc{body(200, "", `{"a":`)}, 5, true},
		{"JSON cut off there each time", []http.HandlerFunc{
			body(200, "", `{"a":`), body(200, "", `{"b":`), body(200, "", `{"c":`), body(200, "", `{"d":`), body(200, "", `{"e":`),
		}, 5, true},
		{"the same behind each answer", []http.HandlerFunc{
			body(200, "application/json", `{"id":1}<x>`), body(200, "application/json", `{"id":2}<x>`), body(200, "application/json", `{"id":3}<x>`),
			body(200, "application/json", `{"id":4}<x>`), body(200, "application/json", `{"id":5}<x>`),
		}, 5, true},
		{"empty", []http.HandlerFunc{body(200, "", "")}, 5, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sc := &script{handlers: test.handlers}
				ex := send(t, sc.serve(t, HTTPOptions{}), hello())
				if len(ex.Attempts) != test.want || (ex.Error != nil) != test.fails {
					t.Errorf("%d attempts, error %v; want %d attempts", len(ex.Attempts), ex.Error, test.want)
				}
			})
		})
	}
}

func TestRetryIsWhole(t *testing.T) {
	var bodies []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		bodies = append(bodies, string(b)+r.Header.Get("x-api-key")+r.Header.Get("anthropic-beta"))
		if len(bodies) < 3 {
			apiError(529, "overloaded_error", "Overloaded")(w, r)
			return
		}
		answerHello(w)
	}))
	defer server.Close()
	s := newTestHTTP(t, HTTPOptions{BaseURL: server.URL, APIKey: "sk-1", Retry: noWait()})
	req := hello()
	req.Betas = []string{"b"}
	mustAnswer(t, s, req)
	want := req.Body.String() + "sk-1b"
	if diff := cmp.Diff([]string{want, want, want}, bodies); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func noWait() RetryOptions {
	return RetryOptions{sleep: func(context.Context, time.Duration) error { return nil }}
}
