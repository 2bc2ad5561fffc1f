package compare

import (
	"slices"

	"github.com/evalrun/evalrun/internal/decimals"
	"github.com/evalrun/evalrun/internal/results/stats"
)

// newMetrics compares the metrics that both sides of some pair have, counts
// the pairs whose sides measure something else by the same name, and lists what
// no pair has on both sides.
func newMetrics(pairs []pair, opts Options) (metrics map[string]*Metric, redefined map[string]int, lost []lostMetric) {
	metrics, redefined = map[string]*Metric{}, map[string]int{}
	found := map[string]*metricPairs{}
	for _, p := range pairs {
		for i := range p.new.metrics {
			after := &p.new.metrics[i]
			before := p.old.metric(after.name)
			if before == nil || !before.applies() && !after.applies() {
				continue
			}
			if before.expr != after.expr && before.expr != 0 && after.expr != 0 {
				redefined[after.name]++
				continue
			}
			m := found[after.name]
			if m == nil {
				m = &metricPairs{better: after.better, score: true}
				found[after.name] = m
			}
			m.add(p, before, after)
		}
	}
	for _, name := range sortedKeys(found) {
		if m := found[name]; len(m.pairs) > 0 {
			metrics[name] = m.compare(opts)
		} else {
			lost = append(lost, lostMetric{name, m.missing})
		}
	}
	return metrics, redefined, lost
}

// lostMetric is one that no pair has on both sides.
type lostMetric struct {
	name    string
	missing Missing
}

// metricPairs are the pairs that have a metric on both sides.
type metricPairs struct {
	better   string
	mixed    bool // cases disagree on what is better
	score    bool // between 0 and 1 in every case, as a rubric's
	old, new []float64
	pairs    []pair
	// tested are the differences of the means of as many samples on either
	// side. With more on one side differences are not symmetric about 0 where
	// nothing changed, and the test would find what is not there.
	tested []float64
	// all are the pairs with those in which a side lacks the metric.
	all     []metricPair
	missing Missing
}

// metricPair is a metric on both sides of a pair.
type metricPair struct {
	pair
	before, after *metricTotal
}

func (m *metricPairs) add(p pair, before, after *metricTotal) {
	m.all = append(m.all, metricPair{p, before, after})
	m.missing.Base += int(before.missing)
	m.missing.New += int(after.missing)
	m.mixed = m.mixed || after.better != m.better
	if before.n > 0 && after.n > 0 {
		m.addValues(p, before, after)
	}
}

func (m *metricPairs) addValues(p pair, before, after *metricTotal) {
	old, _ := before.mean()
	new, _ := after.mean()
	m.old, m.new, m.pairs = append(m.old, old), append(m.new, new), append(m.pairs, p)
	samples := min(before.n, after.n)
	m.tested = append(m.tested, decimals.Sub(after.meanOf(samples), before.meanOf(samples)))
	m.score = m.score && before.share && after.share && isShare(old) && isShare(new)
}

func isShare(x float64) bool { return x >= 0 && x <= 1 }

// compare compares the metric's means. Where cases disagree on what is better
// there is no better side.
func (m *metricPairs) compare(opts Options) *Metric {
	cluster := clustersOf(m.pairs)
	d := make([]float64, len(m.old))
	for i := range d {
		d[i] = decimals.Sub(m.new[i], m.old[i])
	}
	mean := stats.NewMean(d, cluster)
	found := &Metric{
		Better:     m.better,
		Pairs:      len(d),
		Of:         len(m.all),
		Missing:    m.missing,
		Base:       m.newMean(m.old, cluster, opts.Alpha),
		New:        m.newMean(m.new, cluster, opts.Alpha),
		Difference: mean.Value,
		PValue:     m.p(mean.Value, cluster),
		MDE:        detectable(mean.Units, mean.Detectable(opts.Alpha, power), opts),
		mixed:      m.mixed,
	}
	found.PAdjusted = found.PValue
	found.bound(mean, d, m.score, opts)
	if m.score {
		found.withinScores()
	}
	if m.mixed {
		found.Better = ""
	}
	if found.Better != "" && m.missing != (Missing{}) {
		found.worst = m.worst().compare(opts)
	}
	return found
}

// p tests the difference. One that has another sign where as many samples are
// taken on either side is no finding.
func (m *metricPairs) p(difference float64, cluster []int) float64 {
	if stats.NewMean(m.tested, nil).Value*difference <= 0 {
		return 1
	}
	return stats.SignFlip(m.tested, cluster, seed)
}

// bound sets the interval. Where most cases differ by the same, as where most
// do not differ, some of all there are may still differ otherwise than any that
// was seen; where all do, by as much as the metric is large, a score by all of 1.
func (m *Metric) bound(mean stats.Mean, d []float64, score bool, opts Options) {
	interval := mean.Interval(opts.Alpha)
	if mostAreEqual(d) {
		m.hidden = stats.Unseen(mean.Units, opts.Alpha)
	}
	if mean.SE == 0 {
		half := m.hidden
		if !score {
			half *= max(abs(m.Base.Value), abs(m.New.Value))
		}
		interval = stats.Interval{Low: mean.Value - half, High: mean.Value + half}
	}
	m.Interval = Interval{interval.Low, interval.High}
}

// mostAreEqual reports whether more than half of the numbers are one and the
// same, which is then their median.
func mostAreEqual(d []float64) bool {
	median := slices.Sorted(slices.Values(d))[len(d)/2]
	equal := 0
	for _, x := range d {
		if x == median {
			equal++
		}
	}
	return 2*equal > len(d)
}

// withinScores cuts off what no difference of two scores can be. That leaves
// out no true difference, so that the interval holds it as often as before.
func (m *Metric) withinScores() {
	interval := stats.Interval{Low: m.Interval[0], High: m.Interval[1]}.Clip(-1, 1)
	m.Interval = Interval{interval.Low, interval.High}
	if m.MDE != nil {
		*m.MDE = min(*m.MDE, 1)
	}
}

func (m *metricPairs) newMean(values []float64, cluster []int, alpha float64) Mean {
	mean := stats.NewMean(values, cluster)
	interval := mean.Interval(alpha)
	if m.score {
		interval = stats.ScoreInterval(mean, alpha)
	}
	return Mean{Value: mean.Value, Low: finite(interval.Low), High: finite(interval.High)}
}
