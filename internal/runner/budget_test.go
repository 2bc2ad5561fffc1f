package runner_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/record"
)

// lines keeps what is recorded.
type lines struct {
	mu   sync.Mutex
	kept []record.Line
}

func (l *lines) Append(line record.Line) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = append(l.kept, line)
	return nil
}

// billing answers in a second, for 1,000 tokens of output of the 10,000 that
// may be, and sums up what the answers cost and what is under way at most.
type billing struct {
	mu                   sync.Mutex
	sent, inFlight, most int
	spent                float64
	lose                 bool // the first attempt of each request
}

const (
	billedModel = "claude-opus-4-6"
	billed      = `{"model":"` + billedModel + `","max_tokens":10000,"messages":[]}`
	outCost     = 1000 * 25e-6
)

func (b *billing) Send(context.Context, *messages.Request, record.Identity) (*messages.Exchange, error) {
	b.mu.Lock()
	b.sent++
	b.inFlight++
	b.most = max(b.most, b.inFlight)
	b.mu.Unlock()
	time.Sleep(time.Second)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.inFlight--
	b.spent += outCost
	answer, err := messages.ParseAnswer([]byte(`{"type":"message","model":"claude-opus-4-6","content":[],
		"stop_reason":"end_turn","usage":{"input_tokens":0,"output_tokens":1000}}`))
	ex := &messages.Exchange{Answer: answer}
	if b.lose {
		ex.Attempts = []messages.Attempt{{Cause: "connection reset"}, {Status: 200}}
	}
	return ex, err
}

// billedPlan is a plan, and the most that the request which is billed costs by
// its prices.
func billedPlan(t *testing.T) (plan *runner.Plan, worst float64) {
	t.Helper()
	plan, err := runner.NewPlan(manyCases(t, 1), prices.Default())
	if err != nil {
		t.Fatal(err)
	}
	req := prices.Default().Request(billedModel, payload.New([]byte(billed)))
	worst, err = prices.Default().Worst(billedModel, &req, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return plan, worst
}

func TestABudgetIsUsedAndNotPassed(t *testing.T) {
	plan, worst := billedPlan(t)
	for _, test := range []struct {
		name       string
		usd, spent float64 // by this run, and before it
		lose       bool
		sent, most int
	}{
		{"less than one request may cost", worst * 0.99, 0, false, 0, 0},
		{"one at a time", worst * 1.5, 0, false, int((worst*1.5-worst)/outCost) + 1, 1},
		{"three at a time", worst*3 + outCost/2, 0, false, int((2*worst+outCost/2)/outCost) + 1, 3},
		{"with what was spent before", worst * 1.5, 7, false, int((worst*1.5-worst)/outCost) + 1, 1},
		{"answers that were lost may have been billed", worst*3 + outCost*2.5, 0, true, 3, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				next := &billing{lose: test.lose}
				budget := plan.Bounded(next, test.usd+test.spent, record.Spending{USD: test.spent}, &lines{})
				var all sync.WaitGroup
				withdrawn := 0
				for range 200 {
					all.Go(func() {
						_, err := budget.Send(t.Context(), &messages.Request{Model: billedModel, Body: payload.New([]byte(billed))}, record.Identity{Sample: 1})
						if err == nil {
							return
						}
						if !errors.Is(err, messages.ErrWithdrawn) || !strings.Contains(err.Error(), "the budget of $") {
							t.Error(err)
						}
						next.mu.Lock()
						withdrawn++
						next.mu.Unlock()
					})
				}
				all.Wait()
				if next.spent > test.usd || next.sent != test.sent || next.most != test.most || withdrawn != 200-test.sent {
					t.Errorf("$%.4f of $%.4f spent by %d requests, %d at once, %d withdrawn; want %d requests, %d at once",
						next.spent, test.usd, next.sent, next.most, withdrawn, test.sent, test.most)
				}
			})
		})
	}
}

