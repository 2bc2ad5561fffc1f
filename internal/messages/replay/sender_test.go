package replay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/record/recordtest"
)

const version = "2023-06-01"

// body is a request's body.
func body(model string, maxTokens int, question string) string {
	return fmt.Sprintf(`{"model":%q,"max_tokens":%d,"messages":[{"role":"user","content":%q}]}`, model, maxTokens, question)
}

func request(body string) *messages.Request {
	return &messages.Request{Body: payload.New([]byte(body)), Version: version}
}

const hello = `{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Hello!"}],` +
	`"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":12,"output_tokens":6}}`

// recorded is the exchange of a request with an answer.
func recorded(name, body string, sample int) record.Exchange {
	return record.Exchange{
		Identity: recordtest.Answer(record.ID{Suite: "basic", Case: name}, sample),
		Key:      request(body).Key(), Request: json.RawMessage(body), Response: json.RawMessage(hello),
	}
}

// sender replays a record of the exchanges.
func sender(t testing.TB, exchanges ...record.Exchange) *Sender {
	t.Helper()
	lines := []record.Line{record.Run{APIVersion: version, Source: record.SourceFake}}
	for _, e := range exchanges {
		lines = append(lines, e)
	}
	return New(record.NewAnswers(recordtest.Open(t, lines...), nil))
}

