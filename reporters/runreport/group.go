package runreport

import (
	"fmt"
	"math"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
)

// group is the numbers of cases that belong together: a variant's, a suite's
// or all of a run.
type group struct {
	// name is the variant's or suite's, not yet safe to show; "" where there
	// is none.
	Name    string
	Totals  summary.Totals
	Latency summary.Latency
}

// p50 is the median of what the answers took, - where that is not known.
func (g group) p50() string {
	if g.Latency.P50 == 0 {
		return "-"
	}
	return numbers.Duration(g.Latency.P50)
}

func (g group) cost() cost { return cost(g.Totals.Cost) }

// cost is what the answers of a group cost.
type cost summary.Cost

// String writes the cost for a cell: $0.0021, at least $1.20 where the cost of
// some answers is not known, and - where that of none is.
func (c cost) String() string {
	switch {
	case c.Known == 0:
		return "-"
	case c.Unknown > 0:
		return "at least " + numbers.Dollars(c.USD)
	}
	return numbers.Dollars(c.USD)
}

// amount is one of the cost's sums in US dollars, to 12 decimals, or nil where
// the cost is not known of each answer.
func (c cost) amount(usd float64) *float64 {
	if c.Known == 0 || c.Unknown > 0 {
		return nil
	}
	usd = math.Round(usd*1e12) / 1e12
	return &usd
}

// variantGroups are the numbers of each variant of the run.
func variantGroups(run *summary.Run) []group {
	var groups []group
	for _, v := range run.Variants {
		groups = append(groups, group(v))
	}
	return groups
}

// passRate writes the share of cases that passed with its interval: 85 %
// (71–93 %), 85 % (unknown) where that is not known, or - where none was asked.
func passRate(t summary.Totals) string {
	rate := t.Rate()
	switch {
	case rate == nil:
		return "-"
	case rate.Interval == nil:
		return numbers.Percent(rate.Value) + " (" + unknown + ")"
	}
	return fmt.Sprintf("%s (%s)", numbers.Percent(rate.Value), numbers.PercentRange(rate.Interval.Low, rate.Interval.High))
}

// unknown is written for an interval of which too little is known.
const unknown = "unknown"
