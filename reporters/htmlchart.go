package reporters

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/evalrun/evalrun/internal/safetext"
)

// interval is a rate with its interval as a picture of 200 by 16.
type interval struct {
	Label             string
	Low, Width, Value string
}

// newInterval draws a rate and its interval, all from 0 to 1.
func newInterval(label string, low, value, high float64) interval {
	return interval{label, coordinate(200 * low), coordinate(200 * (high - low)), coordinate(200 * value)}
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

// groupName names a group in a chart or a table.
func groupName(variant string, width int) string {
	if variant == "" {
		return "no variant"
	}
	return safetext.Cut(variant, width)
}

// newCostChart shows what each of several costs against the pass rate that it
// reaches: dots whose share of the width is 0.9 of their share of the highest
// cost, most.
func newCostChart(label, unit string, most float64, dots []namedDot) *chart {
	c := &chart{Title: "Cost against pass rate", Label: label}
	c.costAxes(most, unit)
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
