package runner_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/replay"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/record"
)

// court answers every request with "Hi", and judges by a part of the rubric:
// each vote with its own text. A text that begins with a status is an error,
// one that begins with a stop_reason and a colon stops with that.
type court struct {
	verdicts map[string][]string

	mu    sync.Mutex
	asked []string // of judges: "sample.vote rubric"
	sent  []*messages.Request
}

func (c *court) Send(ctx context.Context, req *messages.Request, of record.Identity) (*messages.Exchange, error) {
	select {
	case <-req.Withdrawn:
		return nil, messages.ErrWithdrawn
	default:
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent = append(c.sent, req)
	if of.Vote == 0 {
		return exchangeOf("claude-haiku-4-5", "end_turn", "Hi")
	}
	for rubric, votes := range c.verdicts {
		if !strings.Contains(req.Body.String(), rubric) {
			continue
		}
		c.asked = append(c.asked, fmt.Sprintf("%d.%d %s", of.Sample, of.Vote, rubric))
		text := votes[(of.Vote-1)%len(votes)]
		if strings.HasPrefix(text, "cut") {
			return nil, errors.New("the line was cut")
		}
		var status int
		if n, _ := fmt.Sscanf(text, "%d ", &status); n == 1 {
			return &messages.Exchange{Error: &messages.Error{Status: status, Type: "an_error", Message: text[4:]}}, nil
		}
		if stop, rest, ok := strings.Cut(text, ": "); ok && !strings.HasPrefix(text, "{") {
			return exchangeOf("claude-opus-4-6", stop, rest)
		}
		return exchangeOf("claude-opus-4-6", "end_turn", text)
	}
	return nil, fmt.Errorf("the test has no verdict for %s", req.Body)
}

// exchangeOf is an answer of one text; ten of it cost a thousandth of a dollar
// by the prices of the smaller model.
func exchangeOf(model, stop, text string) (*messages.Exchange, error) {
	answer, err := messages.ParseAnswer(fmt.Appendf(nil, `{"type":"message","model":%q,"content":[{"type":"text","text":%q}],
		"stop_reason":%q,"usage":{"input_tokens":100,"output_tokens":0}}`, model, text, stop))
	return &messages.Exchange{Answer: answer}, err
}

// rules is the text of a verdict.
func rules(pass bool, score float64, reason string) string {
	return fmt.Sprintf(`{"reason":%q,"score":%g,"pass":%t}`, reason, score, pass)
}

const judged = "judge: {model: claude-opus-4-6, max_tokens: 512}\n"

// checks describes the samples of a record, with what was asserted.
func checks(t *testing.T, f *record.File) []string {
	t.Helper()
	var out []string
	for c, err := range f.Cases() {
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range c.Samples {
			line := s.Outcome
			for _, a := range s.Assertions {
				line += fmt.Sprintf(" | %d %s", a.I, a.Outcome)
				if a.Score != nil {
					passes := 0
					for _, v := range a.Votes {
						if v.Pass {
							passes++
						}
					}
					line += fmt.Sprintf(" %g (%d of %d) %s", *a.Score, passes, len(a.Votes), a.Why)
				}
			}
			for _, name := range slices.Sorted(maps.Keys(s.Metrics)) {
				line += fmt.Sprintf(" | %s=%g", name, s.Metrics[name])
			}
			if s.Error != nil {
				line += fmt.Sprintf(" | %d %s %s", s.Error.Status, s.Error.Type, s.Error.Message)
			}
			for _, w := range s.Warnings {
				line += " | warning " + w
			}
			out = append(out, line)
		}
	}
	return out
}

func TestVotesDecideByTheirMajority(t *testing.T) {
	for name, test := range map[string]struct {
		rubric string // its keys
		votes  []string
		want   string
	}{
		"the judge's pass": {"", []string{rules(true, 0.1, "fine")}, "pass | 0 pass 0.1 (1 of 1) fine"},
		"the judge's fail": {"", []string{rules(false, 0.9, "rude")}, "fail | 0 fail 0.9 (0 of 1) rude"},
		"by score, passed": {"min_score: 0.7", []string{rules(false, 0.7, "fine")}, "pass | 0 pass 0.7 (1 of 1) fine"},
		"by score, failed": {"min_score: 0.7", []string{rules(true, 0.69, "rude")}, "fail | 0 fail 0.69 (0 of 1) rude"},
		"two of three": {
			"votes: 3", []string{rules(false, 0.2, "rude"), rules(true, 0.9, "fine"), rules(true, 0.5, "good")},
			"pass | 0 pass 0.5 (2 of 3) fine",
		},
		"one of three by score": {
			"votes: 3, min_score: 0.6", []string{rules(true, 0.2, "rude"), rules(true, 0.9, "fine"), rules(true, 0.5, "cold")},
			"fail | 0 fail 0.5 (1 of 3) rude",
		},
		"a warning": {"level: warn", []string{rules(false, 0.1, "rude")}, "pass | 0 fail 0.1 (0 of 1) rude"},
		"a metric":  {"name: tone", []string{rules(true, 0.8, "fine")}, "pass | 0 pass 0.8 (1 of 1) fine | tone.score=0.8"},
		"not asked": {`when: text == ""`, nil, "pass | 0 skip | warning it passes with nothing asserted of the answer: the `when` of every assertion that could fail it is false"},
	} {
		t.Run(name, func(t *testing.T) {
			f := converse(t, judged+"cases:\n  - messages: [{user: hi}]\n    assert: [{rubric: Is polite., "+test.rubric+"}]\n",
				&court{verdicts: map[string][]string{"Is polite.": test.votes}}, nil)
			if diff := cmp.Diff([]string{test.want}, checks(t, f)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestWithoutAVerdictASampleIsAnError: whatever keeps a judge from a verdict is
// no verdict on the model.
func TestWithoutAVerdictASampleIsAnError(t *testing.T) {
	const no = `error | 0 no_verdict the judge claude-opus-4-6 gave no verdict on "tone": `
	for text, want := range map[string]string{
		"Sure, it is polite":     no + `its verdict is not a JSON object of a verdict's form (invalid character 'S' at start of value): "Sure, it is polite"`,
		rules(true, 7, "fine"):   no + `its score is not between 0 and 1: "{\"reason\":\"fine\",\"score\":7,\"pass\":true}"`,
		"refusal: I will not":    no + `it stopped with refusal: "I will not"`,
		`max_tokens: {"reason":`: no + `it stopped with max_tokens: "{\"reason\":"`,
		"529 Overloaded":         `error | 529 an_error the judge claude-opus-4-6 could not be asked about "tone": Overloaded`,
		"400 no output_config":   `error | 400 an_error the judge claude-opus-4-6 could not be asked about "tone": no output_config`,
	} {
		for _, votes := range []int{1, 3} {
			court := &court{verdicts: map[string][]string{"Is polite.": {text, rules(true, 1, "fine")}}}
			f := converse(t, judged+fmt.Sprintf(`cases:
  - messages: [{user: hi}]
    assert:
      - len(text) > 0
      - {rubric: Is polite., name: tone, votes: %d}
`, votes), court, nil)
			if diff := cmp.Diff([]string{want}, checks(t, f)); diff != "" {
				t.Errorf("%q: %s", text, diff)
			}
			if len(court.asked) != votes {
				t.Errorf("%q: %d votes were asked for, want %d", text, len(court.asked), votes)
			}
		}
	}
}

// TestAWarningWithoutAVerdictIsNoError: what fails nothing leaves nothing open.
func TestAWarningWithoutAVerdictIsNoError(t *testing.T) {
	f := converse(t, judged+"cases:\n  - messages: [{user: hi}]\n    assert: [len(text) > 0, {rubric: Is polite., name: tone, level: warn}]\n",
		&court{verdicts: map[string][]string{"Is polite.": {"529 Overloaded"}}}, nil)
	want := []string{`pass | 0 pass | 1 skip | warning the judge claude-opus-4-6 could not be asked about "tone": Overloaded`}
	if diff := cmp.Diff(want, checks(t, f)); diff != "" {
		t.Error(diff)
	}
}

// TestWhatIsTheSameIsAskedOnce: two rubrics that say the same to the same
// judge, which decide by different scores and numbers of votes.
func TestWhatIsTheSameIsAskedOnce(t *testing.T) {
	court := &court{verdicts: map[string][]string{
		"Is polite.": {rules(true, 0.5, "so so"), rules(true, 0.9, "fine"), rules(true, 0.9, "good")},
		"Is short.":  {rules(true, 1, "short")},
	}}
	f := converse(t, judged+`cases:
  - messages: [{user: hi}]
    repeat: 2
    assert:
      - {rubric: Is polite., min_score: 0.7}
      - {rubric: Is short.}
      - {rubric: Is polite., votes: 3, min_score: 0.7}
      - {rubric: Is polite., level: warn, judge: {max_tokens: 513}}
`, court, nil)
	const one = "fail | 0 fail 0.5 (0 of 1) so so | 1 pass 1 (1 of 1) short | 2 pass 0.9 (2 of 3) fine | 3 pass 0.5 (1 of 1) so so"
	if diff := cmp.Diff([]string{one, one}, checks(t, f)); diff != "" {
		t.Error(diff)
	}
	if len(court.asked) != 2*5 {
		t.Errorf("judges were asked %d times, want 5 for each sample: %q", len(court.asked), court.asked)
	}
	var lines []string
	for e, err := range f.Exchanges(record.ID{Suite: "talk", Case: "case 1"}, 1) {
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf("%s %d vote %d turn %d $%.4f", e.Role, e.Assertion, e.Vote, e.Turn, *e.CostUSD))
	}
	want := []string{
		"answer 0 vote 0 turn 1 $0.0001",
		"judge 0 vote 1 turn 1 $0.0005", "judge 0 vote 2 turn 1 $0.0005", "judge 0 vote 3 turn 1 $0.0005",
		"judge 1 vote 1 turn 1 $0.0005", "judge 3 vote 1 turn 1 $0.0005",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
	for c := range f.Cases() {
		if cost := c.Samples[0].CostUSD; cost == nil || fmt.Sprintf("%.4f", *cost) != "0.0026" {
			t.Errorf("the sample's cost is %v, want that of the answer and of five verdicts", cost)
		}
	}
	// The record answers all of it again, and --resume writes none of it twice.
	again := converse(t, judged+"cases:\n  - messages: [{user: hi}]\n    assert: [{rubric: Is polite., votes: 3}, {rubric: Is short.}]\n", replay.New(record.NewAnswers(f, nil)), record.NewAnswers(f, nil))
	if diff := cmp.Diff([]string{"pass | 0 pass 0.9 (3 of 3) so so | 1 pass 1 (1 of 1) short"}, checks(t, again)); diff != "" {
		t.Error(diff)
	}
	for e := range again.Exchanges(record.ID{Suite: "talk", Case: "case 1"}, 0) {
		t.Errorf("the exchange %s %d is written again", e.Role, e.Vote)
	}
}

// TestRubricsOfTurns are judged when their turn ends, and stop the conversation
// like any other assertion.
func TestRubricsOfTurns(t *testing.T) {
	const suite = judged + `cases:
  - messages:
      - user: hi
      - {assistant: null, assert: [{rubric: Greets., name: greeting}]}
      - user: bye
    assert: [{rubric: Says good bye.}]
`
	for _, test := range []struct {
		greets bool
		want   string
		bodies []string
	}{
		{true, "pass | 0 pass 1 (1 of 1) bye | 1 pass 1 (1 of 1) first | greeting.score=1", []string{"Greets.", "Says good bye."}},
		{false, "fail | 0 skip | 1 fail 0 (0 of 1) first | greeting.score=0", []string{"Greets."}},
	} {
		score := map[bool]float64{true: 1}[test.greets]
		court := &court{verdicts: map[string][]string{
			"Greets.": {rules(test.greets, score, "first")}, "Says good bye.": {rules(true, 1, "bye")},
		}}
		f := converse(t, suite, court, nil)
		if diff := cmp.Diff([]string{test.want}, checks(t, f)); diff != "" {
			t.Error(diff)
		}
		if len(court.asked) != len(test.bodies) {
			t.Errorf("judges were asked %q, want %q", court.asked, test.bodies)
		}
	}
}

// TestAJudgeThatCannotBeHadEndsItsCases: what cannot be judged is not asked,
// and what has no rubric goes on.
func TestAJudgeThatCannotBeHadEndsItsCases(t *testing.T) {
	court := &court{verdicts: map[string][]string{"Is polite.": {"404 model: claude-opus-4-6"}}}
	f := converse(t, judged+`cases:
  - name: judged
    model: claude-haiku-4-5
    messages: [{user: hi}]
    repeat: 20
    assert: [{rubric: Is polite.}]
  - name: plain
    model: claude-haiku-4-5
    messages: [{user: ho}]
    repeat: 20
    assert: len(text) > 0
`, court, nil)
	outcomes := map[string]int{}
	for _, c := range checks(t, f) {
		outcomes[c[:4]]++
	}
	if outcomes["erro"] != 20 || outcomes["pass"] != 20 {
		t.Errorf("outcomes are %v, want 20 errors and 20 passes", outcomes)
	}
	const underWay = 8 // by default
	if len(court.asked) > underWay {
		t.Errorf("the judge was asked %d times, want no more than were under way", len(court.asked))
	}
	answers := len(court.sent) - len(court.asked)
	if answers > 20+2*underWay {
		t.Errorf("%d answers were asked for, want those of the plain case and no more than were under way", answers)
	}
}

// TestABrokenSenderLeavesNothingOfASample: nothing is known of it.
func TestABrokenSenderLeavesNothingOfASample(t *testing.T) {
	plan, err := runner.NewPlan(load(t, judged+"cases:\n  - messages: [{user: hi}]\n    assert: [{rubric: Is polite., votes: 3}]\n"), prices.Default())
	if err != nil {
		t.Fatal(err)
	}
	kept := &verdicts{cases: map[string]*verdict{}}
	court := &court{verdicts: map[string][]string{"Is polite.": {rules(true, 1, ""), "cut"}}}
	if err := runner.Run(t.Context(), plan, runner.Options{Sender: court, Record: kept}); err == nil || !strings.Contains(err.Error(), "the line was cut") {
		t.Errorf("the run ended with %v, want the sender's error", err)
	}
	if kept.asked > 0 {
		t.Errorf("%d samples were recorded", kept.asked)
	}
}

func TestThePlanCountsWhatJudgesAreAsked(t *testing.T) {
	plan, err := runner.NewPlan(load(t, judged+`cases:
  - messages: [{user: hi}]
    repeat: 10
    assert: [{rubric: a, votes: 3}, {rubric: b, judge: {model: claude-sonnet-4-6}}, len(text) > 0]
  - messages: [{user: hi}]
    skip: later
    assert: [{rubric: a}]
`), prices.Default())
	if err != nil {
		t.Fatal(err)
	}
	want := []runner.ModelRequests{{Model: "claude-opus-4-6", Requests: 30}, {Model: "claude-sonnet-4-6", Requests: 10}}
	if diff := cmp.Diff(want, plan.JudgeCalls()); diff != "" {
		t.Error(diff)
	}
	if plan.Requests != 10 {
		t.Errorf("%d requests, want those for answers", plan.Requests)
	}
}