func TestAnAnswerIsReplayedAsItWas(t *testing.T) {
	question := body("m", 1024, "Hello")
	e := recorded("greeting", question, 2)
	ttft, cost := 31.5, 0.0021
	e.RequestID, e.LatencyMS, e.TTFTMS, e.CostUSD = "req_1", 772.3, &ttft, &cost
	e.Attempts = []record.Attempt{{MS: 40, Cause: "connection reset"}, {Status: 200, MS: 772.3}}
	got, err := sender(t, e).Send(t.Context(), request(question), record.Identity{Sample: 2})
	if err != nil {
		t.Fatal(err)
	}
	if string(got.Answer.Raw) != hello || got.Answer.ID != "msg_1" {
		t.Errorf("answer %q with id %q", got.Answer.Raw, got.Answer.ID)
	}
	wantTTFT := 31500 * time.Microsecond
	want := &messages.Exchange{
		Answer: got.Answer, RequestID: "req_1", Reused: true, Source: "fake", Cost: &cost,
		Latency: 772300 * time.Microsecond, TTFT: &wantTTFT,
		Attempts: []messages.Attempt{
			{Duration: 40 * time.Millisecond, Cause: "connection reset"},
			{Status: 200, Duration: 772300 * time.Microsecond},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAnErrorIsReplayed(t *testing.T) {
	question := body("m", 1024, "Hello")
	e := recorded("greeting", question, 1)
	e.Response, e.Error = nil, &record.Error{Status: 529, Type: "overloaded_error", Message: "Overloaded"}
	got, err := sender(t, e).Send(t.Context(), request(question), record.Identity{Sample: 1})
	if err != nil {
		t.Fatal(err)
	}
	if got.Answer != nil || got.Error == nil || got.Error.Error() != "529 overloaded_error: Overloaded" || !got.Reused {
		t.Errorf("got %+v", got)
	}
}

func TestTheSourceOfAnAnswer(t *testing.T) {
	for _, test := range []struct{ run, exchange, want string }{
		{"fake", "", "fake"}, {"api", "", ""}, {"api", "documentation", "documentation"}, {"fake", "api", ""},
	} {
		s := New(sender(t).answers)
		s.answers.File().Run.Source = test.run
		if got := s.source(&record.Exchange{Source: test.exchange}); got != test.want {
			t.Errorf("run %q, exchange %q: %q, want %q", test.run, test.exchange, got, test.want)
		}
	}
}

func TestAJudgesVotesAreToldApart(t *testing.T) {
	question := body("m", 1024, "Grade it")
	first, second := recorded("greeting", question, 1), recorded("greeting", question, 1)
	first.Role, first.Vote, first.RequestID = "judge", 1, "one"
	second.Role, second.Vote, second.RequestID = "judge", 2, "two"
	got, err := sender(t, first, second).Send(t.Context(), request(question), record.Identity{Sample: 1, Vote: 2})
	if err != nil || got.RequestID != "two" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestABrokenRecordIsAnErrorOfTheSender(t *testing.T) {
	question := body("m", 1024, "Hello")
	e := recorded("greeting", question, 1)
	e.Response = nil
	of := record.Identity{Sample: 1}
	_, err := sender(t, e).Send(t.Context(), request(question), of)
	if err == nil || !strings.Contains(err.Error(), "basic/greeting sample 1") {
		t.Errorf("neither response nor error: %v", err)
	}
	e.Response = json.RawMessage(`[]`)
	if x, err := sender(t, e).Send(t.Context(), request(question), of); err == nil {
		t.Errorf("a response that is no message: %+v", x)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := sender(t).Send(ctx, request(question), of); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end of its context: %v", err)
	}
}

func TestAMissSaysWhatTheRecordHas(t *testing.T) {
	long := strings.Repeat("All work and no play makes a dull prompt. ", 20)
	image := `{"model":"m","messages":[{"content":[{"source":{"type":"base64","media_type":"image/png","data":"%s"}}]}]}`
	s := sender(t,
		recorded("greeting", body("m", 1024, "Hello, Claude"), 1),
		recorded("greeting", body("m", 1024, "Hello, Claude"), 2),
		recorded("greeting", body("m", 1024, "Hello, Claude"), 3),
		recorded("describe", body("m", 1024, "Can you describe LLMs to me?"), 1),
		recorded("long", body("m", 1024, long+"Is it?"), 1),
		recorded("hot", `{"model":"m","temperature":1.0,"messages":[],"metadata":{"user id":"a"}}`, 1),
		recorded("ant", fmt.Sprintf(image, "AAAA"), 1),
	)
	const nearest = "the record has no answer to this request; the nearest is basic/"
	for name, test := range map[string]struct {
		body string
		of   record.Identity
		want string
	}{
		"one field": {body("m", 512, "Hello, Claude"), record.Identity{Sample: 1},
			nearest + "greeting sample 1, where max_tokens is 1024, not 512"},
		"the same sample": {body("m", 512, "Hello, Claude"), record.Identity{Sample: 3},
			nearest + "greeting sample 3, where max_tokens is 1024, not 512"},
		"the prompt": {body("m", 1024, "Can you describe ants to me?"), record.Identity{Sample: 1},
			nearest + `describe sample 1, where messages[0].content is "Can you describe LLMs to me?", not "Can you describe ants to me?"`},
		"both": {body("n", 1024, "Could you describe LLMs to me?"), record.Identity{Sample: 2},
			nearest + `describe sample 1, where messages[0].content is "Can you describe LLMs to me?", not "Could you describe LLMs to me?"; model is "m", not "n"`},
		"a long prompt's end": {body("m", 1024, long+"Was it?"), record.Identity{Sample: 1},
			nearest + `long sample 1, where messages[0].content is "…ull prompt. Is it?", not "…ull prompt. Was it?"`},
		"spelling, and what one side lacks": {`{"model":"m","temperature":1,"messages":[],"top_k":5,"metadata":{}}`, record.Identity{Sample: 1},
			nearest + `hot sample 1, where metadata["user id"] is "a", not absent; temperature is 1.0, not 1; top_k is absent, not 5`},
		"key order": {`{"temperature":1.0,"model":"m","messages":[],"metadata":{"user id":"a"}}`, record.Identity{Sample: 1},
			nearest + "hot sample 1, where the body holds the same, but the order of its keys or the anthropic-beta header is another"},
		"another image": {fmt.Sprintf(image, "AAAB"), record.Identity{Sample: 1},
			nearest + `ant sample 1, where messages[0].content[0].source.data.sha256 is "63c1dd951ffedf6f7fd968ad4efa39b8ed584f16…", not "`},
		"a further sample": {body("m", 1024, "Hello, Claude"), record.Identity{Sample: 4},
			"asked for sample 4; the record has 3 of this request"},
		"a vote": {body("m", 1024, "Hello, Claude"), record.Identity{Sample: 1, Vote: 2},
			"the record has this request, but not vote 2 on sample 1"},
		"not JSON": {`<html>`, record.Identity{Sample: 1}, "where one of the two bodies is not JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			x, err := s.Send(t.Context(), request(test.body), test.of)
			if err != nil {
				t.Fatal(err)
			}
			if x.Answer != nil || x.Error == nil || x.Error.Type != messages.ErrNotRecorded || x.Error.Status != 0 || !x.Reused {
				t.Fatalf("got %+v", x)
			}
			if !strings.Contains(x.Error.Message, test.want) {
				t.Errorf("message:\n%s\nwant:\n%s", x.Error.Message, test.want)
			}
		})
	}
}

func TestAMissOfAnotherVersion(t *testing.T) {
	question := body("m", 1024, "Hello")
	req := request(question)
	req.Version = "2026-10-21"
	x, err := sender(t, recorded("greeting", question, 1)).Send(t.Context(), req, record.Identity{Sample: 1})
	if err != nil {
		t.Fatal(err)
	}
	if want := "where anthropic-version is 2023-06-01, not 2026-10-21"; !strings.HasSuffix(x.Error.Message, want) {
		t.Errorf("message %q, want %q", x.Error.Message, want)
	}
}

func TestAMissOfAnEmptyRecord(t *testing.T) {
	x, err := sender(t).Send(t.Context(), request(body("m", 1, "Hello")), record.Identity{Sample: 1})
	if err != nil || x.Error.Message != "the record has no answer to this request, nor to any other" {
		t.Errorf("got %+v, %v", x.Error, err)
	}
}

func TestManyMissesAtOnce(t *testing.T) {
	s := sender(t, recorded("greeting", body("m", 1024, "Hello"), 1))
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for n := range maxExplained / 4 {
				x, err := s.Send(t.Context(), request(body("n", i*maxExplained+n, "Hello")), record.Identity{Sample: 1})
				if err != nil || x.Error == nil || x.Error.Type != messages.ErrNotRecorded {
					t.Errorf("got %+v, %v", x, err)
				}
			}
		})
	}
	group.Wait()
	x, err := s.Send(t.Context(), request(body("n", 1024, "Hello")), record.Identity{Sample: 1})
	if err != nil || !strings.Contains(x.Error.Message, "first 1000 only") {
		t.Errorf("after %d misses: %+v, %v", 2*maxExplained, x.Error, err)
	}
}

