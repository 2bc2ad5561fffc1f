package compare

import (
	"math"

	"github.com/evalrun/evalrun/internal/decimals"
	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/record"
)

// caseSamples is a case in a variant: the numbers of its samples. A comparison holds
// two for each case, 200,000 and more, so that what cases have in common
// is in memory once.
type caseSamples struct {
	*suiteVariant
	name    string
	line    int32
	cluster string
	questionID
	counts
	request
	answer uint64 // hash of the first answer's id
	// refused is why a case has no answer; "" where it has one.
	refused string
	spent
	metrics []metricTotal
	anew    *anew // nil where it was judged by its own assertions
}

// questionID is what makes a case the same question in two runs, as hashes. It
// is known in parts, or, of records that lack these, only as a whole.
type questionID struct {
	digest uint64 // of the whole
	row    uint64 // of the row of the data set; 0 where there is none
	// asserted is of what is asserted as it is written, 0 where that is not
	// known; reads is of what assertions read: files, variables, rubrics with
	// their variables filled in.
	asserted, reads uint64
}

// suiteVariant is what the cases of a suite in one variant have in common.
type suiteVariant struct {
	suite, variant, path string
	axes                 map[string]string
	flights              summary.Flights // while the side is read
}

func (u *caseSamples) id() record.ID {
	return record.ID{Suite: u.suite, Case: u.name, Variant: u.variant}
}

// counts are the samples of a case by outcome, and how many there were to be.
type counts struct {
	times, need       int32
	pass, fail, error int32
	sureError         int32 // of error, those of samples that the case was sure to be asked
	stopped           bool  // ended once the case was decided
	skipped           bool
}

// answered counts the samples that say something of the model.
func (c *counts) answered() int { return int(c.pass + c.fail) }

// all counts the samples that were to have an outcome.
func (c *counts) all() int { return int(c.pass + c.fail + c.error) }

// share is the share of the answered samples that passed.
func (c *counts) share() float64 { return float64(c.pass) / float64(c.answered()) }

// outcome is what became of the case: record.Pass, Fail, Errored or Skip.
func (c *counts) outcome() string {
	if c.skipped {
		return record.Skip
	}
	if decided := c.decided(); decided != "" {
		return decided
	}
	return record.Errored
}

// decided is the verdict over the case that no further sample can change; ""
// where there is none.
func (c *counts) decided() string {
	return summary.Decide(int(c.times), int(c.need), int(c.pass), int(c.fail))
}

// sure is how many samples are asked however they come out, where a case that
// is decided is asked no more: as few as decide it.
func (c *counts) sure() int32 { return min(c.required(), c.times-c.required()+1) }

// required is how many of the samples must pass.
func (c *counts) required() int32 {
	if c.need < 1 || c.need > c.times {
		return c.times
	}
	return c.need
}

// spent is what the answered samples of a case took: cost and tokens a sample,
// latency an answer. Judges are apart.
type spent struct {
	cost, judges, latency, input, output total
	// bill is what all answers cost, judges' and those of samples without an
	// outcome too; unpriced counts those whose cost is not known, and uncounted
	// those that are no judge's and whose tokens are not.
	bill                float64
	unpriced, uncounted int32
}

// total is a sum of n numbers, as decimals.
type total struct {
	sum float64
	n   int32
}

// totalOf is the total of n numbers with this mean.
func totalOf(mean float64, n int32) total {
	var sum decimals.Sum
	sum.AddTimes(mean, float64(n))
	return total{sum.Float(), n}
}

func (t *total) add(x float64) { *t = t.plus(total{x, 1}) }

func (t total) plus(other total) total {
	if t.n == 0 || other.n == 0 {
		return total{t.sum + other.sum, t.n + other.n}
	}
	return total{decimals.Add(t.sum, other.sum), t.n + other.n}
}

// mean is the mean; it reports false where there is nothing to take it of.
func (t total) mean() (float64, bool) {
	if t.n < 2 {
		return t.sum, t.n > 0
	}
	var sum decimals.Sum
	sum.Add(t.sum)
	return sum.Over(int(t.n)), true
}

// metricTotal is a metric of a case over its samples. Baselines of old hold no
// values. missing counts the answers that have none.
type metricTotal struct {
	*metricKind
	total
	values  []float64
	missing int32
	// sure counts the values of the samples that the case was sure to be asked,
	// which are the first, and sureMissing those that are missing in these.
	sure, sureMissing int32
}

// applies reports whether some answer has a value or was to have one.
func (m *metricTotal) applies() bool { return m.n > 0 || m.missing > 0 }

func (m *metricTotal) addValue(x float64) {
	m.add(x)
	m.values = append(m.values, x)
}

// mean is the mean of the values, or that of a baseline.
func (m *metricTotal) mean() (float64, bool) {
	if len(m.values) > 0 {
		return decimals.Mean(m.values), true
	}
	return m.total.mean()
}

// meanOf is the mean of the first n values. It reports false where there is
// none, or the values are not known one by one.
func (m *metricTotal) meanOf(n int32) (float64, bool) {
	switch {
	case n == m.n:
		return m.mean()
	case n < 1 || len(m.values) < int(n):
		return 0, false
	}
	return decimals.Mean(m.values[:n]), true
}

// surely is the metric over the samples that the case was sure to be asked,
// however they came out.
func (m *metricTotal) surely() *metricTotal {
	out := &metricTotal{metricKind: m.metricKind, missing: m.sureMissing, sure: m.sure, sureMissing: m.sureMissing}
	for _, x := range m.values[:min(len(m.values), int(m.sure))] {
		out.addValue(x)
	}
	return out
}

// metricKind is a metric's name, which side of it is better, the hash of the
// expression that it measures, 0 where that is not known, and whether it lies
// between 0 and 1.
type metricKind struct {
	name, better string
	expr         uint64
	share        bool
}

func (u *caseSamples) metric(name string) *metricTotal {
	for i := range u.metrics {
		if u.metrics[i].name == name {
			return &u.metrics[i]
		}
	}
	return nil
}

// largest bounds metrics and amounts: the square of a larger number, summed
// over a record, is not finite.
const largest = 1e140

func isAmount(x float64) bool { return x >= 0 && x <= largest }

func isMetric(x float64) bool { return math.Abs(x) <= largest }
