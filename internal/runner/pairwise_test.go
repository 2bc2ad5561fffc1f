package runner_test

import (
	"context"
	"fmt"
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

// arena answers each variant with its system prompt, and compares as prefer
// decides on the answers in the first and in the second place.
type arena struct {
	prefer func(first, second string, vote int) string
	answer func(system string, sample int) (*messages.Exchange, error) // nil, or what is answered instead

	mu       sync.Mutex
	compared []string
}

func (a *arena) Send(ctx context.Context, req *messages.Request, of record.Identity) (*messages.Exchange, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	body := req.Body.String()
	if of.Vote == 0 {
		_, system, _ := strings.Cut(body, `"system":"`)
		system, _, _ = strings.Cut(system, `"`)
		if a.answer != nil {
			if ex, err := a.answer(system, of.Sample); ex != nil || err != nil {
				return ex, err
			}
		}
		return exchangeOf("claude-haiku-4-5", "end_turn", system)
	}
	first, second := between(body, "first"), between(body, "second")
	a.mu.Lock()
	a.compared = append(a.compared, first+" "+second)
	a.mu.Unlock()
	return exchangeOf("claude-opus-4-6", "end_turn", fmt.Sprintf(`{"reason":"%s or %s","preferred":%q}`, first, second, a.prefer(first, second, of.Vote)))
}

// between is what is between the tags of a name in a judge's request.
func between(body, name string) string {
	_, rest, _ := strings.Cut(body, "<"+name+"-")
	_, rest, _ = strings.Cut(rest, `>\n`)
	inside, _, _ := strings.Cut(rest, `\n</`+name)
	return inside
}

// longer prefers the longer answer.
func longer(first, second string, _ int) string {
	switch {
	case len(first) > len(second):
		return "first"
	case len(first) < len(second):
		return "second"
	}
	return "neither"
}

const compared = judged + `matrix: {prompt: {terse: {system: a}, polite: {system: abc}, plain: {system: b}}}
assert: [{prefer: {rubric: Is longer., over: prompt=terse}, name: longer KEYS}]
cases:
  - {name: one, messages: [{user: hi}], repeat: TIMES}
`

func comparing(keys string, times int) string {
	return strings.NewReplacer("KEYS", keys, "TIMES", fmt.Sprint(times)).Replace(compared)
}

// describeComparisons gives what the comparison of each sample came to.
func describeComparisons(t *testing.T, f *record.File) []string {
	t.Helper()
	var out []string
	for c, err := range f.Cases() {
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range c.Samples {
			line := fmt.Sprintf("%s %d %s", c.Case.Variant, s.Sample, s.Outcome)
			for _, a := range s.Assertions {
				if a.Score == nil {
					line += " " + a.Outcome
					continue
				}
				line += fmt.Sprintf(" %s %g", a.Outcome, *a.Score)
				for _, v := range a.Votes {
					line += fmt.Sprintf(" %v %q", v.Preferred, v.Reason)
				}
			}
			if s.Error != nil {
				line += fmt.Sprintf(" %s: %s", s.Error.Type, s.Error.Message)
			}
			for _, w := range s.Warnings {
				line += " warning: " + w
			}
			out = append(out, line)
		}
	}
	return out
}

func TestComparisons(t *testing.T) {
	always := func(place string) func(string, string, int) string {
		return func(string, string, int) string { return place }
	}
	for name, test := range map[string]struct {
		keys   string
		prefer func(first, second string, vote int) string
		want   []string
	}{
		"a win and a tie": {"", longer, []string{
			"prompt=terse 1 pass skip",
			`prompt=polite 1 pass pass 1 [1 2] "abc or a"`,
			`prompt=plain 1 pass pass 0.5 [0 0] "b or a"`,
		}},
		"a loss": {"", func(first, second string, _ int) string { return longer(second, first, 0) }, []string{
			"prompt=terse 1 pass skip",
			`prompt=polite 1 fail fail 0 [2 1] "abc or a"`,
			`prompt=plain 1 pass pass 0.5 [0 0] "b or a"`,
		}},
		"a judge that likes the first place": {"", always("first"), []string{
			"prompt=terse 1 pass skip",
			`prompt=polite 1 pass pass 0.5 [1 1] "in the first place: abc or a; in the second: a or abc"`,
			`prompt=plain 1 pass pass 0.5 [1 1] "in the first place: b or a; in the second: a or b"`,
		}},
		"only a win passes": {", min_score: 1", always("second"), []string{
			"prompt=terse 1 pass skip",
			`prompt=polite 1 fail fail 0.5 [2 2] "in the first place: abc or a; in the second: a or abc"`,
			`prompt=plain 1 fail fail 0.5 [2 2] "in the first place: b or a; in the second: a or b"`,
		}},
		"three votes": {", votes: 3", func(first, second string, vote int) string {
			return []string{longer(first, second, vote), "neither", longer(first, second, vote)}[(vote-1)/2]
		}, []string{
			"prompt=terse 1 pass skip",
			`prompt=polite 1 pass pass 1 [1 2] "abc or a" [0 0] "abc or a" [1 2] "abc or a"`,
			`prompt=plain 1 pass pass 0.5 [0 0] "b or a" [0 0] "b or a" [0 0] "b or a"`,
		}},
		"not asked": {`, when: text == "abc"`, longer, []string{
			"prompt=terse 1 pass skip warning: it passes with nothing asserted of the answer: the `when` of every assertion that could fail it is false",
			`prompt=polite 1 pass pass 1 [1 2] "abc or a"`,
			"prompt=plain 1 pass skip warning: it passes with nothing asserted of the answer: the `when` of every assertion that could fail it is false",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			sender := &arena{prefer: test.prefer}
			f := converse(t, comparing(test.keys, 1), sender, nil)
			if diff := cmp.Diff(test.want, describeComparisons(t, f)); diff != "" {
				t.Error(diff)
			}
			again := converse(t, comparing(test.keys, 1), replay.New(record.NewAnswers(f, nil)), record.NewAnswers(f, nil))
			if diff := cmp.Diff(test.want, describeComparisons(t, again)); diff != "" {
				t.Errorf("replayed: %s", diff)
			}
		})
	}
}

// TestComparisonsAreRecorded: each request with its vote and place, and the
// score as a metric of the variants that compare.
func TestComparisonsAreRecorded(t *testing.T) {
	f := converse(t, comparing(", votes: 3", 1), &arena{prefer: longer}, nil)
	var lines []string
	for e, err := range f.Exchanges(record.ID{Suite: "talk", Case: "one", Variant: "prompt=polite"}, 1) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Role == "judge" {
			lines = append(lines, fmt.Sprintf("%d: vote %d place %d turn %d: %s", e.Assertion, e.Vote, e.Place, e.Turn, between(string(e.Request), "first")))
		}
	}
	want := []string{
		"0: vote 1 place 1 turn 1: abc", "0: vote 2 place 2 turn 1: a", "0: vote 3 place 1 turn 1: abc",
		"0: vote 4 place 2 turn 1: a", "0: vote 5 place 1 turn 1: abc", "0: vote 6 place 2 turn 1: a",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
	for c := range f.Cases() {
		score, measured := c.Samples[0].Metrics["longer.score"]
		_, named := c.Case.Metrics["longer.score"]
		if reference := c.Case.Variant == "prompt=terse"; measured == reference || named == reference {
			t.Errorf("%s: the metric is named: %t, and measured: %t, %g", c.Case.Variant, named, measured, score)
		}
		if over := c.Case.Assertions[0].Over; over != "prompt=terse" {
			t.Errorf("%s is compared with %s", c.Case.Variant, over)
		}
	}
}

// TestAnOpponentWithoutAnAnswer: a sample has no outcome then, whichever of
// the two comes first.
func TestAnOpponentWithoutAnAnswer(t *testing.T) {
	overloaded := &messages.Exchange{Error: &messages.Error{Status: 529, Type: "overloaded_error", Message: "Overloaded"}}
	sender := func() *arena {
		return &arena{prefer: longer, answer: func(system string, sample int) (*messages.Exchange, error) {
			if system == "a" && sample == 2 {
				return overloaded, nil
			}
			return nil, nil
		}}
	}
	const none = `no_rival: "longer" compares the answer with that of prompt=terse, which has none: overloaded_error: Overloaded`
	want := []string{
		"prompt=terse 1 pass skip", "prompt=terse 2 error overloaded_error: Overloaded",
		`prompt=polite 1 pass pass 1 [1 2] "abc or a"`, "prompt=polite 2 error " + none,
		`prompt=plain 1 pass pass 0.5 [0 0] "b or a"`, "prompt=plain 2 error " + none,
	}
	if diff := cmp.Diff(want, describeComparisons(t, converse(t, comparing("", 2), sender(), nil))); diff != "" {
		t.Error(diff)
	}
	want[3], want[5] = "prompt=polite 2 pass skip warning: "+none[len("no_rival: "):], "prompt=plain 2 pass skip warning: "+none[len("no_rival: "):]
	if diff := cmp.Diff(want, describeComparisons(t, converse(t, comparing(", level: warn", 2), sender(), nil))); diff != "" {
		t.Errorf("as a warning: %s", diff)
	}
}

// TestNobodyWaitsForAnOpponent: one worker is enough, in any order of the variants,
// and --stop-early spares no sample that another one is compared with.
func TestNobodyWaitsForAnOpponent(t *testing.T) {
	for _, over := range []string{"terse", "polite", "plain"} {
		for _, workers := range []int{1, 2, 8} {
			text := strings.ReplaceAll(comparing("", 20), "over: prompt=terse", "over: prompt="+over)
			plan, err := runner.NewPlan(load(t, text+"  - {name: two, messages: [{user: ho}], repeat: {times: 20, need: 1}}\n"), prices.Default())
			if err != nil {
				t.Fatal(err)
			}
			kept := &verdicts{cases: map[string]*verdict{}}
			err = runner.Run(t.Context(), plan, runner.Options{
				Sender: &arena{prefer: longer}, Record: kept, Concurrency: workers, StopEarly: true,
			})
			if err != nil || kept.asked != 2*3*20 {
				t.Errorf("over %s with %d workers: %d samples and %v, want 120", over, workers, kept.asked, err)
			}
		}
	}
}

// TestAnInterruptedRunWritesNothingOfWhatWaits: its answers are in the record,
// and the next run compares them.
func TestAnInterruptedRunWritesNothingOfWhatWaits(t *testing.T) {
	text := strings.ReplaceAll(comparing("", 1), "over: prompt=terse", "over: prompt=plain")
	plan, err := runner.NewPlan(load(t, text), prices.Default())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	sender := &arena{prefer: longer, answer: func(system string, _ int) (*messages.Exchange, error) {
		if system != "b" {
			return nil, nil
		}
		cancel()
		return nil, context.Canceled
	}}
	kept := &verdicts{cases: map[string]*verdict{}}
	if err := runner.Run(ctx, plan, runner.Options{Sender: sender, Record: kept, Concurrency: 1}); err != nil {
		t.Fatal(err)
	}
	if kept.asked != 0 || len(sender.compared) != 0 {
		t.Errorf("%d samples were recorded and %q compared, want none", kept.asked, sender.compared)
	}
}
