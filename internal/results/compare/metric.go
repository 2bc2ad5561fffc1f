package compare

import (
	"math"
	"slices"

	"github.com/evalrun/evalrun/internal/decimals"
	"github.com/evalrun/evalrun/internal/results/stats"
)

// newMetrics compares the metrics that both sides of some pair have, counts
// the pairs whose sides measure something else by the same name, and lists what
// no pair has on both sides. Pairs that cannot be compared count for what their
// missing answers could have been.
func newMetrics(pairs, notComparable []pair, opts Options) (metrics map[string]*Metric, redefined map[string]int, lost []lostMetric) {
	metrics, redefined = map[string]*Metric{}, map[string]int{}
	found := map[string]*metricPairs{}
	for _, p := range pairs {
		for i := range p.new.metrics {
			after := &p.new.metrics[i]
			before := p.old.metric(after.name)
			if before == nil || !before.applies() && !after.applies() {
				continue
			}
			if before.isOther(after) {
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
	for _, p := range notComparable {
		for name, m := range found {
			m.addUnanswered(p, name)
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
	better string
	mixed  bool // cases disagree on what is better
	score  bool // between 0 and 1 in every case, as a rubric's
	// old and new are the means of as many samples on either side: with more on
	// one side differences are not symmetric about 0 where nothing changed.
	old, new []float64
	pairs    []pair
	// all are the pairs with those in which a side lacks the metric, and
	// unanswered those in which a side has no answer.
	all, unanswered []metricPair
	missing         Missing
}

// metricPair is a metric on both sides of a pair. noAnswer counts the samples
// that have none.
type metricPair struct {
	pair
	before, after *metricTotal
	noAnswer      Missing
}

func (m *metricPairs) add(p pair, before, after *metricTotal) {
	one := newMetricPair(p, before, after)
	m.all = append(m.all, one)
	m.missing.Base += int(one.before.missing)
	m.missing.New += int(one.after.missing)
	m.mixed = m.mixed || after.better != m.better
	m.addValues(p, one.before, one.after)
}

// newMetricPair takes of samples that were ended early those that the case was
// sure to be asked.
func newMetricPair(p pair, before, after *metricTotal) metricPair {
	if p.byVerdict {
		return metricPair{p, before.surely(), after.surely(), Missing{int(p.old.sureError), int(p.new.sureError)}}
	}
	return metricPair{p, before, after, Missing{int(p.old.error), int(p.new.error)}}
}

// addValues adds the means over as many samples of either side, where there are
// any and their values are known.
func (m *metricPairs) addValues(p pair, before, after *metricTotal) {
	samples := min(before.n, after.n)
	old, okOld := before.meanOf(samples)
	new, okNew := after.meanOf(samples)
	if !okOld || !okNew {
		return
	}
	m.old, m.new, m.pairs = append(m.old, old), append(m.new, new), append(m.pairs, p)
	m.score = m.score && before.share && after.share && isShare(old) && isShare(new)
}

func isShare(x float64) bool { return x >= 0 && x <= 1 }

// compare compares the metric's means. Where cases disagree on what is better
// there is no better side.
func (m *metricPairs) compare(opts Options) *Metric {
	cluster := clustersOf(m.pairs)
	mean := stats.NewMean(m.differences(), cluster)
	found := &Metric{
		Better:     m.better,
		Pairs:      len(m.pairs),
		Of:         len(m.all),
		Missing:    m.missing,
		Base:       m.newMean(m.old, cluster, opts.Alpha),
		New:        m.newMean(m.new, cluster, opts.Alpha),
		Difference: mean.Value,
		mixed:      m.mixed,
		unseen:     mean.Unseen,
	}
	if m.mixed {
		found.Better = ""
	}
	if !m.score {
		found.rise = 2 * m.reach() // to three times what it was: no metric falls by more than all of it
	}
	limit := Interval{math.Inf(-1), math.Inf(1)}
	if m.score {
		limit = Interval{-1, 1}
	}
	var missing []tested
	if found.Better != "" && m.lacks() {
		missing = m.withMissing()
	}
	found.difference = newDifference(mean, m.test(), missing, limit)
	found.PValue = found.difference.p()
	found.PAdjusted = found.PValue
	return found
}

func (m *metricPairs) differences() []float64 {
	d := make([]float64, len(m.old))
	for i := range d {
		d[i] = decimals.Sub(m.new[i], m.old[i])
	}
	return d
}

// test is the difference with its interval. Some of all the cases there are may
// differ by reach otherwise than any that was seen.
func (m *metricPairs) test() tested {
	d, cluster := m.differences(), clustersOf(m.pairs)
	if m.score {
		return stats.NewRateDifference(d, cluster)
	}
	return stats.NewMeanDifference(d, cluster, m.reach())
}

// reach is how much a case may differ that was not seen: a score by all of 1, another
// metric by as much as it is large.
func (m *metricPairs) reach() float64 {
	if m.score {
		return 1
	}
	return max(abs(stats.NewMean(m.old, nil).Value), abs(stats.NewMean(m.new, nil).Value))
}

func (m *metricPairs) newMean(values []float64, cluster []int, alpha float64) Mean {
	mean := stats.NewMean(values, cluster)
	if !mean.Enough() {
		return Mean{Value: mean.Value}
	}
	interval := mean.MetricInterval(slices.Min(values), slices.Max(values), alpha)
	if m.score {
		interval = stats.ShareInterval(mean, alpha)
	}
	return Mean{Value: mean.Value, Low: finite(interval.Low), High: finite(interval.High)}
}
