package reporters

import (
	"fmt"
	"strconv"

	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/summary"
)

// interval is a rate with its interval as a picture of 200 by 16.
type interval struct {
	Label             string
	Low, Width, Value string
}

func newInterval(o summary.Outcomes) interval {
	low, high := o.Interval()
	value := 0.0
	if asked := o.Total() - o.Skip; asked > 0 {
		value = float64(o.Pass) / float64(asked)
	}
	return interval{
		Label: "pass rate " + passRate(o),
		Low:   coordinate(200 * low), Width: coordinate(200 * (high - low)), Value: coordinate(200 * value),
	}
}

// A chart is drawn in a box of 400 by 220, its axes from (48, 12) to (392, 180).
type (
	chart struct {
		Title, Label string
		Grid, Spans  []chartPath
		Outlines     []chartPath
		Bars         []chartBar
		Dots         []chartDot
		Texts        []chartText
	}
	chartPath struct{ D string }
	chartBar  struct{ X, Y, Width, Height, Title string }
	chartDot  struct{ X, Y, Title string }
	chartText struct{ X, Y, Class, Text string }
)

const (
	chartLeft, chartRight = 48.0, 392.0
	chartTop, chartBottom = 12.0, 180.0
)

func coordinate(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }

// across and up place a share of 0 to 1 on the axes.
func across(share float64) float64 { return chartLeft + share*(chartRight-chartLeft) }
func up(share float64) float64     { return chartBottom - share*(chartBottom-chartTop) }

// level draws a line across at a share of the height, with its text.
func (c *chart) level(share float64, text string) {
	y := coordinate(up(share))
	c.Grid = append(c.Grid, chartPath{fmt.Sprintf("M%s %sH%s", coordinate(chartLeft), y, coordinate(chartRight))})
	c.Texts = append(c.Texts, chartText{coordinate(chartLeft - 4), coordinate(up(share) + 4), "end", text})
}

// below writes a text under the axis at a share of its length.
func (c *chart) below(share float64, text string) {
	c.Texts = append(c.Texts, chartText{coordinate(across(share)), coordinate(chartBottom + 16), "mid", text})
}

// charts are those that the run has numbers for.
func charts(groups []group, times []float64) []chart {
	var out []chart
	if c := costChart(groups); c != nil {
		out = append(out, *c)
	}
	if c := latencyChart(times); c != nil {
		out = append(out, *c)
	}
	return out
}

// groupName names a group in a chart or a table.
func groupName(variant string, width int) string {
	if variant == "" {
		return "no variant"
	}
	return safetext.Cut(variant, width)
}

// maxChartGroups is how many variants a chart names.
const maxChartGroups = 12

// costChart shows what the variants cost an answer against what they reach;
// nil where less than two have a cost.
func costChart(groups []group) *chart {
	most := 0.0
	var known []group
	for _, g := range groups {
		if g.Totals.Cost.Known > 0 && g.Totals.Cost.USD > 0 && len(known) < maxChartGroups {
			known = append(known, g)
			most = max(most, g.Totals.Cost.USD/float64(g.Totals.Cost.Known))
		}
	}
	if len(known) < 2 {
		return nil
	}
	c := &chart{Title: "Cost against pass rate", Label: "Cost of an answer and pass rate of each variant, with 95 % intervals"}
	c.costAxes(most, "US dollars an answer")
	for _, g := range known {
		c.addGroup(g, .9*g.Totals.Cost.USD/float64(g.Totals.Cost.Known)/most)
	}
	return c
}

// costAxes draws pass rates upwards and costs up to most across.
func (c *chart) costAxes(most float64, unit string) {
	for _, share := range []float64{0, .5, 1} {
		c.level(share, percent(share))
		c.below(share*.9, dollars(share*most))
	}
	c.Texts = append(c.Texts, chartText{coordinate(across(.5)), coordinate(chartBottom + 34), "mid", unit})
}

// addGroup adds a variant at a share of the width.
func (c *chart) addGroup(g group, share float64) {
	cases := g.Totals.Cases
	low, high := cases.Interval()
	rate := 0.0
	if asked := cases.Total() - cases.Skip; asked > 0 {
		rate = float64(cases.Pass) / float64(asked)
	}
	name := groupName(g.Name, maxVariant)
	c.dot(name, share, rate, low, high, fmt.Sprintf("%s: %s, %s", name, passRate(cases), g.cost()))
}

// dot adds a rate with its interval at a share of the width, its name beside
// it.
func (c *chart) dot(name string, share, rate, low, high float64, title string) {
	x, y := coordinate(across(share)), up(rate)
	c.Spans = append(c.Spans, chartPath{fmt.Sprintf("M%s %sV%s", x, coordinate(up(low)), coordinate(up(high)))})
	c.Dots = append(c.Dots, chartDot{x, coordinate(y), title})
	class, at := "name", across(share)+8
	if share > .5 {
		class, at = "name end", across(share)-8
	}
	c.Texts = append(c.Texts, chartText{coordinate(at), coordinate(y + 14), class, name})
}

// latencyBins is how many bars the latencies are counted in.
const latencyBins = 24

// latencyChart counts the answers by latency; nil where there are too few to
// say anything.
func latencyChart(ms []float64) *chart {
	if len(ms) < 2 {
		return nil
	}
	most := quantile(ms, 1)
	bins := make([]int, latencyBins)
	highest := 0
	for _, t := range ms {
		i := min(int(t/most*latencyBins), latencyBins-1)
		bins[i]++
		highest = max(highest, bins[i])
	}
	c := &chart{Title: fmt.Sprintf("Latency: p50 %s, p95 %s", quantileText(ms, .5), quantileText(ms, .95)), Label: fmt.Sprintf("Answers by latency: half of %s within %s, 95 %% within %s",
		grouped(int64(len(ms))), quantileText(ms, .5), quantileText(ms, .95))}
	c.level(1, grouped(int64(highest)))
	c.level(0, "0")
	for i, n := range bins {
		if n == 0 {
			continue
		}
		from, to := float64(i)/latencyBins, float64(i+1)/latencyBins
		top := up(float64(n) / float64(highest))
		c.Bars = append(c.Bars, chartBar{coordinate(across(from) + 1), coordinate(top), coordinate(across(to) - across(from) - 2),
			coordinate(chartBottom - top), fmt.Sprintf("%s up to %s", counted(n, "answer"), duration(record.Duration(to*most)))})
	}
	for _, share := range []float64{0, .5, .95} {
		c.below(share, duration(record.Duration(share*most)))
	}
	for _, q := range []float64{.5, .95} {
		c.Spans = append(c.Spans, chartPath{fmt.Sprintf("M%s %sV%s", coordinate(across(quantile(ms, q)/most)), coordinate(chartTop), coordinate(chartBottom))})
	}
	return c
}
