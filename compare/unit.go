package compare

import (
	"math"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/summary"
)

// unit is a case in a variant: the numbers of its samples. A run of 100,000
// cases holds as many, so that texts which cases share are held once.
type unit struct {
	id      record.ID
	axes    map[string]string // shared by the cases of a variant
	path    string
	line    int
	cluster string
	digest  string // short
	counts
	request []field
	key     uint64 // hash of the request's key
	answer  uint64 // hash of the first answer's id
	model   string
	// refused is why a case has no answer; "" where it has one.
	refused string
	spent
	metrics []metricTotal
}

// counts are the samples of a case by outcome, and how many there were to be.
type counts struct {
	times, need       int
	pass, fail, error int
	stopped           bool // ended once the case was decided
	skipped           bool
}

// spent is what the samples of a case took.
type spent struct {
	cost, latency, input, output total
}

// total is a sum of n numbers.
type total struct {
	sum float64
	n   int
}

func (t *total) add(x float64) { t.sum, t.n = t.sum+x, t.n+1 }

// mean is the mean; it reports false where there is nothing to take it of.
func (t total) mean() (float64, bool) {
	return t.sum / float64(max(t.n, 1)), t.n > 0
}

// metricTotal is a metric of a case over its samples.
type metricTotal struct {
	name, better string
	total
}

func (u *unit) metric(name string) *metricTotal {
	for i := range u.metrics {
		if u.metrics[i].name == name {
			return &u.metrics[i]
		}
	}
	return nil
}

// largest bounds metrics: the square of a larger number, summed over a record,
// is not finite.
const largest = 1e140

func (u *unit) addMetric(name string, value float64) {
	if math.Abs(value) > largest {
		return
	}
	m := u.metric(name)
	if m == nil { // the case's line does not name it
		u.metrics = append(u.metrics, metricTotal{name: name})
		m = &u.metrics[len(u.metrics)-1]
	}
	m.add(value)
}

// answered counts the samples that say something of the model.
func (c *counts) answered() int { return c.pass + c.fail }

// share is the share of the answered samples that passed.
func (c *counts) share() float64 { return float64(c.pass) / float64(c.answered()) }

// outcome is what became of the case: record.Pass, Fail, Errored or Skip.
func (c *counts) outcome() string {
	if c.skipped {
		return record.Skip
	}
	if decided := summary.Decide(c.times, c.need, c.pass, c.fail); decided != "" {
		return decided
	}
	return record.Errored
}
