package chart

import (
	"github.com/evalrun/evalrun/internal/results/compare"
)

// Difference is a difference with its interval as a picture of 200 by 16, none
// in the middle. One without a label is not drawn.
type Difference struct {
	Label               string
	Low, Width, Value   string
	Margin, MarginWidth string // the margin on both sides of none, if any
	Class               string
}

// NewDifference draws a difference on an axis that reaches as far to either
// side.
func NewDifference(value float64, iv compare.Interval, reach, margin float64, label string) Difference {
	at := func(x float64) float64 { return 100 + 98*max(-1, min(1, x/reach)) }
	d := Difference{
		Label: label, Value: Coordinate(at(value)),
		Low: Coordinate(at(iv[0])), Width: Coordinate(max(at(iv[1])-at(iv[0]), 1)),
	}
	if margin > 0 {
		d.Margin, d.MarginWidth = Coordinate(at(-margin)), Coordinate(at(margin)-at(-margin))
	}
	return d
}

// Colour colours the interval by a verdict.
func (d *Difference) Colour(v compare.Verdict) {
	switch v {
	case compare.Regressed:
		d.Class = "bad"
	case compare.Improved:
		d.Class = "good"
	}
}
