package compare

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"testing"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/record/recordtest"
)

// question is a case of a test's record: its samples, one letter each (p, f, e
// or s), and what the record holds about them. What is not given is filled in.
type question struct {
	name, suite, variant, cluster, digest string
	axes                                  map[string]string
	times, need                           int
	samples                               string
	request                               string
	text                                  string               // of the answers; a failing one says "wrong"
	metrics                               map[string]float64   // NaN is no value
	perSample                             []map[string]float64 // in their place, sample by sample
	better, expr                          string
	cost, latency                         float64
	output                                int
	usage                                 string // in the place of that with output
	skip                                  string
}

var outcomes = map[rune]string{'p': record.Pass, 'f': record.Fail, 'e': record.Errored, 's': record.Skip}

func (q question) withDefaults() question {
	if q.suite == "" {
		q.suite = "ants"
	}
	if q.digest == "" {
		q.digest = "sha256:" + q.name
	}
	if q.times == 0 {
		q.times = max(1, len(q.samples))
	}
	if q.need == 0 {
		q.need = q.times
	}
	if q.request == "" {
		q.request = `{"model":"claude-opus-4-6","max_tokens":10,"messages":[{"role":"user","content":"` + q.name + `"}]}`
	}
	if q.text == "" {
		q.text = "right"
	}
	return q
}

// lines are the record's lines of the question.
func (q question) lines() []record.Line {
	q = q.withDefaults()
	c := record.Case{
		Suite: q.suite, Path: q.suite + ".yaml", Line: 7, Case: q.name, Variant: q.variant, Grouping: record.Grouping{Axes: q.axes, Cluster: q.cluster},
		Times: q.times, Need: q.need, Question: record.Question{Digest: q.digest}, Skip: q.skip,
		Assertions: []record.Assertion{{At: q.suite + ".yaml:9:7", Expr: `text == "right"`, Level: "fail", Weight: 1}},
	}
	metrics := q.metrics
	if q.perSample != nil {
		metrics = q.perSample[0]
	}
	for name := range metrics {
		if c.Metrics == nil {
			c.Metrics = map[string]record.Metric{}
		}
		c.Metrics[name] = record.Metric{Better: q.better, Expr: q.expr}
	}
	lines := []record.Line{c}
	for i, letter := range q.samples {
		lines = append(lines, q.exchange(i+1, letter), q.sample(i+1, letter))
	}
	return lines
}

func (q question) exchange(sample int, letter rune) record.Exchange {
	e := record.Exchange{
		Identity: recordtest.Answer(record.ID{Suite: q.suite, Case: q.name, Variant: q.variant}, sample),
		Request:  json.RawMessage(q.request), Measured: record.Measured{LatencyMS: q.latency}, Key: fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(q.request))),
	}
	if letter == 'e' {
		e.Error = &record.Error{Status: 529, Type: "overloaded_error", Message: "Overloaded"}
		return e
	}
	text := q.text
	if letter == 'f' {
		text = "wrong"
	}
	if q.cost > 0 {
		e.CostUSD = &q.cost
	}
	e.Response = json.RawMessage(fmt.Sprintf(`{"content":[{"type":"text","text":%q}]}`, text))
	if q.output > 0 {
		e.Usage = json.RawMessage(fmt.Sprintf(`{"input_tokens":%d,"output_tokens":%d}`, 12, q.output))
	}
	if q.usage != "" {
		e.Usage = json.RawMessage(q.usage)
	}
	return e
}

func (q question) sample(sample int, letter rune) record.Sample {
	s := record.Sample{Suite: q.suite, Case: q.name, Variant: q.variant, Sample: sample, Outcome: outcomes[letter], Metrics: q.metrics}
	if q.perSample != nil {
		s.Metrics = q.perSample[sample-1]
	}
	s.Metrics = maps.Clone(s.Metrics)
	maps.DeleteFunc(s.Metrics, func(_ string, x float64) bool { return math.IsNaN(x) })
	if q.cost > 0 {
		s.CostUSD = &q.cost
	}
	switch letter {
	case 'f':
		s.Assertions = []record.Check{{I: 0, Outcome: record.Fail, Why: `text = "wrong"`}}
	case 'e':
		s.Metrics, s.CostUSD = nil, nil
	}
	return s
}

// writeRecord writes a record of the questions and gives its path.
func writeRecord(t testing.TB, run record.Run, questions ...question) string {
	t.Helper()
	lines := []record.Line{run}
	for _, q := range questions {
		lines = append(lines, q.lines()...)
	}
	return recordtest.Write(t, append(lines, record.Summary{Complete: true})...)
}

// sideOf is a side of a record of the questions.
func sideOf(t testing.TB, questions ...question) *Side {
	t.Helper()
	return openSide(t, writeRecord(t, record.Run{Source: "api", BaseURL: "https://api.example", APIVersion: "2023-06-01"}, questions...))
}

func openSide(t testing.TB, path string) *Side {
	t.Helper()
	side, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { side.Close() })
	return side
}

// mustCompare compares two lists of questions.
func mustCompare(t testing.TB, old, new []question) *Comparison {
	t.Helper()
	c, err := Compare(sideOf(t, old...), sideOf(t, new...), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// table are the questions of a two-by-two table: so many that passed in both
// runs, in the old only, in the new only and in neither.
func table(both, oldOnly, newOnly, neither int) (old, new []question) {
	add := func(n int, before, after string) {
		for range n {
			name := fmt.Sprintf("case %04d", len(old))
			old = append(old, question{name: name, samples: before})
			new = append(new, question{name: name, samples: after})
		}
	}
	add(both, "p", "p")
	add(oldOnly, "p", "f")
	add(newOnly, "f", "p")
	add(neither, "f", "f")
	return old, new
}
