package reporters_test

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/record/recordtest"
	"github.com/evalrun/evalrun/reporters/runreport"
)

// survivors is a run of four cases of which one has a value of score.
func survivors(t testing.TB) runreport.Source {
	lines := []record.Line{record.Run{Suites: []record.Suite{{Name: "ants", Gates: []string{"metrics.score.mean >= 0.8"}}}}}
	for i, name := range []string{"a", "b", "c", "d"} {
		s := record.Sample{Suite: "ants", Case: name, Sample: 1, Outcome: record.Pass, Metrics: map[string]float64{"score": 1}}
		if i > 0 {
			s.Metrics, s.MetricErrors = nil, map[string]string{"score": "text is not JSON"}
		}
		lines = append(lines,
			record.Case{Suite: "ants", Path: "ants.yaml", Case: name, Times: 1, Need: 1, Metrics: map[string]record.Metric{"score": {Better: "higher", Expr: "json.s"}}},
			record.Exchange{Identity: recordtest.Answer(record.ID{Suite: "ants", Case: name}, 1), Key: name,
				Response: json.RawMessage(`{"content":[]}`), Measured: record.Measured{Usage: json.RawMessage(`{"input_tokens":1,"output_tokens":1}`)}}, s)
	}
	return source(t, append(lines, record.Summary{Complete: true})...)
}

// Every report says of how many samples a metric has no value and names some,
// and shows that the gate over it did not pass.
func TestSamplesWithoutAValue(t *testing.T) {
	const note, wrong = "no value in 3 of 4 samples (b, c, d): text is not JSON", "no value in 3 of 4 samples, such as b; a gate that allows this names its coverage too"
	for name, test := range map[string]struct {
		write func(io.Writer, runreport.Source) error
		want  []string
	}{
		"table":    {wideTable, []string{"metric score: " + note, "gate metrics.score.mean >= 0.8: ! error", wrong}},
		"github":   {runreport.GitHub, []string{"metric score: " + note, wrong}},
		"markdown": {runreport.Markdown, []string{"⚠️ metric <code>score</code> of <code>ants</code>: no value in 3 of 4 samples &#40;b, c, d&#41;&#58; text is not JSON", wrong, "could not be decided"}},
		"html":     {pageOf, []string{`<p class="note">metric score: ` + note, wrong}},
		"junit":    {runreport.JUnit, []string{`<property name="metrics.score.coverage" value="0.2500">`, `<error type="gate"`, wrong}},
		"json": {runreport.JSON, []string{`"metric":"score","variant":"","better":"higher","cases":1,"samples":4,"missing":3,"coverage":0.25,"mean":1`,
			`"reason":"text is not JSON"`, `"metric_errors":{"score":"text is not JSON"}`, `"outcome":"error"`}},
	} {
		got := report(t, test.write, survivors(t))
		for _, want := range test.want {
			if !strings.Contains(got, want) {
				t.Errorf("the %s lacks %q:\n%s", name, want, got[:min(len(got), 4000)])
			}
		}
	}
}

func pageOf(w io.Writer, src runreport.Source) error {
	return runreport.HTML(w, src, runreport.HTMLOptions{})
}
