package calibration

import (
	"fmt"
	"slices"

	"github.com/evalrun/evalrun/internal/results/stats"
	"github.com/evalrun/evalrun/internal/results/summary"
)

// maxPicks is how many picks of one rubric may follow each other.
const maxPicks = 100

// sheetOf says how a sheet of a random pick is made.
const sheetOf = "`evalrun judge RUN --pick 100 -o labels.csv` writes the sheet of one"

// picked is a rubric's frame with the picks of this run that people labelled.
type picked struct {
	answers frame
	of      string // what a pick of it is of
	units   []int  // of the run's cases, as summary.Draws numbers them
	drawn   drawn
	// labels are for each answer what people say: 1, 0, or -1 where they do not.
	labels []int
	why    string // why nothing can be corrected; "" where it can
}

// pick finds the answers that were picked, and their labels.
func (f frame) pick(units []int) *picked {
	f.sort()
	p := &picked{answers: f, of: f.of(), units: units, labels: make([]int, len(f))}
	var picks []Pick
	labelled, other := 0, ""
	for i := range f {
		var mine []*Label
		for _, l := range f[i].labels {
			labelled++
			pick, ok := parsePick(l.Pick)
			switch differs := difference(p.of, l.Of); {
			case l.Pick == "" && l.Of == "":
			case !ok:
				other = fmt.Sprintf("%q in the column `pick` is not what the sheet had there", l.Pick)
			case differs != "":
				other = "the pick was of another run: " + differs
			default:
				mine = append(mine, l)
				if len(picks) <= maxPicks && !slices.Contains(picks, pick) {
					picks = append(picks, pick)
				}
			}
		}
		p.labels[i] = decision(mine)
	}
	switch {
	case labelled == 0:
		p.why = "no answer has a label; " + sheetOf
	case len(picks) == 0 && other != "":
		p.why = other + "; these labels serve for agreement alone; " + sheetOf
	case len(picks) == 0:
		p.why = "the labels are not of a random pick; " + sheetOf
	case len(picks) > maxPicks:
		p.why = fmt.Sprintf("the labels are of more than %d picks", maxPicks)
	default:
		p.drawn = drawAll(picks, f)
	}
	return p
}

// decision is what most labels say, 1 or 0; -1 where there are none, or they are
// split.
func decision(labels []*Label) int {
	pass, decided := majority(labels)
	if !decided {
		return -1
	}
	return number(pass)
}

// correction corrects the judge's rate over the cases in the variants, all where
// variants is nil, with an interval at level 1-alpha.
func (p *picked) correction(variants []string, alpha float64) *summary.Correction {
	out := &summary.Correction{Why: p.why}
	c := newCorrector(p, variants, alpha)
	for i := range c.answers {
		a := &c.answers[i]
		out.Answers++
		if p.why == "" && a.in {
			out.Picked++
			if a.label >= 0 {
				out.Labelled++
			}
		}
	}
	judge, ok := c.judge()
	if !ok {
		out.Why = "no answer was judged"
		return out
	}
	out.Judge = judge.Value
	if out.Why == "" {
		out.Why = c.needs(out)
	}
	if out.Why != "" {
		return out
	}
	out.Rate, out.Interval = c.bounded(judge)
	return out
}

// corrector has the answers whose rate is corrected.
type corrector struct {
	alpha   float64
	answers []weighed
	cluster []int // of the cases, which are numbered from 0
}

// weighed is an answer with its share in the rate and the inverse of its chance
// to be picked.
type weighed struct {
	unit   int // the case's number
	pass   bool
	in     bool
	label  int
	share  float64 // 1 over the answers of its case
	weight float64 // share over the chance; of those that are in alone
}

func newCorrector(p *picked, variants []string, alpha float64) *corrector {
	c := &corrector{alpha: alpha}
	cases, counts := map[int]int{}, map[int]int{}
	for i := range p.answers {
		a := &p.answers[i]
		if variants != nil && !slices.Contains(variants, a.variant) {
			continue
		}
		unit, known := cases[a.number]
		if !known {
			unit = len(cases)
			cases[a.number] = unit
			draw := a.number
			if p.units != nil {
				draw = p.units[draw]
			}
			c.cluster = append(c.cluster, draw)
		}
		counts[unit]++
		w := weighed{unit: unit, pass: a.pass, label: p.labels[i]}
		if p.why == "" {
			w.in, w.weight = p.drawn.in[i], p.drawn.chance[i]
		}
		c.answers = append(c.answers, w)
	}
	for i := range c.answers {
		a := &c.answers[i]
		a.share = 1 / float64(counts[a.unit])
		if a.in {
			a.weight = a.share / a.weight
		}
	}
	if p.units == nil {
		c.cluster = nil
	}
	return c
}

