package reporters

import (
	"bytes"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/summary"
)

func TestWhatKeptManyCasesFromAnAnswerIsToldOnce(t *testing.T) {
	run := &summary.Run{Suites: []summary.Suite{{Name: "ants", Path: "ants.yaml"}}}
	for i, message := range []string{"not sent: 401", "invalid x-api-key", "not sent: 401", "not sent: 401"} {
		c := summary.Case{Outcome: record.Errored}
		c.Path, c.Line, c.Case.Case, c.Times, c.Need = "ants.yaml", i+1, string(rune('a'+i)), 1, 1
		c.Samples = []record.Sample{{Sample: 1, Outcome: record.Errored, Error: &record.Error{Type: "not_sent", Message: message}}}
		run.Suites[0].Cases = append(run.Suites[0].Cases, c)
	}
	var out bytes.Buffer
	if err := Table(&out, run, TableOptions{}); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]int{
		"ants.yaml:1: a: no answer, as in 2 more cases\n": 1, "ants.yaml:2: b: no answer\n": 1, "not sent: 401": 1,
	} {
		if got := strings.Count(out.String(), text); got != want {
			t.Errorf("%q %d times, want %d, in:\n%s", text, got, want, out.String())
		}
	}
}
