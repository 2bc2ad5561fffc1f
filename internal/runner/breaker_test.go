package runner_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/record"
)

// refusing refuses all requests of one model, and counts those of each.
type refusing struct {
	model   string
	refusal messages.Error

	mu   sync.Mutex
	sent map[string]int
}

func (r *refusing) Send(_ context.Context, req *messages.Request, _ record.Identity) (*messages.Exchange, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent[req.Model]++
	if req.Model == r.model {
		refusal := r.refusal
		return &messages.Exchange{Error: &refusal}, nil
	}
	answer, err := messages.ParseAnswer([]byte(`{"type":"message","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn"}`))
	return &messages.Exchange{Answer: answer}, err
}

// told keeps why samples have no answer.
type told struct {
	mu     sync.Mutex
	errors map[string]int
}

func (k *told) Append(line record.Line) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if s, ok := line.(record.Sample); ok && s.Error != nil {
		k.errors[s.Error.Message]++
	}
	return nil
}

// TestWhatWouldOnlyBeRefusedAgainIsAskedOnce runs ten cases of each of two
// models, one of which is refused, one after the other.
func TestWhatWouldOnlyBeRefusedAgainIsAskedOnce(t *testing.T) {
	const refused, other = "claude-opus-4-6", "claude-haiku-4-5"
	plan, err := runner.NewPlan(load(t, `assert: text != ""
cases:
  - {name: "refused {{ n }}", model: `+refused+`, dataset: &rows [{n: 1}, {n: 2}, {n: 3}, {n: 4}, {n: 5}, {n: 6}, {n: 7}, {n: 8}, {n: 9}, {n: 10}], messages: [{user: "Say {{ n }}"}]}
  - {name: "other {{ n }}", model: `+other+`, dataset: *rows, messages: [{user: "Say {{ n }}"}]}
`), prices.Default())
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		refusal       messages.Error
		wants, others int // how often each model is asked
	}{
		{messages.Error{Status: 401, Type: "authentication_error", Message: "invalid x-api-key"}, 1, 0},
		{messages.Error{Status: 402, Type: "billing_error", Message: "no credit"}, 1, 0},
		{messages.Error{Status: 429, Type: "rate_limit_error", Code: "enforced_spend_limit_reached", Message: "spent"}, 1, 0},
		{messages.Error{Status: 400, Type: "invalid_request_error", Message: "You have reached your specified API usage limits."}, 1, 0},
		{messages.Error{Status: 400, Type: "invalid_request_error", Message: "Your credit balance is too low to access the API."}, 1, 0},
		{messages.Error{Status: 403, Type: "permission_error", Message: "not yours"}, 1, 10},
		{messages.Error{Status: 404, Type: "not_found_error", Message: "model: " + refused}, 1, 10},
		{messages.Error{Status: 400, Type: "invalid_request_error", Message: "prompt is too long"}, 10, 10},
		{messages.Error{Status: 529, Type: "overloaded_error", Message: "Overloaded"}, 10, 10},
	} {
		t.Run(test.refusal.Error(), func(t *testing.T) {
			sender, kept := &refusing{model: refused, refusal: test.refusal, sent: map[string]int{}}, &told{errors: map[string]int{}}
			if err := runner.Run(t.Context(), plan, runner.Options{Sender: sender, Record: kept, Concurrency: 1}); err != nil {
				t.Fatal(err)
			}
			if sender.sent[refused] != test.wants || sender.sent[other] != test.others {
				t.Errorf("asked %v, want %d of the refused and %d of the other", sender.sent, test.wants, test.others)
			}
			if test.wants > 1 {
				return
			}
			want := "not sent: an earlier request was answered " + test.refusal.Error()
			if unsent := 20 - test.wants - test.others; kept.errors[test.refusal.Message] != 1 || kept.errors[want] != unsent {
				t.Errorf("told %v, want the refusal once and %d times %q", kept.errors, unsent, want)
			}
		})
	}
}

// TestARefusalThatIsExpectedStopsNothing: a case that asserts something of an
// error is asked even of a model that is not known.
func TestARefusalThatIsExpectedStopsNothing(t *testing.T) {
	var cases strings.Builder
	for i := range 5 {
		fmt.Fprintf(&cases, "  - {name: case %d, model: no-such-model, messages: [{user: Hi}], assert: error.status == 404}\n", i)
	}
	plan, err := runner.NewPlan(load(t, "cases:\n"+cases.String()), prices.Default())
	if err != nil {
		t.Fatal(err)
	}
	sender := &refusing{model: "no-such-model", refusal: messages.Error{Status: 404, Type: "not_found_error", Message: "model: no-such-model"}, sent: map[string]int{}}
	kept := &told{errors: map[string]int{}}
	if err := runner.Run(t.Context(), plan, runner.Options{Sender: sender, Record: kept, Concurrency: 1}); err != nil {
		t.Fatal(err)
	}
	if sender.sent["no-such-model"] != 5 || len(kept.errors) > 0 {
		t.Errorf("%d requests, errors %v; want five requests and no error", sender.sent["no-such-model"], kept.errors)
	}
}

