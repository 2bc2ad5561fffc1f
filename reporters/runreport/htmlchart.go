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
	d := chart.Dot{Name: chart.GroupName(short, layout.MaxName), Share: share, Title: fmt.Sprintf("%s: %s, %s", chart.GroupName(g.Name, layout.MaxLine), passRate(g.Totals), g.cost())}
	d.Low, d.Rate, d.High = rateEnds(g.Totals)
	return d
}

// newRateInterval is a pass rate with its interval.
func newRateInterval(t summary.Totals) chart.Interval {
	low, value, high := rateEnds(t)
	return chart.NewInterval("pass rate "+passRate(t), low, value, high)
}

// rateEnds are a pass rate and the ends of its interval: 0 and 1 where nothing
// is known.
func rateEnds(t summary.Totals) (low, value, high float64) {
	rate := t.Rate()
	switch {
	case rate == nil:
		return 0, 0, 1
	case rate.Interval == nil:
		return 0, rate.Value, 1
	}
	return rate.Interval.Low, rate.Value, rate.Interval.High
}
