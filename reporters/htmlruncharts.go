package reporters

import (
	"fmt"

	"github.com/evalrun/evalrun/internal/results/summary"
)

// charts are those that the run has numbers for.
func charts(run *summary.Run, times []float64) []chart {
	var out []chart
	if c := costChart(variantGroups(run), shortOf(run)); c != nil {
		out = append(out, *c)
	}
	if c := latencyChart(times); c != nil {
		out = append(out, *c)
	}
	return out
}

// maxChartGroups is how many variants a chart names.
const maxChartGroups = 12

// costChart shows what the variants cost an answer against what they reach;
// nil where less than two have a cost. Cases without a variant are other
// questions than theirs, and no part of it.
func costChart(groups []group, short map[string]string) *chart {
	most := 0.0
	var known []group
	for _, g := range groups {
		if g.Name != "" && g.Totals.Cost.Known > 0 && g.Totals.Cost.USD > 0 && len(known) < maxChartGroups {
			known = append(known, g)
			most = max(most, g.Totals.Cost.USD/float64(g.Totals.Cost.Known))
		}
	}
	if len(known) < 2 {
		return nil
	}
	var dots []namedDot
	for _, g := range known {
		dots = append(dots, newGroupDot(g, short[g.Name], .9*g.Totals.Cost.USD/float64(g.Totals.Cost.Known)/most))
	}
	return newCostChart("Cost of an answer and pass rate of each variant, with 95 % intervals", "US dollars an answer", most, dots)
}

// newGroupDot is a variant at a share of the width.
func newGroupDot(g group, short string, share float64) namedDot {
	cases := g.Totals.Cases
	d := namedDot{name: groupName(short, maxVariant), share: share, title: fmt.Sprintf("%s: %s, %s", groupName(g.Name, maxLine), passRate(cases), g.cost())}
	d.low, d.high = cases.Interval()
	if asked := cases.Total() - cases.Skip; asked > 0 {
		d.rate = float64(cases.Pass) / float64(asked)
	}
	return d
}

// newRateInterval is a pass rate with its interval.
func newRateInterval(o summary.Outcomes) interval {
	low, high := o.Interval()
	value := 0.0
	if asked := o.Total() - o.Skip; asked > 0 {
		value = float64(o.Pass) / float64(asked)
	}
	return newInterval("pass rate "+passRate(o), low, value, high)
}
