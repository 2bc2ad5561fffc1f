package compare

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/evalrun/evalrun/record"
)

// sampledCase is a case with its answered samples one by one.
type sampledCase struct {
	*caseSamples
	passed []bool
	// values are those of the unit's metrics, sample by sample; NaN where a
	// sample has none.
	values [][]float64
}

// sampled gives the cases that have two answered samples or more. Those that
// were ended early are left out: how many samples they have depends on how
// these came out.
func (s *Side) sampled() ([]sampledCase, error) {
	var cases []sampledCase
	place := map[record.ID]int{}
	for _, u := range s.cases {
		if u.answered() < 2 || u.stopped {
			continue
		}
		c := sampledCase{caseSamples: u, passed: make([]bool, 0, u.answered())}
		if s.file == nil {
			c.passed = c.passed[:u.answered()]
			for i := range u.pass {
				c.passed[i] = true
			}
		} else {
			place[u.id()] = len(cases)
		}
		cases = append(cases, c)
	}
	if s.file == nil {
		return cases, nil
	}
	for result, err := range s.file.Cases() {
		if err != nil {
			return nil, fmt.Errorf("record %s: %w", s.Name, err)
		}
		if i, ok := place[result.Case.ID()]; ok {
			cases[i].add(result.Samples)
		}
	}
	return cases, nil
}

// add adds the samples that say something of the model.
func (c *sampledCase) add(samples []record.Sample) {
	for _, s := range samples {
		if s.Outcome != record.Pass && s.Outcome != record.Fail {
			continue
		}
		values := make([]float64, len(c.metrics))
		for i, m := range c.metrics {
			value, ok := s.Metrics[m.name]
			if !ok || !isMetric(value) {
				value = math.NaN()
			}
			values[i] = value
		}
		c.passed = append(c.passed, s.Outcome == record.Pass)
		c.values = append(c.values, values)
	}
}

// halves draws two halves of the samples; an odd one is left out.
func (c *sampledCase) halves(random *rand.Rand) (*caseSamples, *caseSamples) {
	size := len(c.passed) / 2
	order := random.Perm(len(c.passed))
	return c.half(order[:size]), c.half(order[size : 2*size])
}

// half is a unit of some of the samples.
func (c *sampledCase) half(samples []int) *caseSamples {
	u := &caseSamples{suiteVariant: c.suiteVariant, name: c.name, counts: counts{times: int32(len(samples)), need: int32(len(samples))}}
	for _, i := range samples {
		if c.passed[i] {
			u.pass++
		} else {
			u.fail++
		}
	}
	if c.values == nil {
		return u
	}
	u.metrics = make([]metricTotal, len(c.metrics))
	for m := range u.metrics {
		u.metrics[m].metricKind = c.metrics[m].metricKind
		for _, i := range samples {
			if value := c.values[i][m]; !math.IsNaN(value) {
				u.metrics[m].addValue(value)
			}
		}
	}
	return u
}

// enough says that a half has the share of passes that the case needs.
func (c *sampledCase) enough(half *caseSamples) bool {
	return int(half.pass)*int(c.times) >= int(c.required())*half.answered()
}
