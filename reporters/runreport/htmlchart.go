package runreport

import (
	"fmt"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/reporters/internal/chart"
	"github.com/evalrun/evalrun/reporters/internal/layout"
)

// charts are those that the run has numbers for.
func charts(run *summary.Run, times []float64) []chart.Chart {
	var out []chart.Chart
	if c := costChart(variantGroups(run), shortOf(run)); c != nil {
		out = append(out, *c)
	}
	if c := chart.NewLatency(times); c != nil {
		out = append(out, *c)
	}
	return out
}

// costChart shows what the variants cost an answer against what they reach;
// nil where less than two have a cost. Cases without a variant are other
// questions than theirs, and no part of it.
func costChart(groups []group, short map[string]string) *chart.Chart {
	most := 0.0
	var known []group
	for _, g := range groups {
		if g.Name != "" && g.Totals.Cost.Known > 0 && g.Totals.Cost.USD > 0 && len(known) < chart.MaxDots {
			known = append(known, g)
			most = max(most, g.Totals.Cost.USD/float64(g.Totals.Cost.Known))
		}
	}
	if len(known) < 2 {
		return nil
	}
	var dots []chart.Dot
	for _, g := range known {
		dots = append(dots, newGroupDot(g, short[g.Name], .9*g.Totals.Cost.USD/float64(g.Totals.Cost.Known)/most))
	}
	return chart.NewCost("Cost of an answer and pass rate of each variant, with 95 % intervals", "US dollars an answer", most, dots)
}

// newGroupDot is a variant at a share of the width.
func newGroupDot(g group, short string, share float64) chart.Dot {
	cases := g.Totals.Cases
	d := chart.Dot{Name: chart.GroupName(short, layout.MaxName), Share: share, Title: fmt.Sprintf("%s: %s, %s", chart.GroupName(g.Name, layout.MaxLine), passRate(cases), g.cost())}
	d.Low, d.High = cases.Interval()
	if asked := cases.Total() - cases.Skip; asked > 0 {
		d.Rate = float64(cases.Pass) / float64(asked)
	}
	return d
}

// newRateInterval is a pass rate with its interval.
func newRateInterval(o summary.Outcomes) chart.Interval {
	low, high := o.Interval()
	value := 0.0
	if asked := o.Total() - o.Skip; asked > 0 {
		value = float64(o.Pass) / float64(asked)
	}
	return chart.NewInterval("pass rate "+passRate(o), low, value, high)
}
