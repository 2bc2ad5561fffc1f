package runreport

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters/internal/jsonvalue"
	"github.com/evalrun/evalrun/reporters/internal/verdicttext"
)

// jsonFormat is the version of the JSON report. It changes when a field
// changes its meaning or goes away; new fields may come.
const jsonFormat = 1

// The members of the JSON report, as docs/report.schema.json describes them.
type (
	jsonRun struct {
		Format   int              `json:"format"`
		Tool     string           `json:"tool"`
		Started  time.Time        `json:"started"`
		Complete bool             `json:"complete"`
		Outcome  string           `json:"outcome"`
		Verdict  verdicttext.JSON `json:"verdict"`
		WallMS   float64          `json:"wall_ms"`
		Sources  map[string]int   `json:"sources"`
		Totals   jsonTotals       `json:"totals"`
		Gates    []jsonGate       `json:"gates"`
		Variants []jsonVariant    `json:"variants"`
		// Leads name the label of each axis that passes most.
		Leads []compare.Lead `json:"leads"`
		// Filter chose the cases; left out where the report is of all.
		Filter string         `json:"filter,omitempty"`
		By     *jsonBreakdown `json:"breakdown,omitempty"`
	}
	jsonGate struct {
		Suite   string `json:"suite"`
		Expr    string `json:"expr"`
		Outcome string `json:"outcome"`
		Value   string `json:"value"`
	}
	jsonVariant struct {
		Variant string     `json:"variant"`
		Totals  jsonTotals `json:"totals"`
		// Latency is nil where the variant has no answer.
		Latency *jsonLatency `json:"latency_ms"`
	}
	jsonTotals struct {
		Cases        jsonOutcomes `json:"cases"`
		Samples      jsonOutcomes `json:"samples"`
		PassRate     *jsonRate    `json:"pass_rate"`
		Requests     int          `json:"requests"`
		InputTokens  *int64       `json:"input_tokens"`
		OutputTokens *int64       `json:"output_tokens"`
		LatencyMS    float64      `json:"latency_ms"`
		CostUSD      *float64     `json:"cost_usd"`
		SpentUSD     *float64     `json:"spent_usd"`
		JudgesUSD    *float64     `json:"judges_usd"`
		// Comparisons is nil where no variants were compared.
		Comparisons *jsonComparisons `json:"comparisons,omitempty"`
	}
	jsonComparisons struct {
		Wins    int `json:"wins"`
		Ties    int `json:"ties"`
		Losses  int `json:"losses"`
		ByPlace int `json:"by_place"`
	}
	jsonOutcomes struct {
		Pass  int `json:"pass"`
		Fail  int `json:"fail"`
		Error int `json:"error"`
		Skip  int `json:"skip"`
	}
	jsonRate struct {
		Value float64 `json:"value"`
		// The ends are null where they are not known.
		Low  *float64 `json:"low"`
		High *float64 `json:"high"`
	}
	jsonSuite struct {
		Name   string     `json:"name"`
		Path   string     `json:"path"`
		Owner  string     `json:"owner"`
		Totals jsonTotals `json:"totals"`
		// Streams are of the variants that have streamed answers.
		Streams []jsonStreams `json:"streams"`
		// Queues are of the variants whose answers waited in one.
		Queues []jsonQueue `json:"queues"`
		// Metrics are of each variant.
		Metrics []jsonMetric `json:"metrics"`
	}
)

// JSON writes the run as one JSON document with the answers, a case a line,
// which docs/report.schema.json describes. Strings are the record's; what
// could act on who looks at the text is spelled with JSON's escapes.
func JSON(w io.Writer, src Source) error {
	leads, err := src.leads()
	if err != nil {
		return err
	}
	out := &jsonWriter{w: w}
	out.open(newJSONRun(src, leads), "suites")
	for i := range src.Run.Suites {
		suite := &src.Run.Suites[i]
		out.separate(i, "\n")
		out.open(jsonSuite{suite.Name, suite.Path, suite.Owner, newJSONTotals(suite.Totals), newJSONStreams(suite), newJSONQueues(suite), newJSONMetrics(suite)}, "cases")
		if err := out.writeCases(src, suite); err != nil {
			return err
		}
		out.raw("]}")
	}
	out.raw("]}\n")
	return out.err
}