// What is under way is in the record before it is sent, in few lines.
func TestABudgetRecordsWhatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plan, worst := billedPlan(t)
		kept, next := &lines{}, &billing{}
		budget := plan.Bounded(next, worst*100, record.Spending{}, kept)
		var all sync.WaitGroup
		for n := range 64 {
			all.Go(func() {
				of := record.Identity{Sample: n + 1}
				if _, err := budget.Send(t.Context(), &messages.Request{Model: billedModel, Body: payload.New([]byte(billed))}, of); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		last := kept.kept[len(kept.kept)-1].(record.Spent)
		if n := len(kept.kept); n > 8 || *last.InFlightUSD < worst*float64(next.most) || *last.InFlightUSD > worst*100 {
			t.Errorf("%d lines, the last of $%g; at most %d requests of $%g were under way", n, *last.InFlightUSD, next.most, worst)
		}
	})
}

func TestABudgetWaitsNoLongerThanItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plan, worst := billedPlan(t)
		budget := plan.Bounded(&billing{}, worst, record.Spending{}, &lines{})
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := budget.Send(t.Context(), &messages.Request{Model: billedModel, Body: payload.New([]byte(billed))}, record.Identity{Sample: 1}); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		_, err := budget.Send(ctx, &messages.Request{Model: billedModel, Body: payload.New([]byte(billed))}, record.Identity{Sample: 2})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v, want the context's", err)
		}
		all.Wait()
	})
}

// losing loses the first attempts of each request, in a second each, after a
// first one that found no server, and asks before each next one.
type losing struct {
	lose int

	mu   sync.Mutex
	sent int
}

func (l *losing) Send(ctx context.Context, req *messages.Request, _ record.Identity) (*messages.Exchange, error) {
	ex := &messages.Exchange{Attempts: []messages.Attempt{{Cause: "connection refused", Unsent: true}}}
	for {
		failed := ex.Attempts[len(ex.Attempts)-1]
		if err := req.Again(ctx, failed); err != nil {
			ex.Error = &messages.Error{Type: messages.ErrConnection, Message: failed.Cause}
			return ex, nil
		}
		l.mu.Lock()
		l.sent++
		l.mu.Unlock()
		time.Sleep(time.Second)
		if len(ex.Attempts) > l.lose {
			break
		}
		ex.Attempts = append(ex.Attempts, messages.Attempt{Cause: "connection reset"})
	}
	var err error
	ex.Attempts = append(ex.Attempts, messages.Attempt{Status: 200})
	ex.Answer, err = messages.ParseAnswer([]byte(`{"type":"message","model":"claude-opus-4-6","content":[],
		"stop_reason":"end_turn","usage":{"input_tokens":0,"output_tokens":10000}}`))
	return ex, err
}

// What was lost on the way may have been billed, so an attempt more is sent
// only if it fits beside all that were made.
func TestABudgetCountsEachAttempt(t *testing.T) {
	plan, worst := billedPlan(t)
	for _, test := range []struct {
		lose, fits, answered int
	}{
		{0, 3, 3}, {1, 3, 1}, {1, 4, 2}, {2, 3, 1}, {3, 3, 0}, {100, 5, 0},
	} {
		t.Run(fmt.Sprintf("%d lost, %d fit", test.lose, test.fits), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				next := &losing{lose: test.lose}
				budget := plan.Bounded(next, worst*(float64(test.fits)+0.5), record.Spending{}, &lines{})
				answered, refused := 0, 0
				for n := range 3 { // one after the other
					ex, err := budget.Send(t.Context(), &messages.Request{Model: billedModel, Body: payload.New([]byte(billed))}, record.Identity{Sample: n + 1})
					switch {
					case err == nil && ex.Answer != nil:
						answered++
					case err == nil && strings.Contains(ex.Error.Message, "connection reset; not sent again: the budget of $"),
						errors.Is(err, messages.ErrWithdrawn):
						refused++
					default:
						t.Errorf("%+v, %v", ex, err)
					}
				}
				if next.sent > test.fits || answered != test.answered || refused != 3-answered {
					t.Errorf("%d attempts, %d answered, %d refused; want at most %d attempts and %d answered",
						next.sent, answered, refused, test.fits, test.answered)
				}
			})
		})
	}
}
