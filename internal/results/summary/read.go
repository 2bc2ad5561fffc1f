package summary

import (
	"fmt"
	"time"

	"github.com/evalrun/evalrun/record"
)

// Read sums up a record, of a run that ended or was cut short. Suites stand in
// the order of the header, cases in that of the plan. Cases and exchanges are
// read one by one and not kept.
func Read(f *record.File) (*Run, error) { return ReadCorrected(f, nil) }

// ReadCorrected is Read with the rates of rubrics as people's labels correct
// them; nil for none.
func ReadCorrected(f *record.File, corrections Corrections) (*Run, error) {
	r, err := readCases(f)
	if err != nil {
		return nil, fmt.Errorf("the record cannot be summed up: %w", err)
	}
	r.finish(corrections)
	return r.run, nil
}

// readCases is Read without the numbers that need all cases.
func readCases(f *record.File) (*reader, error) {
	r := &reader{run: &Run{Header: f.Run, Sources: map[string]int{}}, index: make(map[string]int, len(f.Run.Suites)), variants: map[string]int{}}
	r.run.End(f.Summary)
	r.partial = f.Run.Plan != nil && len(f.Run.Plan.Merged) > 0 && f.Summary != nil && !r.run.Complete
	for _, s := range f.Run.Suites {
		r.suite(s.Name, s.Path)
	}
	for v, err := range f.Walk() {
		if err != nil {
			return nil, err
		}
		if err := r.add(v); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// reader is one Read under way.
type reader struct {
	run      *Run
	partial  bool           // it was merged without some of its parts
	index    map[string]int // of the run's suites, by name
	suites   []*suiteReader
	variants map[string]int // of the run's variants, by name
	times    times          // of one case
}

// suiteReader is what is kept of a suite until all of its cases are read.
type suiteReader struct {
	parts []*part
	index map[string]int // of parts, by variant
	draws Draws          // of all cases
	// variants are the parts of these.
	variants []uint32
}

// suite gives the index of the suite of a name, which it adds where there is
// none.
func (r *reader) suite(name, path string) int {
	i, ok := r.index[name]
	if !ok {
		i = len(r.run.Suites)
		r.index[name] = i
		r.run.Suites = append(r.run.Suites, Suite{Name: name, Path: path})
		r.suites = append(r.suites, &suiteReader{index: map[string]int{}})
	}
	return i
}

// variant gives the index of the run's variant of a name, as suite does.
func (r *reader) variant(name string) int {
	i, ok := r.variants[name]
	if !ok {
		i = len(r.run.Variants)
		r.variants[name] = i
		r.run.Variants = append(r.run.Variants, VariantTotals{Name: name})
	}
	return i
}

// add sums up a case, and counts its answers' sources for the run.
func (r *reader) add(v *record.Visit) error {
	c := newCase(v.CaseResult, r.run.Header.Started)
	r.times.clear()
	for e, err := range v.Exchanges() {
		if err != nil {
			return err
		}
		c.AddAnswer(e)
		if e.Error == nil {
			r.run.countSource(e)
			if e.IsAnswer() {
				r.times.add(e)
			}
		}
	}
	at := r.suite(c.Suite, c.Path)
	s := &r.run.Suites[at]
	s.Totals.Add(c.Totals)
	r.run.Totals.Add(c.Totals)
	r.run.Variants[r.variant(c.Variant)].Totals.Add(c.Totals)
	variant := r.suites[at].add(c, r.times)
	s.marks.add(c, variant)
	return nil
}

// add adds a case of the suite, and gives the index of its variant.
func (s *suiteReader) add(c *Case, took times) int {
	variant, ok := s.index[c.Variant]
	if !ok {
		variant = len(s.parts)
		s.index[c.Variant] = variant
		s.parts = append(s.parts, newPart(c))
	}
	s.parts[variant].add(c, took, len(s.variants))
	s.draws.Add(c)
	s.variants = append(s.variants, uint32(variant))
	return variant
}

// finish makes the numbers that need all cases of a suite.
func (r *reader) finish(corrections Corrections) {
	gates := make([][]string, len(r.run.Suites))
	for _, s := range r.run.Header.Suites {
		gates[r.index[s.Name]] = s.Gates
		r.run.Suites[r.index[s.Name]].Owner = s.Owner
	}
	r.variantLatencies()
	for i := range r.run.Suites {
		s, from := &r.run.Suites[i], r.suites[i]
		if len(from.parts) > 1 {
			s.marks.rows = numbered(from.draws.names)
		}
		from.rates(s)
		all := group(from.parts)
		var correct corrector
		if corrections != nil {
			correct = corrections.of(s.Name)
		}
		s.Numbers = all.numbers()
		correct.correct(all, s.Metrics)
		s.Variants = all.variants(s.Numbers, correct)
		switch plan := r.run.Header.Plan; {
		case r.run.Header.IsShard():
			value := fmt.Sprintf("left to `evalrun merge`: this is shard %d of %d", plan.Shard[0], plan.Shard[1])
			s.Gates, s.Gated = unevaluated(gates[i], record.Skip, value)
		case r.partial:
			s.Gates, s.Gated = unevaluated(gates[i], record.Errored, "not known: shards are missing or were cut short")
		default:
			s.Gates, s.Gated = all.gates(gates[i], s.Numbers, correct)
		}
	}
	r.runRates()
	r.suites = nil
	r.orderVariants()
}

// variantLatencies sums up what the answers of each variant took, over all
// suites.
func (r *reader) variantLatencies() {
	parts := map[string]group{}
	for _, s := range r.suites {
		for _, p := range s.parts {
			parts[p.name] = append(parts[p.name], p)
		}
	}
	for i := range r.run.Variants {
		v := &r.run.Variants[i]
		v.Latency = newLatency(parts[v.Name].times().latencies)
	}
}

// runRates names the cases that the totals of the run and of its variants are of.
func (r *reader) runRates() {
	if len(r.suites) == 1 {
		s := &r.run.Suites[0]
		r.run.Totals.draws = s.Totals.draws
		for _, v := range s.Variants {
			r.run.Variants[r.variants[v.Name]].Totals.draws = v.Totals.draws
		}
		return
	}
	var all Draws
	variants := make([]Draws, len(r.run.Variants))
	for _, from := range r.suites {
		all.join(&from.draws, func(int) bool { return true })
		for j, p := range from.parts {
			variants[r.variants[p.name]].join(&from.draws, func(i int) bool { return int(from.variants[i]) == j })
		}
	}
	r.run.Totals.SetDraws(&all)
	for i := range variants {
		r.run.Variants[i].Totals.SetDraws(&variants[i])
	}
}

// rates returns of which cases the totals of a suite and its variants are, and of
// which draws its metrics.
func (s *suiteReader) rates(suite *Suite) {
	units := s.draws.Units()
	suite.Totals.draws = s.draws.rate(units)
	for j, p := range s.parts {
		p.setDraws(units)
		p.totals.draws = suite.Totals.draws
		if len(s.parts) > 1 {
			var own Draws
			own.join(&s.draws, func(i int) bool { return int(s.variants[i]) == j })
			p.totals.SetDraws(&own)
		}
	}
}

// orderVariants puts the run's variants in the order of the suites, where
// those do not follow each other in the record.
func (r *reader) orderVariants() {
	var ordered []VariantTotals
	for _, s := range r.run.Suites {
		for _, v := range s.Variants {
			if i, ok := r.variants[v.Name]; ok {
				ordered = append(ordered, r.run.Variants[i])
				delete(r.variants, v.Name)
			}
		}
	}
	r.run.Variants = ordered
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

// AddAnswer adds an answer's tokens, latency and cost, and a judge's cost; an
// exchange that has none adds nothing.
func (t *Totals) AddAnswer(e *record.Exchange) {
	if e.Error != nil {
		return
	}
	t.Cost.addAnswer(e)
	if !e.IsAnswer() {
		return
	}
	input, output := e.Tokens()
	t.Input.addCount(input)
	t.Output.addCount(output)
	t.Latency = addDurations(t.Latency, record.Duration(e.LatencyMS))
}

// Add adds the totals of other cases.
func (t *Totals) Add(other Totals) {
	t.Cases.add(other.Cases)
	t.Samples.add(other.Samples)
	t.Requests += other.Requests
	t.Input = t.Input.Plus(other.Input)
	t.Output = t.Output.Plus(other.Output)
	t.Latency = addDurations(t.Latency, other.Latency)
	t.Cost.add(other.Cost)
	t.Comparisons.add(other.Comparisons)
	t.KnownFailures += other.KnownFailures
	t.OffRecording += other.OffRecording
	t.draws = nil
}

// addDurations adds two durations that are not negative, up to the longest.
func addDurations(a, b time.Duration) time.Duration {
	const longest = time.Duration(1<<63 - 1)
	return a + min(b, longest-a)
}
