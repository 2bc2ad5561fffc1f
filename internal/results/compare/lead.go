package compare

import (
	"cmp"
	"slices"
)

// maxLeadLabels is how many labels an axis may have for Leads to compare every
// two: a report makes the comparisons whether or not they are asked for.
const maxLeadLabels = 12

// Lead says which label of an axis has the highest pass rate, and whether it
// differs from the others by more than noise. It is made of the comparisons of
// By, every two labels of the axis with each other, and of nothing else.
type Lead struct {
	Axis string `json:"axis"`
	// Labels are those of the axis by their rates over the pairs, the best first.
	Labels []LeadLabel `json:"labels"`
	// Winner is the best label where the comparison with the second one found a
	// difference, else "".
	Winner string `json:"winner"`
	// Verdict, Difference, Interval, Level and PAdjusted are those of the pass rates of
	// the best label (as new) and the second one (as base).
	Verdict    Verdict  `json:"verdict"`
	Difference float64  `json:"difference"`
	Interval   Interval `json:"interval"`
	Level      float64  `json:"level"` // one less the confidence of Interval
	PAdjusted  float64  `json:"p_adjusted"`
	Pairs      int      `json:"pairs"`
	// Units counts the independent draws among the pairs, as in an Estimate.
	Units int `json:"units"`
}

// LeadLabel is a label with its pass rate. Beaten says that the best label's
// is higher by a test.
type LeadLabel struct {
	Label  string  `json:"label"`
	Rate   float64 `json:"rate"`
	Beaten bool    `json:"beaten"`
}

// Leads gives the lead along each axis of the side's matrix, by name. Axes with
// fewer than two labels that share a case, or more than 12 labels, have none.
func Leads(side *Side, opts Options) []Lead {
	opts = opts.withDefaults()
	var out []Lead
	for _, axis := range sortedKeys(axisValues(side.cases)) {
		sides, labels := side.split(axis)
		if len(labels) < 2 || len(labels) > maxLeadLabels {
			continue
		}
		comparisons, _ := compareCouples(sides, couples(labels, ""), axis, opts)
		comparisons = slices.DeleteFunc(comparisons, func(c *Comparison) bool { return c.Overall.Pairs == 0 })
		if len(comparisons) > 0 {
			out = append(out, newLead(axis, labels, comparisons))
		}
	}
	return out
}

// newLead orders the labels by the mean of their rates over their comparisons,
// which differ where labels lack cases.
func newLead(axis string, labels []string, comparisons []*Comparison) Lead {
	rates := map[string]*total{}
	for _, c := range comparisons {
		for label, rate := range map[string]float64{c.Base: c.Overall.BaseRate.Value, c.New: c.Overall.NewRate.Value} {
			if rates[label] == nil {
				rates[label] = &total{}
			}
			rates[label].add(rate)
		}
	}
	lead := Lead{Axis: axis}
	for _, label := range labels {
		if rates[label] != nil {
			rate, _ := rates[label].mean()
			lead.Labels = append(lead.Labels, LeadLabel{Label: label, Rate: rate})
		}
	}
	slices.SortStableFunc(lead.Labels, func(a, b LeadLabel) int { return cmp.Compare(b.Rate, a.Rate) })
	lead.judge(comparisons)
	return lead
}

// judge takes the verdicts of the best label from its comparisons.
func (l *Lead) judge(comparisons []*Comparison) {
	best, second := l.Labels[0].Label, l.Labels[1].Label
	l.Verdict, l.PAdjusted = Incomparable, 1
	for _, c := range comparisons {
		e := c.Overall
		switch best {
		case c.Base:
			e.Difference, e.Interval = -e.Difference, Interval{-e.Interval[1], -e.Interval[0]}
			if e.Pairs > 0 {
				e.Verdict = decide(e.Interval, c.Margin)
			}
			c.New, c.Base = c.Base, c.New
		case c.New:
		default:
			continue
		}
		for i := range l.Labels {
			l.Labels[i].Beaten = l.Labels[i].Beaten || l.Labels[i].Label == c.Base && e.Verdict == Improved
		}
		if c.Base == second {
			l.Verdict, l.Difference, l.Interval, l.Level = e.Verdict, e.Difference, e.Interval, e.Level
			l.PAdjusted, l.Pairs, l.Units = e.PAdjusted, e.Pairs, e.Units
		}
	}
	if l.Verdict == Improved {
		l.Winner = best
	}
}
