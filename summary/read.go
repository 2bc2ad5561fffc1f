package summary

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/evalrun/evalrun/record"
)

// Read sums up a record, of a run that ended or was cut short. Suites stand in
// the order of the header, cases in that of the plan. The exchanges are read
// one by one and not kept.
func Read(f *record.File) (*Run, error) {
	run := &Run{Header: f.Run, Sources: map[string]int{}}
	if f.Summary != nil {
		run.Complete = f.Summary.Complete
		run.Wall = record.Duration(f.Summary.WallMS)
	}
	suites := make(map[string]int, len(f.Run.Suites)) // index by name
	for _, s := range f.Run.Suites {
		run.suite(suites, s.Name, s.Path)
	}
	for result, err := range f.Cases() {
		if err != nil {
			return nil, fmt.Errorf("the record cannot be summed up: %w", err)
		}
		c, err := run.readCase(f, result)
		if err != nil {
			return nil, fmt.Errorf("the record cannot be summed up: %w", err)
		}
		s := run.suite(suites, c.Suite, c.Path)
		s.Cases = append(s.Cases, c)
		s.Totals.add(c.Totals)
		run.Totals.add(c.Totals)
	}
	return run, nil
}

// suite gives the suite of a name, which it adds where there is none.
func (r *Run) suite(index map[string]int, name, path string) *Suite {
	i, ok := index[name]
	if !ok {
		i = len(r.Suites)
		index[name] = i
		r.Suites = append(r.Suites, Suite{Name: name, Path: path})
	}
	return &r.Suites[i]
}

// readCase sums up a case, and counts its answers' sources for the run.
func (r *Run) readCase(f *record.File, result record.CaseResult) (Case, error) {
	c := Case{Case: result.Case, Samples: result.Samples}
	c.Totals.Requests = result.Sent
	for _, s := range c.Samples {
		c.Totals.Samples.count(s.Outcome)
	}
	c.Outcome = outcome(&c)
	c.Totals.Cases.count(c.Outcome)
	for e, err := range f.Exchanges(c.ID(), 0) {
		if err != nil {
			return Case{}, err
		}
		if e.Error == nil {
			c.Totals.addAnswer(e)
			r.countSource(e)
		}
	}
	return c, nil
}

func (r *Run) countSource(e *record.Exchange) {
	source := e.Source
	if source == "" {
		source = r.Header.Source
	}
	if source != "" {
		r.Sources[source]++
	}
}

// addAnswer adds an answer's tokens, latency and cost. Usage that is not as the API
// has it, as some servers send, counts nothing.
func (t *Totals) addAnswer(e *record.Exchange) {
	var usage struct {
		InputTokens  int64 `json:"input_tokens"`
		OutputTokens int64 `json:"output_tokens"`
	}
	if e.Usage != nil && json.Unmarshal(e.Usage, &usage) == nil {
		t.InputTokens += max(usage.InputTokens, 0)
		t.OutputTokens += max(usage.OutputTokens, 0)
	}
	t.Latency = addDurations(t.Latency, record.Duration(e.LatencyMS))
	t.Cost.addAnswer(e)
}

func (t *Totals) add(other Totals) {
	t.Cases.add(other.Cases)
	t.Samples.add(other.Samples)
	t.Requests += other.Requests
	t.InputTokens += other.InputTokens
	t.OutputTokens += other.OutputTokens
	t.Latency = addDurations(t.Latency, other.Latency)
	t.Cost.add(other.Cost)
}

// addDurations adds two durations that are not negative, up to the longest.
func addDurations(a, b time.Duration) time.Duration {
	const longest = time.Duration(1<<63 - 1)
	return a + min(b, longest-a)
}
