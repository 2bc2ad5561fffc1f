package summary

import (
	"maps"
	"math"
	"slices"

	"github.com/evalrun/evalrun/internal/stats"
	"github.com/evalrun/evalrun/record"
)

// Metric is a metric over cases. The unit is the case: its value is the mean
// over its samples that have one. Samples of one case tell less than as many
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
	// Interval is the 95 % interval of the mean: Student's t over the cases,
	// over the draws where cases share a cluster. The variants of one case
	// are one draw. It is nil where fewer than two draws leave it unknown.
	Interval *Interval
	// Errors counts the samples of which the metric could not be taken, and
	// Error is what was wrong with the first of them.
	Errors int
	Error  string
}

// Interval is a 95 % interval, both ends included.
type Interval struct{ Low, High float64 }

// largestMetric bounds a metric's value: sums of squares must stay finite.
const largestMetric = 1e100

// metrics sums up every metric of the group, by name.
func (g group) metrics() []Metric {
	sums := map[string]*metricSum{}
	clusters := map[string]int{}
	for _, c := range g.cases {
		cluster := clusterOf(c, clusters)
		for name, value := range caseMetrics(c, sums) {
			sums[name].values = append(sums[name].values, value)
			sums[name].clusters = append(sums[name].clusters, cluster)
		}
	}
	var out []Metric
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		out = append(out, sums[name].metric(name))
	}
	return out
}

// clusterOf numbers the draw that a case belongs to.
func clusterOf(c *Case, numbers map[string]int) int {
	key := "cluster\x00" + c.Cluster
	if c.Cluster == "" {
		key = "case\x00" + c.Case.Case
	}
	n, ok := numbers[key]
	if !ok {
		n = len(numbers)
		numbers[key] = n
	}
	return n
}

// metricSum is what is known of one metric.
type metricSum struct {
	better   map[string]bool
	values   []float64 // of each case
	clusters []int
	errors   int
	err      string
}

func sumOf(sums map[string]*metricSum, name string) *metricSum {
	s, ok := sums[name]
	if !ok {
		s = &metricSum{better: map[string]bool{}}
		sums[name] = s
	}
	return s
}

// caseMetrics gives the means of a case's metrics over its samples, and notes
// what else is known of them in sums.
func caseMetrics(c *Case, sums map[string]*metricSum) map[string]float64 {
	for name, m := range c.Metrics {
		sumOf(sums, name).better[m.Better] = true
	}
	totals, counts := map[string]float64{}, map[string]int{}
	for i := range c.Samples {
		s := &c.Samples[i]
		for name, reason := range s.MetricErrors {
			sumOf(sums, name).fail(reason)
		}
		for name, value := range s.Metrics {
			sum := sumOf(sums, name)
			switch {
			case s.Outcome == record.Errored || s.Outcome == record.Skip:
			case !(math.Abs(value) <= largestMetric):
				sum.fail("the value is out of range")
			default:
				totals[name] += value
				counts[name]++
			}
		}
	}
	for name, n := range counts {
		totals[name] /= float64(n)
	}
	return totals
}

func (s *metricSum) fail(reason string) {
	if s.errors == 0 {
		s.err = reason
	}
	s.errors++
}

func (s *metricSum) metric(name string) Metric {
	out := Metric{Name: name, Cases: len(s.values), Errors: s.errors, Error: s.err}
	if len(s.better) == 1 {
		for out.Better = range s.better {
		}
	}
	if len(s.values) == 0 {
		return out
	}
	mean := stats.NewMean(s.values, s.clusters)
	out.Mean = mean.Value
	if iv := mean.Interval(alpha); mean.Units > 1 {
		out.Interval = &Interval{Low: iv.Low, High: iv.High}
	}
	slices.Sort(s.values)
	out.P50, out.P95 = stats.Percentile(s.values, 50), stats.Percentile(s.values, 95)
	out.Min, out.Max = s.values[0], s.values[len(s.values)-1]
	return out
}
