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
	r := reader{file: f, run: &Run{Header: f.Run, Sources: map[string]int{}}, index: make(map[string]int, len(f.Run.Suites))}
	if f.Summary != nil {
		r.run.Complete = f.Summary.Complete
		r.run.Wall = record.Duration(f.Summary.WallMS)
	}
	for _, s := range f.Run.Suites {
		r.suite(s.Name, s.Path)
	}
	for result, err := range f.Cases() {
		if err != nil {
			return nil, fmt.Errorf("the record cannot be summed up: %w", err)
		}
		if err := r.add(result); err != nil {
			return nil, fmt.Errorf("the record cannot be summed up: %w", err)
		}
	}
	r.finish()
	return r.run, nil
}

// reader is one Read under way.
type reader struct {
	file  *record.File
	run   *Run
	index map[string]int // of the run's suites, by name
	// latencies are those of the answers of each case of each suite.
	latencies [][][]time.Duration
}

// suite gives the index of the suite of a name, which it adds where there is
// none.
func (r *reader) suite(name, path string) int {
	i, ok := r.index[name]
	if !ok {
		i = len(r.run.Suites)
		r.index[name] = i
		r.run.Suites = append(r.run.Suites, Suite{Name: name, Path: path})
		r.latencies = append(r.latencies, nil)
	}
	return i
}

// add sums up a case, and counts its answers' sources for the run.
func (r *reader) add(result record.CaseResult) error {
	c := Case{Case: result.Case, Samples: result.Samples}
	c.Totals.Requests = result.Sent
	for _, s := range c.Samples {
		c.Totals.Samples.count(s.Outcome)
	}
	c.Outcome = outcome(&c)
	c.Totals.Cases.count(c.Outcome)
	var latencies []time.Duration
	for e, err := range r.file.Exchanges(c.ID(), 0) {
		if err != nil {
			return err
		}
		if e.Error == nil {
			c.Totals.addAnswer(e)
			r.run.countSource(e)
			if e.Role != judgeRole {
				latencies = append(latencies, record.Duration(e.LatencyMS))
			}
		}
	}
	at := r.suite(c.Suite, c.Path)
	s := &r.run.Suites[at]
	s.Cases = append(s.Cases, c)
	s.Totals.add(c.Totals)
	r.run.Totals.add(c.Totals)
	r.latencies[at] = append(r.latencies[at], latencies)
	return nil
}

// finish makes the numbers that need all cases of a suite.
func (r *reader) finish() {
	gates := make([][]string, len(r.run.Suites))
	for _, s := range r.run.Header.Suites {
		gates[r.index[s.Name]] = s.Gates
	}
	for i := range r.run.Suites {
		s := &r.run.Suites[i]
		all := newGroup(s, r.latencies[i])
		s.Numbers = all.numbers()
		s.Variants = all.variants()
		s.Gates, s.Gated = all.gates(gates[i])
	}
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
