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
