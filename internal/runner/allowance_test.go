package runner_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/record"
)

// clerk answers and judges in about a second, at $0.0003 to $0.0006 an answer
// of the larger model and a tenth of that a verdict.
type clerk struct {
	mu             sync.Mutex
	answers, votes int
	draws          *rand.Rand
}

func (c *clerk) Send(ctx context.Context, req *messages.Request, of record.Identity) (*messages.Exchange, error) {
	c.mu.Lock()
	output, took := 12+c.draws.IntN(12), time.Duration(500+c.draws.IntN(1000))*time.Millisecond
	text := "Hi"
	if of.Vote > 0 {
		c.votes++
		text = rules(true, 1, "It is.")
		if strings.Contains(req.Body.String(), "preferred") {
			text = `{"reason":"It is.","preferred":"neither"}`
		}
	} else {
		c.answers++
	}
	c.mu.Unlock()
	select {
	case <-time.After(took):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	answer, err := messages.ParseAnswer(fmt.Appendf(nil, `{"type":"message","model":%q,"content":[{"type":"text","text":%q}],
		"stop_reason":"end_turn","usage":{"input_tokens":40,"output_tokens":%d}}`, req.Model, text, output))
	return &messages.Exchange{Answer: answer}, err
}

// outcomesOf counts what becomes of samples.
type outcomesOf struct {
	mu     sync.Mutex
	counts map[string]int
}

func (o *outcomesOf) Append(line record.Line) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if s, ok := line.(record.Sample); ok && s.Variant != "temperature=0" { // which is compared with nothing
		o.counts[s.Outcome]++
	}
	return nil
}

// TestABudgetDecidesAsManyCasesAtAnyConcurrency holds that a budget is not
// spent on answers which nobody can judge any more.
func TestABudgetDecidesAsManyCasesAtAnyConcurrency(t *testing.T) {
	const rubric = `judge: {model: claude-haiku-4-5, max_tokens: 100}
cases:
  - name: a
    repeat: 300
    messages: [{user: "Hi"}]
    assert: [{rubric: It is polite., votes: 3}]
`
	const turns = `judge: {model: claude-haiku-4-5, max_tokens: 100}
cases:
  - name: a
    repeat: 300
    messages: [{user: Hi}, {assistant: }, {user: And}]
    assert: [{rubric: It is polite.}]
`
	// A sample may wait for the answer of the other variant.
	const compared = `judge: {model: claude-haiku-4-5, max_tokens: 100}
matrix: {temperature: [0, 1]}
cases:
  - {name: a, repeat: 150, messages: [{user: Hi}], assert: [{prefer: {rubric: It is polite., over: temperature=0}}]}
  - {name: b, repeat: 150, messages: [{user: Ho}], assert: [{prefer: {rubric: It is polite., over: temperature=0}}]}
`
	for name, suite := range map[string]string{"votes": rubric, "turns": turns, "compared": compared} {
		t.Run(name, func(t *testing.T) {
			alone := decided(t, suite, 0.1, 1)
			for _, concurrency := range []int{8, 600} {
				got := decided(t, suite, 0.1, concurrency)
				if alone < 20 || got < alone*9/10 {
					t.Errorf("%d at once: %d samples are decided; one after the other %d", concurrency, got, alone)
				}
			}
		})
	}
}

// decided runs a suite within a budget and counts the samples with a verdict.
func decided(t *testing.T, suite string, usd float64, concurrency int) int {
	t.Helper()
	plan := planOf(t, strings.TrimPrefix(suite, "\n"))
	out := &outcomesOf{counts: map[string]int{}}
	synctest.Test(t, func(t *testing.T) {
		next := &clerk{draws: rand.New(rand.NewPCG(1, 2))}
		budget := plan.Bounded(next, usd, record.Spending{}, &lines{})
		err := runner.Run(t.Context(), plan, runner.Options{Sender: budget, Budget: budget, Record: out, Concurrency: concurrency})
		if err != nil {
			t.Error(err)
		}
	})
	return out.counts[record.Pass]
}
