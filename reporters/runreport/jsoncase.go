package runreport

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/jsonvalue"
	"github.com/evalrun/evalrun/reporters/internal/recordtext"
)

// The members of a case of the JSON report.
type (
	jsonCase struct {
		Case    string            `json:"case"`
		Variant string            `json:"variant"`
		Axes    map[string]string `json:"axes,omitempty"`
		Tags    []string          `json:"tags"`
		Vars    json.RawMessage   `json:"vars,omitempty"`
		Cluster string            `json:"cluster"`
		Line    int               `json:"line"`
		jsonPlanned
		Digest     string             `json:"digest"`
		Outcome    string             `json:"outcome"`
		Totals     jsonTotals         `json:"totals"`
		Assertions []record.Assertion `json:"assertions"`
		Samples    []jsonSample       `json:"samples"`
	}
	// jsonPlanned is how the run dealt with a case.
	jsonPlanned struct {
		Times int        `json:"times"`
		Need  int        `json:"need"`
		Skip  string     `json:"skip"`
		Known *jsonKnown `json:"known_failure,omitempty"`
	}
	// jsonKnown is a known failure, and what became of it: failing, passing, over,
	// or "" where the case has no outcome.
	jsonKnown struct {
		*record.KnownFailure
		State string `json:"state"`
	}
	jsonSample struct {
		Sample  int                `json:"sample"`
		Outcome string             `json:"outcome"`
		Score   *float64           `json:"score"`
		CostUSD *float64           `json:"cost_usd"`
		Error   *record.Error      `json:"error"`
		Metrics map[string]float64 `json:"metrics,omitempty"`
		Classes map[string]string  `json:"classes,omitempty"`
		// MetricErrors say why a metric has no value, or an answer no class.
		MetricErrors map[string]string `json:"metric_errors,omitempty"`
		// Ended says why the conversation ended before its time.
		Ended    string       `json:"ended,omitempty"`
		Warnings []string     `json:"warnings,omitempty"`
		Checks   []jsonCheck  `json:"checks"`
		Answers  []jsonAnswer `json:"answers"`
	}
	jsonCheck struct {
		Assertion int             `json:"assertion"`
		Outcome   string          `json:"outcome"`
		Why       string          `json:"why,omitempty"`
		Trace     json.RawMessage `json:"trace,omitempty"`
		Score     *float64        `json:"score,omitempty"`
		Turn      int             `json:"turn,omitempty"`
		Votes     []record.Vote   `json:"votes,omitempty"`
	}
	// jsonAsked is which of a sample's requests one is.
	jsonAsked struct {
		Turn      int    `json:"turn"`
		Role      string `json:"role"`
		Assertion *int   `json:"assertion,omitempty"`
		Vote      int    `json:"vote,omitempty"`
		Place     int    `json:"place,omitempty"`
	}
	jsonAnswer struct {
		jsonAsked
		Model           string          `json:"model"`
		StopReason      string          `json:"stop_reason"`
		Text            string          `json:"text"`
		ToolUses        []string        `json:"tool_uses,omitempty"`
		Usage           json.RawMessage `json:"usage"`
		LatencyMS       float64         `json:"latency_ms"`
		TTFTMS          *float64        `json:"ttft_ms"`
		TokensPerSecond *float64        `json:"tokens_per_second"`
		Attempts        int             `json:"attempts"`
		RequestID       string          `json:"request_id"`
		CostUSD         *float64        `json:"cost_usd"`
		Reused          bool            `json:"reused"`
		Error           *record.Error   `json:"error"`
	}
)

// newJSONCase is a case with its samples and their answers.
func newJSONCase(src Source, c *summary.Case) (jsonCase, error) {
	out := jsonCase{
		Case: c.Case.Case, Variant: c.Variant, Axes: c.Axes, Tags: jsonvalue.NotNil(c.Tags), Vars: c.Vars, Cluster: c.Cluster, Line: c.Line,
		jsonPlanned: jsonPlanned{Times: c.Times, Need: c.Need, Skip: c.Skip}, Digest: c.Digest, Outcome: c.Outcome,
		Assertions: jsonvalue.NotNil(c.Assertions), Samples: []jsonSample{},
	}
	index := map[int]int{} // of Samples, by number
	for i := range c.Samples {
		index[c.Samples[i].Sample] = i
		out.Samples = append(out.Samples, newJSONSample(&c.Samples[i]))
	}
	for e, err := range src.exchanges(c) {
		if err != nil {
			return jsonCase{}, err
		}
		c.AddAnswer(e)
		// An answer that is not judged yet, as of a run cut short, has no
		// sample.
		if i, ok := index[e.Sample]; ok {
			out.Samples[i].Answers = append(out.Samples[i].Answers, newJSONAnswer(e))
		}
	}
	out.Totals = newJSONTotals(c.Totals)
	if c.KnownFailure != nil {
		state := map[summary.Known]string{summary.KnownFailing: "failing", summary.KnownPassing: "passing", summary.KnownOver: "over"}[c.Known]
		out.Known = &jsonKnown{c.KnownFailure, state}
	}
	return out, nil
}

func newJSONSample(s *record.Sample) jsonSample {
	out := jsonSample{
		Sample: s.Sample, Outcome: s.Outcome, Score: s.Score, CostUSD: s.CostUSD, Error: s.Error, Metrics: s.Metrics, Classes: s.Classes, MetricErrors: s.MetricErrors,
		Ended: s.Ended, Warnings: s.Warnings, Checks: []jsonCheck{}, Answers: []jsonAnswer{},
	}
	for _, check := range s.Assertions {
		out.Checks = append(out.Checks, jsonCheck{check.I, check.Outcome, check.Why, jsonvalue.Raw(check.Trace), check.Score, check.Turn, check.Votes})
	}
	return out
}

func newJSONAnswer(e *record.Exchange) jsonAnswer {
	a := recordtext.ReadAnswer(e)
	var assertion *int
	if !e.IsAnswer() {
		assertion = &e.Assertion
	}
	return jsonAnswer{
		jsonAsked: jsonAsked{e.Turn, e.Role, assertion, e.Vote, e.Place}, Model: a.Model, StopReason: a.StopReason, Text: a.Text, ToolUses: a.Calls,
		Usage: jsonvalue.Raw(e.Usage), LatencyMS: e.LatencyMS, TTFTMS: e.TTFTMS, TokensPerSecond: e.TokensPerSecond, Attempts: len(e.Attempts), RequestID: e.RequestID,
		CostUSD: e.CostUSD, Reused: e.Reused, Error: e.Error,
	}
}

// eachLine calls visit with each line, its ending with it.
func eachLine(r io.Reader, visit func([]byte) error) error {
	lines := bufio.NewReaderSize(r, 1<<16)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			if err := visit(line); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
