package runner

import (
	"math"

	"github.com/evalrun/evalrun/messages"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// caseLine is what the record says of a case.
func caseLine(q *question) record.Case {
	line := record.Case{
		Suite: q.Suite.Name, Path: q.Suite.Path, Line: q.Line, Case: q.Name,
		Variant: q.Variant, Axes: q.Axes, Cluster: q.Cluster,
		Tags: q.Tags, Times: q.Times, Need: q.Need, Skip: q.Skip, Digest: q.Digest,
	}
	for _, a := range q.Assertions {
		line.Assertions = append(line.Assertions, record.Assertion{
			At: a.Expr.Path(), Name: a.Name, Expr: a.Expr.Text, Level: assertionLevel(a), Weight: a.Weight, Turn: a.Turn,
		})
	}
	for _, m := range q.Metrics {
		if line.Metrics == nil {
			line.Metrics = map[string]record.Metric{}
		}
		line.Metrics[m.Name] = record.Metric{Better: m.Better}
	}
	return line
}

func assertionLevel(a suite.Assertion) string {
	if a.Warn {
		return "warn"
	}
	return "fail"
}

// exchangeLine is what the record says of an exchange, but for whose it is
// and what it cost.
func exchangeLine(req *messages.Request, ex *messages.Exchange) record.Exchange {
	line := record.Exchange{
		Role: "answer", Key: req.Key(), Request: req.Body,
		Source: ex.Source, RequestID: ex.RequestID, LatencyMS: milliseconds(ex.Latency),
		Reused: ex.Reused,
	}
	if ex.TTFT != nil {
		ms := milliseconds(*ex.TTFT)
		line.TTFTMS = &ms
	}
	if speed := ex.TokensPerSecond(); speed != nil {
		rounded := math.Round(*speed*100) / 100
		line.TokensPerSecond = &rounded
	}
	for _, a := range ex.Attempts {
		line.Attempts = append(line.Attempts, record.Attempt{Status: a.Status, MS: milliseconds(a.Duration), Cause: a.Cause})
	}
	if ex.Answer != nil {
		line.Response = ex.Answer.Raw
		line.Usage = ex.Answer.Usage.Raw
	}
	if ex.Error != nil {
		line.Error = recordError(ex.Error)
	}
	return line
}

func recordError(e *messages.Error) *record.Error {
	return &record.Error{Status: e.Status, Type: e.Type, Message: e.Message}
}