// judge is the share that the judge passes, over the cases.
func (c *corrector) judge() (stats.Ratio, bool) {
	return c.ratio(func(a *weighed) (float64, float64) {
		if a.pass {
			return a.share, a.share
		}
		return 0, a.share
	})
}

// ratio sums parts and wholes of the answers up by case.
func (c *corrector) ratio(of func(*weighed) (part, whole float64)) (stats.Ratio, bool) {
	at := map[int]int{}
	var units []stats.Part
	for i := range c.answers {
		part, whole := of(&c.answers[i])
		if whole == 0 {
			continue
		}
		unit := c.answers[i].unit
		j, known := at[unit]
		if !known {
			j = len(units)
			at[unit] = j
			units = append(units, stats.Part{Unit: unit})
		}
		units[j].Part, units[j].Whole = units[j].Part+part, units[j].Whole+whole
	}
	for i := range units {
		// A sum of equal shares is 1 but for rounding.
		if whole := units[i].Whole; whole > 1-1e-9 && whole < 1+1e-9 {
			units[i].Part, units[i].Whole = min(1, units[i].Part/whole), 1
		}
	}
	return stats.ShareRatio(units, c.cluster, c.alpha)
}

// people is the share that people pass of the answers with this verdict of the
// judge. Those in the pick without a label count as missing says; -1 leaves them
// out. Where none is left, the judge is believed, and nothing is known.
func (c *corrector) people(pass bool, missing int) stats.Ratio {
	unit := 0.0 // the weight of one answer
	r, ok := c.ratio(func(a *weighed) (float64, float64) {
		label := a.label
		if label < 0 {
			label = missing
		}
		if !a.in || a.pass != pass || label < 0 {
			return 0, 0
		}
		if unit == 0 {
			unit = a.weight
		}
		return a.weight / unit * float64(label), a.weight / unit
	})
	if !ok {
		return stats.Unlabelled(float64(number(pass)))
	}
	return r
}

// rate corrects the judge's rate.
func (c *corrector) rate(judge stats.Ratio, missing int) (float64, stats.Interval) {
	return stats.Corrected(judge, c.people(true, missing), c.people(false, missing))
}

// bounded is the corrected rate, whose interval holds whatever the labels that
// are missing would have been.
func (c *corrector) bounded(judge stats.Ratio) (float64, summary.Interval) {
	value, _ := c.rate(judge, -1)
	_, low := c.rate(judge, 0)
	_, high := c.rate(judge, 1)
	return value, summary.Interval{Low: min(low.Low, value), High: max(high.High, value)}
}

// needs says what a corrected rate lacks; "" where it lacks nothing.
func (c *corrector) needs(of *summary.Correction) string {
	var labels []float64
	var cluster []int
	for i := range c.answers {
		a := &c.answers[i]
		if !a.in || a.label < 0 {
			continue
		}
		labels = append(labels, float64(a.label))
		draw := a.unit
		if c.cluster != nil {
			draw = c.cluster[draw]
		}
		cluster = append(cluster, draw)
	}
	m := stats.NewMean(labels, cluster)
	switch {
	case of.Picked > 0 && of.Labelled == 0:
		return "none of the answers in the pick has a label"
	case m.Degrees < stats.FewestDegrees-1e-9:
		return fmt.Sprintf("%d labelled answers of %d independent cases are too few: it takes labels of %d independent cases, none much larger than the others", m.N, m.Units, stats.FewestDegrees+1)
	case m.Largest > stats.LargestUnit:
		return fmt.Sprintf("one independent case or cluster holds %.0f %% of the labelled answers, and %.0f %% is the most", 100*m.Largest, 100*stats.LargestUnit)
	}
	return ""
}
