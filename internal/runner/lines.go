package runner

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// caseLine is the line of a case in the record.
func caseLine(q *question) record.Case {
	line := record.Case{
		Suite: q.Suite.Name, Path: q.Suite.FromRepository(q.Suite.Path), Line: q.Line, Case: q.Name,
		Variant: q.Variant, Grouping: record.Grouping{Axes: q.Axes, Tags: q.Tags, Cluster: q.Cluster},
		Times: q.Times, Need: q.Need, Skip: q.Skip,
		Question: record.Question{
			Digest: q.Digest, Row: q.Parts.Row, Asserted: q.Parts.Asserted, Rubrics: q.Parts.Rubrics, MinScore: q.MinScore,
			Conversation: q.Conversation.Digest, Vars: varsLine(q.Case), Files: q.files, Blobs: q.texts,
		},
	}
	if known := q.KnownFailure; known != nil {
		line.KnownFailure = &record.KnownFailure{Reason: known.Reason, Until: known.Until.Format(time.DateOnly)}
	}
	metric := func(name string, m record.Metric) {
		if line.Metrics == nil {
			line.Metrics = map[string]record.Metric{}
		}
		line.Metrics[name] = m
	}
	for _, a := range q.Assertions {
		line.Assertions = append(line.Assertions, assertionLine(q.Suite, a))
		for i, name := range a.ScoreMetrics() {
			if i == 0 {
				metric(name, record.Metric{Better: scoreBetter(a)})
			} else {
				metric(name, record.Metric{})
			}
		}
	}
	for i, m := range q.Metrics {
		metric(m.Name, q.metricLine(i, m))
	}
	return line
}

// maxVariable bounds a variable that is written into the record, in bytes.
const maxVariable = 16 << 10

// varsLine is an object of a case's variables; nil where it has none.
func varsLine(c *suite.Case) json.RawMessage {
	if len(c.Vars) == 0 {
		return nil
	}
	out := []byte{'{'}
	for _, name := range slices.Sorted(maps.Keys(c.Vars)) {
		value := c.VariableJSON(name)
		if value == nil {
			continue
		}
		if len(value) > maxVariable {
			value = fmt.Appendf(nil, `{"sha256":"%x","bytes":%d}`, sha256.Sum256(value), len(value))
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out, _ = jsontext.AppendQuote(out, name) // names are valid UTF-8
		out = append(append(out, ':'), value...)
	}
	return append(out, '}')
}

func assertionLine(s *suite.Suite, a suite.Assertion) record.Assertion {
	line := record.Assertion{
		At: s.FromRepository(a.Expr.Path()), Name: a.Name, Expr: a.Expr.Text, Level: assertionLevel(a), Weight: a.Weight, Turn: a.Turn,
	}
	if a.When != nil {
		line.When = a.When.Text
	}
	if r := a.Rubric; r != nil {
		line.Over = r.Over
		line.Rubric, line.Judge, line.Votes, line.MinScore = r.Text, r.Judge.Model, r.Votes, r.MinScore
	}
	if c := a.Check; c != nil {
		line.Check, line.Metrics, line.MinScore = c.Name, c.Metrics, c.MinScore
	}
	return line
}

func assertionLevel(a suite.Assertion) string {
	if a.Warn {
		return record.LevelWarn
	}
	return record.LevelFail
}
