package reporters

import (
	"fmt"
	"math"
	"strconv"

	"github.com/evalrun/evalrun/summary"
)

// group is the numbers of cases that belong together: a variant's, a suite's
// or all of a run.
type group struct {
	// name is the variant's, not yet safe to show; "" where there is none.
	name   string
	totals summary.Totals
	cost   cost
}

// cost is what the answers of a group cost.
type cost summary.Cost

func (c *cost) add(o summary.Cost) {
	c.USD += o.USD
	c.Judges += o.Judges
	c.Spent += o.Spent
	c.Known += o.Known
	c.Unknown += o.Unknown
}

// String writes the cost for a cell: $0.0021, at least $1.20 where the cost of
// some answers is not known, and - where that of none is.
func (c cost) String() string {
	switch {
	case c.Known == 0:
		return "-"
	case c.Unknown > 0:
		return "at least " + dollars(c.USD)
	}
	return dollars(c.USD)
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

func (g *group) add(c *summary.Case) {
	countOutcome(&g.totals.Cases, c.Outcome)
	g.totals.Samples.Pass += c.Totals.Samples.Pass
	g.totals.Samples.Fail += c.Totals.Samples.Fail
	g.totals.Samples.Error += c.Totals.Samples.Error
	g.totals.Samples.Skip += c.Totals.Samples.Skip
	g.totals.Requests += c.Totals.Requests
	g.totals.InputTokens += c.Totals.InputTokens
	g.totals.OutputTokens += c.Totals.OutputTokens
	g.totals.Latency += c.Totals.Latency
	g.cost.add(c.Totals.Cost)
}

// variantGroups are the numbers of each variant of the suites, in the order
// of their first case.
func variantGroups(suites ...summary.Suite) []group {
	var groups []group
	index := map[string]int{}
	for s := range suites {
		for i := range suites[s].Cases {
			c := &suites[s].Cases[i]
			at, ok := index[c.Variant]
			if !ok {
				at = len(groups)
				index[c.Variant] = at
				groups = append(groups, group{name: c.Variant})
			}
			groups[at].add(c)
		}
	}
	return groups
}

// wholeGroup is the numbers of all the groups.
func wholeGroup(run *summary.Run) group {
	var all group
	for s := range run.Suites {
		for i := range run.Suites[s].Cases {
			all.add(&run.Suites[s].Cases[i])
		}
	}
	return all
}

// passRate writes the share of cases that passed with its interval: 85 %
// (71–93 %), or - where none was asked.
func passRate(o summary.Outcomes) string {
	asked := o.Total() - o.Skip
	if asked == 0 {
		return "-"
	}
	low, high := o.Interval()
	return fmt.Sprintf("%s (%s–%s)", percent(float64(o.Pass)/float64(asked)), percentDigits(low), percent(high))
}

// percent writes a share without decimals: 85 %. Only none is 0 % and only
// all is 100 %.
func percent(share float64) string { return percentDigits(share) + " %" }

func percentDigits(share float64) string {
	switch n := int(share*100 + 0.5); {
	case n == 0 && share > 0:
		return "<1"
	case n == 100 && share < 1:
		return ">99"
	default:
		return strconv.Itoa(n)
	}
}
