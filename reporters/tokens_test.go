package reporters_test

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/record/recordtest"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/runreport"
)

// usages is a run with a case for each usage, which its one answer has.
func usages(t testing.TB, usages ...string) runreport.Source {
	lines := []record.Line{record.Run{Suites: []record.Suite{{Name: "ants", Gates: []string{"tokens.output < 3"}}}}}
	for i, usage := range usages {
		name := string(rune('a' + i))
		lines = append(lines,
			record.Case{Suite: "ants", Path: "ants.yaml", Case: name, Times: 1, Need: 1},
			record.Exchange{Identity: recordtest.Answer(record.ID{Suite: "ants", Case: name}, 1), Key: name,
				Response: json.RawMessage(`{"content":[{"type":"text","text":"Ho"}]}`), Measured: record.Measured{Usage: json.RawMessage(usage)}},
			record.Sample{Suite: "ants", Case: name, Sample: 1, Outcome: record.Pass})
	}
	return source(t, append(lines, record.Summary{Complete: true})...)
}

// What an answer's usage does not say is shown as unknown in every report, and
// never as 0.
func TestTokensThatAreNotKnown(t *testing.T) {
	for _, test := range []struct {
		name string
		src  runreport.Source
		want map[string]string
	}{
		{"some", usages(t, `{"input_tokens":12,"output_tokens":6}`, `{"input_tokens":7,"output_tokens":null}`), map[string]string{
			"table":  "19 input + at least 6 output tokens (those of 1 answer unknown)",
			"row":    "b     ✓ pass        -          7    -\n",
			"md":     "at least 25",
			"csv":    ",7,,,,,Ho",
			"junit":  `<property name="input_tokens" value="7"></property>` + "\n      </properties>",
			"json":   `"input_tokens":19,"output_tokens":null`,
			"html":   "19 in, at least 6 out",
			"github": "tokens.output is not known: the usage of an answer does not say it",
		}},
		{"none", usages(t, `{"input_tokens":"12","output_tokens":-6}`), map[string]string{
			"table": "tokens unknown",
			"md":    "tokens unknown",
			"csv":   ",,,,,,Ho",
			"json":  `"input_tokens":null,"output_tokens":null`,
			"html":  "- in, - out",
		}},
	} {
		formats := map[string]func(io.Writer, runreport.Source) error{
			"table": wideTable, "row": wideTable, "github": runreport.GitHub, "md": runreport.Markdown,
			"csv": runreport.CSV, "junit": runreport.JUnit, "json": runreport.JSON, "html": pageOf,
		}
		for name, want := range test.want {
			if got := report(t, formats[name], test.src); !strings.Contains(got, want) {
				t.Errorf("%s: the %s lacks %q:\n%s", test.name, name, want, got[:min(len(got), 3000)])
			}
		}
	}
}

func wideTable(w io.Writer, src runreport.Source) error {
	return runreport.Table(w, src, reporters.TableOptions{Wide: true})
}
