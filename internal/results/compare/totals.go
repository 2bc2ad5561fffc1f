package compare

import (
	"github.com/evalrun/evalrun/internal/decimals"
	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/record"
)

// Totals sum a whole side up: all of its cases, compared or not.
type Totals struct {
	Cases   Counts `json:"cases"`
	Samples Counts `json:"samples"`
	// CostUSD is what all answers cost, JudgesUSD the part of it that is of
	// judges'. They are nil where Unpriced answers are of unknown cost.
	CostUSD   *float64 `json:"cost_usd"`
	JudgesUSD *float64 `json:"judges_usd"`
	Unpriced  int      `json:"unpriced"`
	// LatencyMS is the mean of all answers; nil where there are none.
	LatencyMS *float64 `json:"latency_ms"`
	// The tokens are nil where Uncounted answers do not say theirs.
	InputTokens  *float64 `json:"input_tokens"`
	OutputTokens *float64 `json:"output_tokens"`
	Uncounted    int      `json:"uncounted"`
	// Metrics are means over cases, and Coverage is the share of the samples
	// that have a value, of those that were to have one.
	Metrics  map[string]float64 `json:"metrics"`
	Coverage map[string]float64 `json:"coverage"`
}

// Counts counts by outcome. PassRate is over passes and fails alone; of
// PassRateOfAll errors are a part, as of the rates in gates. Skips are no part of
// either, and what is of nothing is nil.
type Counts struct {
	Pass     int      `json:"pass"`
	Fail     int      `json:"fail"`
	Error    int      `json:"error"`
	Skip     int      `json:"skip"`
	PassRate *float64 `json:"pass_rate"`

	PassRateOfAll *float64 `json:"pass_rate_of_all"`
}

func (c *Counts) rate() {
	if n := c.Pass + c.Fail; n > 0 {
		rate := float64(c.Pass) / float64(n)
		c.PassRate = &rate
	}
	if n := c.Pass + c.Fail + c.Error; n > 0 {
		rate := float64(c.Pass) / float64(n)
		c.PassRateOfAll = &rate
	}
}

func (c *Counts) count(outcome string) {
	switch outcome {
	case record.Pass:
		c.Pass++
	case record.Fail:
		c.Fail++
	case record.Skip:
		c.Skip++
	default:
		c.Error++
	}
}

// newTotals sums units up.
func newTotals(units []*caseSamples) Totals {
	t := Totals{Metrics: map[string]float64{}, Coverage: map[string]float64{}}
	var latency, input, output total
	cost, judges := 0.0, 0.0
	covered, metrics, cases := map[string]*total{}, map[string]*decimals.Sum{}, map[string]int{}
	for _, u := range units {
		t.Cases.count(u.outcome())
		t.Samples.Pass += int(u.pass)
		t.Samples.Fail += int(u.fail)
		t.Samples.Error += int(u.error)
		cost = summary.AddUSD(cost, u.bill)
		judges = summary.AddUSD(judges, u.judges.sum)
		t.Unpriced += int(u.unpriced)
		latency = latency.plus(u.latency)
		t.Uncounted += int(u.uncounted)
		input, output = input.plus(u.input), output.plus(u.output)
		for _, m := range u.metrics {
			if metrics[m.name] == nil {
				metrics[m.name], covered[m.name] = new(decimals.Sum), new(total)
			}
			if mean, ok := m.mean(); ok {
				metrics[m.name].Add(mean)
				cases[m.name]++
			}
			*covered[m.name] = covered[m.name].plus(total{float64(m.n), m.n + m.missing + u.error})
		}
	}
	t.Cases.rate()
	t.Samples.rate()
	if t.Unpriced == 0 {
		t.CostUSD, t.JudgesUSD = &cost, &judges
	}
	if t.Uncounted == 0 {
		t.InputTokens, t.OutputTokens = &input.sum, &output.sum
	}
	if mean, ok := latency.mean(); ok {
		t.LatencyMS = &mean
	}
	for name, m := range metrics {
		if cases[name] > 0 {
			t.Metrics[name] = m.Over(cases[name])
		}
		if share, ok := covered[name].mean(); ok {
			t.Coverage[name] = share
		}
	}
	return t
}
