package summary

import (
	"maps"
	"math"
	"slices"

	"github.com/evalrun/evalrun/internal/decimals"
	"github.com/evalrun/evalrun/internal/results/stats"
	"github.com/evalrun/evalrun/record"
)

// Metric is a metric over cases. The unit is the case: its value is the mean
// over its samples that have one. Samples of one case are worth less than as many
// cases would, and are never counted as units.
type Metric struct {
	Name string
	// Better is lower or higher where one of them is better for all cases,
	// else "".
	Better string
	// Cases is the number of cases that have a value. Where it is 0, so are
	// the numbers below.
	Cases              int
	Mean               float64
	P50, P95, Min, Max float64
	// Interval is the 95 % interval of the mean over the cases, or over the draws
	// where some of them are one (Draws): stats.ShareInterval where the values lie
	// between 0 and 1, as a rubric's scores do, else stats.Mean's, which does not
	// go beyond 0 where no value does. It is nil where it is not known: the draws
	// are too few or too unequal, or nothing varies.
	Interval *Interval
	Coverage
	// Classification is nil where the metric compares no classes. Its accuracy is
	// Mean.
	Classification *Classification
	// Corrected is the rate of the rubric whose score the metric is, by people's
	// labels; nil where none were given.
	Corrected *Correction
}

// Interval is a 95 % interval, both ends included.
type Interval struct{ Low, High float64 }

// largestMetric bounds a metric's value: sums of squares must stay finite.
const largestMetric = 1e100

// metricSum is what is known of one metric in one variant.
type metricSum struct {
	better map[string]bool
	share  bool      // between 0 and 1, in every case
	values []float64 // of each case that has one
	// at is for each value which of the part's measured cases it is of; nil
	// where it is of the first, the second and so on, as it mostly is.
	at       []uint32
	coverage coverage
	classes  *classSum // nil where it is no classification
}

// sum gives what is known of the metric of a name.
func (p *part) sum(name string) *metricSum {
	s, ok := p.metrics[name]
	if !ok {
		s = &metricSum{better: map[string]bool{}, share: true}
		p.metrics[name] = s
	}
	return s
}

// addMetrics adds the means of a case's metrics over its samples.
func (p *part) addMetrics(c *Case, number int) {
	for name, m := range c.Metrics {
		sum := p.sum(name)
		sum.better[m.Better] = true
		sum.share = sum.share && m.IsShare(name)
		if m.IsClassification() {
			sum.addClasses(c, number, name, &m)
		}
	}
	totals, counts := map[string]*decimals.Sum{}, map[string]int{}
	for j := range c.Samples {
		s := &c.Samples[j]
		for name, value := range s.Metrics {
			if s.Outcome == record.Errored || s.Outcome == record.Skip {
				continue
			}
			sum := p.sum(name)
			if !(math.Abs(value) <= largestMetric) {
				sum.coverage.miss(c, s, "the value is out of range")
				continue
			}
			sum.coverage.samples++
			if totals[name] == nil {
				totals[name] = new(decimals.Sum)
			}
			totals[name].Add(value)
			counts[name]++
		}
		p.addMissing(c, s)
	}
	if len(counts) == 0 {
		return
	}
	for name, n := range counts {
		p.metrics[name].add(totals[name].Over(n), len(p.draws))
	}
	p.draws = append(p.draws, uint64(number))
}

// add adds the value of a measured case.
func (s *metricSum) add(value float64, at int) {
	if s.at == nil && at != len(s.values) {
		s.at = make([]uint32, len(s.values), len(s.values)+1)
		for i := range s.at {
			s.at[i] = uint32(i)
		}
	}
	if s.at != nil {
		s.at = append(s.at, uint32(at))
	}
	s.values = append(s.values, value)
}

// drawsOf gives the draw of each value, of the draws of the measured cases.
func (s *metricSum) drawsOf(draws []uint64) []uint64 {
	if s.at == nil {
		return draws[:len(s.values)]
	}
	out := make([]uint64, len(s.at))
	for i, at := range s.at {
		out[i] = draws[at]
	}
	return out
}

// measuredMetric is a metric with the draws that its values belong to.
type measuredMetric struct {
	metricSum
	draws []uint64
}

// join adds what is known of the metric in a variant, with the draws of its
// measured cases.
func (s *measuredMetric) join(other *metricSum, draws []uint64) {
	for better := range other.better {
		s.better[better] = true
	}
	s.share = s.share && other.share
	s.values, s.draws = append(s.values, other.values...), append(s.draws, other.drawsOf(draws)...)
	s.coverage.join(&other.coverage)
	if other.classes != nil {
		if s.classes == nil {
			s.classes = newClassSum()
		}
		s.classes.join(other.classes)
	}
}

// metrics sums up every metric of the group, by name.
func (g group) metrics() []Metric {
	names := map[string]bool{}
	for _, p := range g {
		for name := range p.metrics {
			names[name] = true
		}
	}
	var out []Metric
	for _, name := range slices.Sorted(maps.Keys(names)) {
		out = append(out, g.measured(name).metric(name))
	}
	return out
}

// measured gives what is known of the metric of a name; a variant's own where
// the group is one, which is not copied.
func (g group) measured(name string) *measuredMetric {
	if len(g) == 1 {
		sum := g[0].metrics[name]
		return &measuredMetric{*sum, sum.drawsOf(g[0].draws)}
	}
	all := &measuredMetric{metricSum: metricSum{better: map[string]bool{}, share: true}}
	for _, p := range g {
		if sum := p.metrics[name]; sum != nil {
			all.join(sum, p.draws)
		}
	}
	return all
}

// metric makes the numbers.
func (s *measuredMetric) metric(name string) Metric {
	out := Metric{Name: name, Cases: len(s.values), Coverage: s.coverage.result()}
	if len(s.better) == 1 {
		for out.Better = range s.better {
		}
	}
	if s.classes != nil {
		out.Classification = s.classes.classification()
	}
	if len(s.values) == 0 {
		return out
	}
	mean := stats.NewMean(s.values, clustersOf(s.draws))
	sorted := slices.Clone(s.values) // which stand beside their draws
	slices.Sort(sorted)
	out.P50, out.P95 = stats.Percentile(sorted, 50), stats.Percentile(sorted, 95)
	out.Min, out.Max = sorted[0], sorted[len(sorted)-1]
	out.Mean = mean.Value
	out.Interval = s.interval(mean, out.Min, out.Max)
	return out
}

// interval is the interval of the metric's mean; nil where it is not known.
func (s *measuredMetric) interval(mean stats.Mean, least, most float64) *Interval {
	var iv stats.Interval
	switch share := s.share && least >= 0 && most <= 1; {
	case share && mean.Known():
		iv = stats.ShareInterval(mean, alpha)
	case share || !mean.Enough() || !mean.Varies():
		return nil
	default:
		iv = mean.MetricInterval(least, most, alpha)
		if least >= 0 {
			iv.Low = max(iv.Low, 0)
		}
		if most <= 0 {
			iv.High = min(iv.High, 0)
		}
	}
	return &Interval{Low: iv.Low, High: iv.High}
}

// clustersOf numbers draws; nil where each is another one.
func clustersOf(hashes []uint64) []int {
	draws := numbered(hashes)
	if draws == nil {
		return nil
	}
	out := make([]int, len(draws))
	for i, n := range draws {
		out[i] = int(n)
	}
	return out
}
