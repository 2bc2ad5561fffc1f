package runner_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/suite"
)

func estimates(t *testing.T, yaml string) []prices.Estimate {
	t.Helper()
	return planOf(t, yaml).Estimates()
}

// planOf is the plan of a suite, of which yaml is what follows its model, its
// max_tokens and an assertion.
func planOf(t *testing.T, yaml string) *runner.Plan {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "s.yaml")
	if err := os.WriteFile(file, []byte("model: claude-opus-4-6\nmax_tokens: 64\nassert: text != \"\"\n"+yaml), 0o644); err != nil {
		t.Fatal(err)
	}
	set, err := suite.Load([]string{file}, suite.Options{Root: dir})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := runner.NewPlan(set, prices.Default())
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// TestEstimatesOfAConversation holds that a later request has all that was
// said before: the turns that are written, and the answers, of which there is
// at least nothing and at most max_tokens.
func TestEstimatesOfAConversation(t *testing.T) {
	first := estimates(t, "cases: [{name: a, messages: [{user: Hi}]}]")[0].Input
	second := estimates(t, "cases: [{name: a, messages: [{user: Hi}, {user: And}]}]")[0].Input
	got := estimates(t, "cases: [{name: a, messages: [{user: Hi}, {assistant: }, {user: And}]}]")
	if len(got) != 1 || got[0].Requests != 2 || got[0].Output != 128 {
		t.Fatalf("%+v", got)
	}
	want := first.Plus(second)
	want.Likely += 64
	want.High += 64
	near := func(a, b float64) bool { return math.Abs(a-b) < 1e-9 }
	if in := got[0].Input; !near(in.Low, want.Low) || !near(in.Likely, want.Likely) || !near(in.High, want.High) {
		t.Errorf("%+v, want %+v", got[0].Input, want)
	}
}

func TestEstimatesCountWhatIsAsked(t *testing.T) {
	once := estimates(t, "cases: [{name: a, messages: [{user: Hi}]}]")[0]
	got := estimates(t, `cases:
  - {name: a, messages: [{user: Hi}], repeat: 3}
  - {name: b, messages: [{user: Hi}], skip: not today}
  - {name: c, messages: [{user: Hi}], model: claude-haiku-4-5, tools: [{name: f, input_schema: {type: object}}], tool_results: {f: "1"}}
`)
	if len(got) != 2 || got[0].Model != "claude-opus-4-6" || got[0].Requests != 3 || got[0].MoreRequests || !got[1].MoreRequests {
		t.Fatalf("%+v", got)
	}
	if got[0].Input.Likely != 3*once.Input.Likely || got[0].Cost != once.Cost.Times(3) || once.Cost.High <= once.Cost.Low {
		t.Errorf("%+v, once %+v", got[0], once)
	}
}

// TestEstimatesOfJudges holds that a judge is asked with the case's prompt, its
// answer and the rubric, once for each vote.
func TestEstimatesOfJudges(t *testing.T) {
	const judged = `judge: {model: claude-opus-5-5, max_tokens: 500}
cases:
  - name: a
    repeat: 2
    messages: [{user: Hi}]
    assert: [%s]
`
	got := estimates(t, fmt.Sprintf(judged, "{rubric: It is polite., votes: 3}"))
	if len(got) != 2 || got[0].Judge || got[1].Asked != (prices.Asked{Model: "claude-opus-5-5", Judge: true}) {
		t.Fatalf("%+v", got)
	}
	once := got[1]
	if once.Requests != 6 || once.Output != 3000 || once.Fewer || once.Input.Likely < 6*100 {
		t.Errorf("%+v", once)
	}
	longer := estimates(t, fmt.Sprintf(judged, "{rubric: It is polite"+strings.Repeat(" and short", 50)+"., votes: 3}"))[1]
	if longer.Input.Low <= once.Input.Low {
		t.Errorf("a longer rubric has no more tokens: %+v, %+v", longer.Input, once.Input)
	}
	when := estimates(t, fmt.Sprintf(judged, `{rubric: It is polite., votes: 3, when: text != ""}`))[1]
	if !when.Fewer || when.Cost.Low != 0 || when.Cost.High != once.Cost.High {
		t.Errorf("with a condition: %+v, without %+v", when, once)
	}
	twice := estimates(t, fmt.Sprintf(judged, "{rubric: It is polite.}, {rubric: It is polite.}"))[1]
	if !twice.Fewer || twice.Requests != 4 || twice.Cost.Low <= 0 {
		t.Errorf("the same rubric twice: %+v", twice)
	}
}
