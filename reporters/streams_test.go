package reporters_test

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/runreport"
)

// streamedRun has a suite with two variants whose answers were streamed, but
// for one, and with model=c whose answers were not.
func streamedRun(t *testing.T) runreport.Source {
	lines := []record.Line{runLine("talk")}
	for _, variant := range []string{"model=a", "model=b", "model=c"} {
		lines = append(lines, asked{id: record.ID{Suite: "talk", Case: "hi", Variant: variant}, line: 4, user: "hi", exprs: []string{"true"},
			answers: []given{{text: "a", checks: []record.Check{pass}}, {text: "b", checks: []record.Check{pass}}}}.lines(t)...)
	}
	measured := map[string][][2]float64{"model=a": {{400, 80}, {600, 60}}, "model=b": {{0.2, 1234.5}}}
	for i, line := range lines {
		e, ok := line.(record.Exchange)
		if of := measured[e.Variant]; ok && e.Sample <= len(of) {
			e.TTFTMS, e.TokensPerSecond = &of[e.Sample-1][0], &of[e.Sample-1][1]
			lines[i] = e
		}
	}
	return source(t, append(lines, summaryLine())...)
}

func TestReportsOfStreams(t *testing.T) {
	table := func(w io.Writer, src runreport.Source) error {
		return runreport.Table(w, src, reporters.TableOptions{})
	}
	html := func(w io.Writer, src runreport.Source) error { return runreport.HTML(w, src, runreport.HTMLOptions{}) }
	for name, test := range map[string]struct {
		report func(io.Writer, runreport.Source) error
		wants  []string
	}{
		"table": {table, []string{
			"\nmodel=a: streamed: ttft p50 500 ms, p95 590 ms; tokens/s p50 70, p5 61\n",
			"\nmodel=b: streamed 1 of 2 answers: ttft p50 <1 ms, p95 <1 ms; tokens/s p50 1,235, p5 1,235\n",
		}},
		"markdown": {runreport.Markdown, []string{
			"| Streamed | TTFT p50 | p95 | Tokens/s p50 | p5 |\n|:--|--:|--:|--:|--:|\n" +
				"| <code>talk</code> · <code>model=a</code> | 500 ms | 590 ms | 70 | 61 |\n" +
				"| <code>talk</code> · <code>model=b</code> | &lt;1 ms | &lt;1 ms | 1,235 | 1,235 |\n\n",
		}},
		"csv": {runreport.CSV, []string{",latency_ms,ttft_ms,tokens_per_second,input_tokens,", ",400,80,12,", ",0.2,1234.5,12,"}},
		"html": {html, []string{
			"<dt>TTFT p50</dt><dd>400 ms <small>p95 600 ms</small></dd>", "<dt>Tokens/s p50</dt><dd>80 <small>p5 60</small></dd>",
			`data-label="TTFT p95">600 ms</td><td class="n" data-label="Tokens/s">60</td>`, `"ttft_ms":400,"tokens_per_second":80`,
		}},
	} {
		text := report(t, test.report, streamedRun(t))
		for _, want := range test.wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %q:\n%s", name, want, text)
			}
		}
		if plain := report(t, test.report, recordedRun(t)); name != "csv" && strings.Contains(strings.ToLower(plain), "ttft p50") || strings.Contains(plain, "streamed:") {
			t.Errorf("%s of a run without streams speaks of them:\n%s", name, plain)
		}
	}
}

func TestJSONOfStreams(t *testing.T) {
	var doc struct {
		Suites []struct {
			Streams json.RawMessage
			Cases   []struct {
				Samples []struct {
					Answers []struct {
						Speed *float64 `json:"tokens_per_second"`
					}
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(report(t, runreport.JSON, streamedRun(t))), &doc); err != nil {
		t.Fatal(err)
	}
	const want = `[{"variant":"model=a","answers":2,"ttft_ms":{"mean":500,"p50":500,"p95":590,"max":600},` +
		`"tokens_per_second":{"mean":70,"p50":70,"p5":61,"min":60}},` +
		`{"variant":"model=b","answers":1,"ttft_ms":{"mean":0.2,"p50":0.2,"p95":0.2,"max":0.2},` +
		`"tokens_per_second":{"mean":1234.5,"p50":1234.5,"p5":1234.5,"min":1234.5}}]`
	if diff := cmp.Diff(want, string(doc.Suites[0].Streams)); diff != "" {
		t.Errorf("streams (-want +got):\n%s", diff)
	}
	if speed := doc.Suites[0].Cases[0].Samples[1].Answers[0].Speed; speed == nil || *speed != 60 {
		t.Errorf("the second answer came with %v tokens a second, want 60", speed)
	}
}
