package reporters

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
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
	c := &chart{Title: "Cost against pass rate", Label: "Cost of an answer and pass rate of each variant, with 95 % intervals"}
	c.costAxes(most, "US dollars an answer")
	var dots []namedDot
	for _, g := range known {
		dots = append(dots, newGroupDot(g, short[g.Name], .9*g.Totals.Cost.USD/float64(g.Totals.Cost.Known)/most))
	}
	c.addDots(dots)
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

// namedDot is a rate with its interval, at a share of the chart's width.
type namedDot struct {
	name, title            string
	share, rate, low, high float64
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

// What a name takes in a chart: the height of its line, and the width of a
// cell.
const (
	nameHeight = 13.0
	nameCell   = 6.2
)

// box is where something is in a chart.
type box struct{ left, top, right, bottom float64 }

func (b box) overlaps(o box) bool {
	return b.left < o.right && o.left < b.right && b.top < o.bottom && o.top < b.bottom
}

// addDots adds rates with their intervals, each with its name where it covers
// no other name or dot, as far as there is such a place.
func (c *chart) addDots(dots []namedDot) {
	var taken []box
	for _, d := range dots {
		x, y := across(d.share), up(d.rate)
		c.Spans = append(c.Spans, chartPath{fmt.Sprintf("M%s %sV%s", coordinate(x), coordinate(up(d.low)), coordinate(up(d.high)))})
		c.Dots = append(c.Dots, chartDot{coordinate(x), coordinate(y), d.title})
		taken = append(taken, box{x - 5, y - 5, x + 5, y + 5})
	}
	for _, d := range dots {
		at, class := namePlace(d, taken)
		taken = append(taken, at)
		x := at.left
		if class != "name" {
			x = at.right
		}
		c.Texts = append(c.Texts, chartText{coordinate(x), coordinate(at.bottom - 3), class, d.name})
	}
}

// namePlace is the nearest free place for a name beside its dot, and how the
// text is aligned there.
func namePlace(d namedDot, taken []box) (box, string) {
	x, y, width := across(d.share), up(d.rate), nameCell*float64(safetext.Width(d.name))
	at := func(side, line float64) box {
		b := box{x + 8, y + line*nameHeight - nameHeight/2, x + 8 + width, y + line*nameHeight + nameHeight/2}
		if side < 0 {
			b.left, b.right = x-8-width, x-8
		}
		return b
	}
	sides := []float64{1, -1}
	if d.share > .5 {
		sides = []float64{-1, 1}
	}
	class := map[float64]string{1: "name", -1: "name end"}
	for _, line := range []float64{1, -1, 2, -2, 3, 4, 5, 6, 7, 8} {
		for _, side := range sides {
			b := at(side, line)
			free := b.left >= chartLeft && b.right <= chartRight+4 && b.top >= 0 && b.bottom <= chartBottom
			if free && !slices.ContainsFunc(taken, b.overlaps) {
				return b, class[side]
			}
		}
	}
	return at(sides[0], 1), class[sides[0]]
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
