package reporters

import "github.com/evalrun/evalrun/internal/results/compare"

// difference is a difference with its interval as a picture of 200 by 16, none
// in the middle. One without a label is not drawn.
type difference struct {
	Label               string
	Low, Width, Value   string
	Margin, MarginWidth string // the margin on both sides of none, if any
	Class               string
}

// newDifference draws a difference on an axis that reaches as far to either
// side.
func newDifference(value float64, iv compare.Interval, reach, margin float64, label string) difference {
	at := func(x float64) float64 { return 100 + 98*max(-1, min(1, x/reach)) }
	d := difference{
		Label: label, Value: coordinate(at(value)),
		Low: coordinate(at(iv[0])), Width: coordinate(max(at(iv[1])-at(iv[0]), 1)),
	}
	if margin > 0 {
		d.Margin, d.MarginWidth = coordinate(at(-margin)), coordinate(at(margin)-at(-margin))
	}
	return d
}

// colour colours the interval by a verdict.
func (d *difference) colour(v compare.Verdict) {
	switch v {
	case compare.Regressed:
		d.Class = "bad"
	case compare.Improved:
		d.Class = "good"
	}
}