// writeCases writes the cases of a suite.
func (j *jsonWriter) writeCases(src Source, suite *summary.Suite) error {
	n := 0
	for c, err := range src.cases(suite, nil) {
		if err != nil {
			return err
		}
		out, err := newJSONCase(src, c)
		if err != nil {
			return err
		}
		j.separate(n, "\n")
		j.value(out)
		n++
	}
	return nil
}

// jsonWriter writes a document in pieces, so that it is never held whole. Its
// first error sticks.
type jsonWriter struct {
	w   io.Writer
	err error
}

func (j *jsonWriter) raw(text string) {
	if j.err == nil {
		_, j.err = io.WriteString(j.w, text)
	}
}

func (j *jsonWriter) value(v any) {
	text, err := jsonvalue.Encode(v)
	if err != nil && j.err == nil {
		j.err = fmt.Errorf("cannot write the report: %w", err)
	}
	j.raw(string(safetext.JSON(text)))
}

// open writes the object and leaves it open in a last member, a list.
func (j *jsonWriter) open(object any, member string) {
	text, err := jsonvalue.Encode(object)
	if err != nil && j.err == nil {
		j.err = fmt.Errorf("cannot write the report: %w", err)
		return
	}
	j.raw(string(safetext.JSON(bytes.TrimSuffix(text, []byte("}")))) + `,"` + member + `":[`)
}

// separate comes before the i-th entry of a list.
func (j *jsonWriter) separate(i int, space string) {
	if i > 0 {
		j.raw(",")
	}
	j.raw(space)
}

func newJSONRun(src Source, leads []compare.Lead) jsonRun {
	run := src.Run
	out := jsonRun{
		Format: jsonFormat, Tool: run.Header.Tool, Started: run.Header.Started, Complete: run.Complete,
		Outcome: src.Verdict.Outcome(), Verdict: verdicttext.NewJSON(src.Verdict), WallMS: milliseconds(run.Wall), Sources: run.Sources, Totals: newJSONTotals(run.Totals),
		Gates: []jsonGate{}, Variants: []jsonVariant{}, Leads: jsonvalue.NotNil(leads), Filter: src.Verdict.Filter, By: newJSONBreakdown(src.By),
	}
	if out.Sources == nil {
		out.Sources = map[string]int{}
	}
	for _, g := range src.gates() {
		out.Gates = append(out.Gates, jsonGate{g.Suite, g.Expr, g.Outcome, g.Value})
	}
	for _, g := range variantGroups(run) {
		out.Variants = append(out.Variants, jsonVariant{g.Name, newJSONTotals(g.Totals), newJSONLatency(g.Latency)})
	}
	return out
}

func newJSONTotals(of summary.Totals) jsonTotals {
	usd := cost(of.Cost)
	t := jsonTotals{
		Cases: jsonOutcomes(of.Cases), Samples: jsonOutcomes(of.Samples), Requests: of.Requests,
		InputTokens: tokens(of.Input).amount(), OutputTokens: tokens(of.Output).amount(),
		LatencyMS: milliseconds(of.Latency),
		CostUSD:   usd.amount(usd.USD), SpentUSD: usd.amount(usd.Spent), JudgesUSD: usd.amount(usd.Judges),
	}
	if of.Comparisons.Total() > 0 {
		c := jsonComparisons(of.Comparisons)
		t.Comparisons = &c
	}
	if rate := of.Rate(); rate != nil {
		t.PassRate = &jsonRate{Value: rate.Value}
		if iv := rate.Interval; iv != nil {
			t.PassRate.Low, t.PassRate.High = &iv.Low, &iv.High
		}
	}
	return t
}

func newJSONLatency(l summary.Latency) *jsonLatency {
	if l.Answers == 0 {
		return nil
	}
	return &jsonLatency{shortMS(l.Mean), shortMS(l.P50), shortMS(l.P95), shortMS(l.Max)}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// JSONL writes the record's lines: the run itself, from which every other
// report can be made again. Values are the record's; what could act on who
// looks at the text is spelled with JSON's escapes.
func JSONL(w io.Writer, src Source) error {
	return eachLine(src.File.Lines(), func(line []byte) error {
		_, err := w.Write(append(safetext.JSON(bytes.TrimSuffix(line, []byte("\n"))), '\n'))
		return err
	})
}
