package runner

import (
	"encoding/json"

	"github.com/evalrun/evalrun/assert"
	"github.com/evalrun/evalrun/internal/decimals"
	"github.com/evalrun/evalrun/record"
)

// check is the outcome of one assertion. One whose condition is false is
// a skip, as is a comparison of the case with itself; one whose condition
// has an error fails, since it might have been true. asks reports whether a
// judge or a check decides; without an answer there is nothing to judge.
func (q *question) check(i int, subject *assert.Subject) (check record.Check, asks bool) {
	check = record.Check{I: i, Outcome: record.Pass}
	if r := q.Assertions[i].Rubric; r != nil && r.Reference {
		check.Outcome = record.Skip
		return check, false
	}
	if when := q.conditions[i]; when != nil {
		holds, err := when.Holds(subject)
		if err != nil {
			check.Outcome, check.Why = record.Fail, "when: "+err.Error()
			return check, false
		}
		if !holds {
			check.Outcome = record.Skip
			return check, false
		}
	}
	if q.Assertions[i].Rubric != nil || q.Assertions[i].Check != nil {
		if e := subject.Exchange.Error; e != nil {
			check.Outcome, check.Why = record.Fail, "no answer came: "+e.Error()
			return check, false
		}
		return check, true
	}
	if result := q.assertions[i].Check(subject); result.Outcome == assert.Fail {
		check.Outcome, check.Why, check.Trace = record.Fail, result.Why, traceOf(result)
	}
	return check, false
}

// score decides the sample: the weighted share of the assertions that were
// asked and are no warnings must be min_score, or, without one, all. A sample
// of which nothing was asked passes and has no score. In a conversation that
// was cut short the assertions that it did not come to count as not passed.
func (q *question) score(s *record.Sample, cutShort bool) {
	var asked, passed decimals.Sum
	weighed, failed := false, false
	for i, c := range s.Assertions {
		a := q.Assertions[i]
		if a.Warn || c.Outcome == record.Skip && (!cutShort || c.Turn > 0) {
			continue
		}
		weighed = weighed || a.Weight > 0
		asked.Add(a.Weight)
		if c.Outcome == record.Pass {
			passed.Add(a.Weight)
			continue
		}
		failed = true
	}
	if !weighed {
		return
	}
	score := passed.Ratio(&asked)
	s.Score = &score
	if q.MinScore != nil {
		failed = score < *q.MinScore
	}
	if failed {
		s.Outcome = record.Fail
	}
}

// measure takes the metrics of the sample. What goes wrong is an error of the
// metric alone.
func (t *trial) measure(subject *assert.Subject) {
	for i, m := range t.q.metrics {
		name := t.q.Metrics[i].Name
		if m.IsClassification() {
			t.classify(i, subject)
			continue
		}
		value, err := m.Value(subject)
		if err != nil {
			t.unmeasured(err.Error(), name)
			continue
		}
		t.measured(name, value)
	}
}

// measured takes the value of a metric.
func (t *trial) measured(metric string, value float64) {
	if t.sample.Metrics == nil {
		t.sample.Metrics = map[string]float64{}
	}
	t.sample.Metrics[metric] = value
}

// traceOf gives the trace of a failed assertion as the record keeps it.
func traceOf(result assert.Result) json.RawMessage {
	if len(result.Trace) == 0 {
		return nil
	}
	trace, err := json.Marshal(result.Trace)
	if err != nil {
		return nil // a report shows Why then
	}
	return trace
}