// TestARefusalThatNobodyCanExpectStopsAll: an error of the key or of a
// permission is no answer to a case, whatever it asserts.
func TestARefusalThatNobodyCanExpectStopsAll(t *testing.T) {
	var cases strings.Builder
	for i := range 5 {
		fmt.Fprintf(&cases, "  - {name: case %d, messages: [{user: Hi}], assert: error != nil}\n", i)
	}
	plan, err := runner.NewPlan(load(t, "cases:\n"+cases.String()), prices.Default())
	if err != nil {
		t.Fatal(err)
	}
	for _, refusal := range []messages.Error{
		{Status: 401, Type: "authentication_error", Message: "invalid x-api-key"},
		{Status: 402, Type: "billing_error", Message: "no credit"},
		{Status: 403, Type: "permission_error", Message: "not yours"},
		{Status: 429, Type: "rate_limit_error", Code: "enforced_spend_limit_reached", Message: "spent"},
		{Status: 400, Type: "invalid_request_error", Message: "Your credit balance is too low to access the API."},
	} {
		for _, together := range []int{1, 5} {
			t.Run(fmt.Sprintf("%d, %d at once", refusal.Status, together), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					sender, kept := &queueing{refusal: refusal}, &told{errors: map[string]int{}}
					if err := runner.Run(t.Context(), plan, runner.Options{Sender: sender, Record: kept, Concurrency: together}); err != nil {
						t.Fatal(err)
					}
					want := "not sent: an earlier request was answered " + refusal.Error()
					if sender.sent != 1 || kept.errors[refusal.Message] != 1 || kept.errors[want] != 4 {
						t.Errorf("%d requests, told %v; want one, and four times %q", sender.sent, kept.errors, want)
					}
				})
			})
		}
	}
}

// An answer that nobody can judge is not paid for.
func TestCasesWaitForNoAnswerOnceTheirJudgeIsRefused(t *testing.T) {
	const judge = "no-such-judge"
	plan, err := runner.NewPlan(load(t, "judge: {model: "+judge+`, max_tokens: 10}
messages: [{user: Hi}]
cases:
  - {name: "judged {{ n }}", dataset: [{n: 1}, {n: 2}, {n: 3}, {n: 4}], assert: [{rubric: Is kind.}]}
  - {name: not judged, assert: text != ""}
`), prices.Default())
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		sender := &queueing{refusal: messages.Error{Status: 404, Type: "not_found_error", Message: "model: " + judge}, judge: judge}
		kept := &told{errors: map[string]int{}}
		if err := runner.Run(t.Context(), plan, runner.Options{Sender: sender, Record: kept, Concurrency: 4}); err != nil {
			t.Fatal(err)
		}
		if sender.sent != 2 || sender.judged != 1 || len(kept.errors) != 2 {
			t.Errorf("%d answers asked for, %d judgements, told %v; want one of each, and the case that needs none",
				sender.sent, sender.judged, kept.errors)
		}
	})
}

// queueing sends one request at a time, a second later, and refuses it; the
// others wait. With a judge it answers, and refuses the judge.
type queueing struct {
	refusal messages.Error
	judge   string
	judged  int

	mu   sync.Mutex
	busy bool
	sent int
}

func (s *queueing) Send(ctx context.Context, req *messages.Request, _ record.Identity) (*messages.Exchange, error) {
	s.mu.Lock()
	if s.judge != "" && req.Model == s.judge {
		defer s.mu.Unlock()
		s.judged++
		return &messages.Exchange{Error: &s.refusal}, nil
	}
	first := !s.busy
	s.busy = true
	s.mu.Unlock()
	if !first {
		select {
		case <-req.Withdrawn:
			return nil, messages.ErrWithdrawn
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(time.Minute):
		}
	}
	time.Sleep(time.Second)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent++
	if s.judge != "" {
		answer, err := messages.ParseAnswer([]byte(`{"type":"message","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn"}`))
		return &messages.Exchange{Answer: answer}, err
	}
	refusal := s.refusal
	return &messages.Exchange{Error: &refusal}, nil
}
