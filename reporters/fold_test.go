package reporters_test

import (
	"strings"
	"testing"

	"github.com/evalrun/evalrun/reporters"
)

func TestWhatKeptManyCasesFromAnAnswerIsToldOnce(t *testing.T) {
	var cases []testCase
	for i, message := range []string{"not sent: 401", "invalid x-api-key", "not sent: 401", "not sent: 401"} {
		cases = append(cases, newCase(string(rune('a'+i)), errored(0, "not_sent", message)))
	}
	out := table(t, newRun(t, newSuite("ants", cases...)), reporters.TableOptions{})
	for text, want := range map[string]int{
		"suites/ants.yaml:10: a: no answer\n": 1, "    ×3 like this: c, d\n": 1, "suites/ants.yaml:20: b: no answer\n": 1, "not sent: 401": 1,
	} {
		if got := strings.Count(out, text); got != want {
			t.Errorf("%q %d times, want %d, in:\n%s", text, got, want, out)
		}
	}
}

// A spent budget keeps cases from their answers, each of which may have cost
// something else.
func TestASpentBudgetIsToldOnce(t *testing.T) {
	var cases []testCase
	for i, cost := range []string{"0.0002", "0.00021", "1.20"} {
		message := "not sent: the budget of $2 is reached: $1.9 are spent, and the next request may cost $" + cost
		cases = append(cases, newCase(string(rune('a'+i)), errored(0, "not_sent", message)))
	}
	out := table(t, newRun(t, newSuite("ants", cases...)), reporters.TableOptions{})
	if !strings.Contains(out, "may cost $0.0002\n") || !strings.Contains(out, "×3 like this: b, c\n") {
		t.Errorf("not folded:\n%s", out)
	}
}