// FuzzDifference holds that two equal values have no difference and two others
// have one, whatever they are.
func FuzzDifference(f *testing.F) {
	f.Add(`{"a":[1,"x"]}`, `{"a":[1.0],"b":null}`)
	f.Add(`"\u0000\ud800"`, `["\""]`)
	f.Fuzz(func(t *testing.T, a, b string) {
		old, oldErr := decode(json.RawMessage(a))
		asked, newErr := decode(json.RawMessage(b))
		if oldErr != nil || newErr != nil {
			return
		}
		var d differences
		d.compare("", old, asked)
		if same := cmp.Equal(old, asked); same != (d.count == 0) {
			t.Errorf("equal is %t, but %d differences: %s", same, d.count, d.String())
		}
	})
}

func BenchmarkReplay(b *testing.B) {
	const n = 10_000
	exchanges := make([]record.Exchange, n)
	requests := make([]*messages.Request, n)
	for i := range n {
		text := body("claude-opus-4-6", i, strings.Repeat("why? ", 60))
		exchanges[i], requests[i] = recorded("greeting", text, 1), request(text)
	}
	s := sender(b, exchanges...)
	i := 0
	for b.Loop() {
		x, err := s.Send(b.Context(), requests[i%n], record.Identity{Sample: 1})
		if err != nil || x.Answer == nil {
			b.Fatal(x, err)
		}
		i++
	}
}

// BenchmarkMiss is one miss against a record of as many requests as are looked
// at; the first, which reads them, is apart.
func BenchmarkMiss(b *testing.B) {
	exchanges := make([]record.Exchange, maxProfiles)
	for i := range exchanges {
		exchanges[i] = recorded("greeting", body("claude-opus-4-6", 1024, fmt.Sprint(i, strings.Repeat(" why? ", 60))), 1)
	}
	s := sender(b, exchanges...)
	miss := request(body("claude-opus-4-6", 1024, "another"))
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			if _, err := New(s.answers).Send(b.Context(), miss, record.Identity{Sample: 1}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("next", func(b *testing.B) {
		if _, err := s.Send(b.Context(), miss, record.Identity{Sample: 1}); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			s.nearest.explained.Store(0)
			if _, err := s.Send(b.Context(), miss, record.Identity{Sample: 1}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
