package chart

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
)

// Interval is a rate with its interval as a picture of 200 by 16.
type Interval struct {
	Label             string
	Low, Width, Value string
}

// NewInterval draws a rate and its interval, all from 0 to 1.
func NewInterval(label string, low, value, high float64) Interval {
	return Interval{label, Coordinate(200 * low), Coordinate(200 * (high - low)), Coordinate(200 * value)}
}

// A chart is drawn in a box of 400 by 220, its axes from (48, 12) to (392, 180).
type (
	Chart struct {
		Title, Label string
		Grid, Spans  []path
		Outlines     []path
		Bars         []bar
		Dots         []mark
		Texts        []label
	}
	path  struct{ D string }
	bar   struct{ X, Y, Width, Height, Title string }
	mark  struct{ X, Y, Title string }
	label struct{ X, Y, Class, Text string }
)

const (
	chartLeft, chartRight = 48.0, 392.0
	chartTop, chartBottom = 12.0, 180.0
)

func Coordinate(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }

// across and up place a share of 0 to 1 on the axes.
func across(share float64) float64 { return chartLeft + share*(chartRight-chartLeft) }

func up(share float64) float64 { return chartBottom - share*(chartBottom-chartTop) }

// level draws a line across at a share of the height, with its text.
func (c *Chart) level(share float64, text string) {
	y := Coordinate(up(share))
	c.Grid = append(c.Grid, path{fmt.Sprintf("M%s %sH%s", Coordinate(chartLeft), y, Coordinate(chartRight))})
	c.Texts = append(c.Texts, label{Coordinate(chartLeft - 4), Coordinate(up(share) + 4), "end", text})
}

// below writes a text under the axis at a share of its length.
func (c *Chart) below(share float64, text string) {
	c.Texts = append(c.Texts, label{Coordinate(across(share)), Coordinate(chartBottom + 16), "mid", text})
}

// GroupName names a group in a chart or a table.
func GroupName(variant string, width int) string {
	if variant == "" {
		return "no variant"
	}
	return safetext.Cut(variant, width)
}

// NewCost shows what each of several costs against the pass rate that it
// reaches: dots whose share of the width is 0.9 of their share of the highest
// cost, most.
func NewCost(label, unit string, most float64, dots []Dot) *Chart {
	c := &Chart{Title: "Cost against pass rate", Label: label}
	c.costAxes(most, unit)
	c.addDots(dots)
	return c
}

// costAxes draws pass rates upwards and costs up to most across.
func (c *Chart) costAxes(most float64, unit string) {
	for _, share := range []float64{0, .5, 1} {
		c.level(share, numbers.Percent(share))
		c.below(share*.9, numbers.Dollars(share*most))
	}
	c.Texts = append(c.Texts, label{Coordinate(across(.5)), Coordinate(chartBottom + 34), "mid", unit})
}

// Dot is a rate with its interval, at a share of the chart's width.
type Dot struct {
	Name, Title            string
	Share, Rate, Low, High float64
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
func (c *Chart) addDots(dots []Dot) {
	var taken []box
	for _, d := range dots {
		x, y := across(d.Share), up(d.Rate)
		c.Spans = append(c.Spans, path{fmt.Sprintf("M%s %sV%s", Coordinate(x), Coordinate(up(d.Low)), Coordinate(up(d.High)))})
		c.Dots = append(c.Dots, mark{Coordinate(x), Coordinate(y), d.Title})
		taken = append(taken, box{x - 5, y - 5, x + 5, y + 5})
	}
	for _, d := range dots {
		at, class, ok := labelBox(d, taken)
		if !ok {
			continue // its title names it
		}
		taken = append(taken, at)
		x := at.left
		if class != "name" {
			x = at.right
		}
		c.Texts = append(c.Texts, label{Coordinate(x), Coordinate(at.bottom - 3), class, d.Name})
	}
}

// labelBox is a free box for a name beside its dot or at most two lines away,
// and how the text is aligned there; false where there is none.
func labelBox(d Dot, taken []box) (at box, class string, ok bool) {
	x, y, width := across(d.Share), up(d.Rate), nameCell*float64(safetext.Width(d.Name))
	place := func(side, line float64) box {
		b := box{x + 8, y + line*nameHeight - nameHeight/2, x + 8 + width, y + line*nameHeight + nameHeight/2}
		if side < 0 {
			b.left, b.right = x-8-width, x-8
		}
		return b
	}
	sides := []float64{1, -1}
	if d.Share > .5 {
		sides = []float64{-1, 1}
	}
	classes := map[float64]string{1: "name", -1: "name end"}
	for _, line := range []float64{0, 1, -1, 2, -2} {
		for _, side := range sides {
			b := place(side, line)
			free := b.left >= chartLeft && b.right <= chartRight+4 && b.top >= 0 && b.bottom <= chartBottom
			if free && !slices.ContainsFunc(taken, b.overlaps) {
				return b, classes[side], true
			}
		}
	}
	return box{}, "", false
}

// MaxDots is how many variants a chart names.
const MaxDots = 12
