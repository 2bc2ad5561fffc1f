package stats

import (
	"cmp"
	"slices"
)

// Part is what a unit adds to the sums of a ratio: 0 <= Part <= Whole.
type Part struct {
	Unit        int // such as a case, by its index
	Part, Whole float64
}

// Ratio is a ratio of sums over units, such as a precision, a recall or an F1,
// with its interval. It lies between 0 and 1.
type Ratio struct {
	Value    float64
	Interval Interval
	// influences are how far each draw moves Value, its part of the linearized
	// ratio, in ascending order of the draws.
	influences []influence
}

// Draws is how many draws the ratio is of.
func (r Ratio) Draws() int { return len(r.influences) }

type influence struct {
	draw  int
	value float64
}

// ShareRatio is the sum of parts over the sum of wholes, with its interval at
// level 1-alpha. cluster holds the draw that each unit belongs to; nil means that
// each is its own. Units without a whole say nothing of it. It reports false
// where no unit has one.
//
// The standard error is that of the ratio estimator (Cochran 1977, Sampling
// Techniques, section 2.11), the interval that of shares with this standard
// error (ShareInterval).
func ShareRatio(units []Part, cluster []int, alpha float64) (Ratio, bool) {
	counted := slices.DeleteFunc(slices.Clone(units), func(u Part) bool { return u.Whole <= 0 })
	part, whole := 0.0, 0.0
	for _, u := range counted {
		part, whole = part+u.Part, whole+u.Whole
	}
	if len(counted) == 0 {
		return Ratio{}, false
	}
	out := Ratio{Value: min(part/whole, 1)}
	moved := make([]float64, len(counted))
	var clusters []int
	for i, u := range counted {
		by := (u.Part - out.Value*u.Whole) / whole
		draw := u.Unit
		if cluster != nil {
			draw = cluster[u.Unit]
			clusters = append(clusters, draw)
		}
		out.influences = append(out.influences, influence{draw, by})
		moved[i] = by * float64(len(counted))
	}
	out.influences = joined(out.influences)
	m := NewMean(moved, clusters)
	m.Value = out.Value
	m.binary = m.Units == m.N && !slices.ContainsFunc(counted, func(u Part) bool { return u.Whole != 1 || u.Part != 0 && u.Part != 1 })
	out.Interval = ShareInterval(m, alpha)
	return out, true
}

// joined adds up the influences of each draw.
func joined(list []influence) []influence {
	slices.SortStableFunc(list, func(a, b influence) int { return cmp.Compare(a.draw, b.draw) })
	out := list[:0]
	for _, one := range list {
		if last := len(out) - 1; last >= 0 && out[last].draw == one.draw {
			out[last].value += one.value
		} else {
			out = append(out, one)
		}
	}
	return out
}

// MeanOfRatios is the mean of ratios of the same units, such as a macro F1, with
// the interval that theirs join to: as far as their draws move two of them alike,
// both may be off to the same side. There must be a ratio.
//
// Source: the method of variance estimates recovery (MOVER) for sums, Zou, Huang
// and Zhang 2009, Computational Statistics & Data Analysis 53, 1080-1085.
func MeanOfRatios(ratios []Ratio) (float64, Interval) {
	mean, weights := 0.0, make([]float64, len(ratios))
	for i, r := range ratios {
		weights[i] = 1 / float64(len(ratios))
		mean += r.Value / float64(len(ratios))
	}
	below, above := joinedReach(weights, ratios)
	return mean, Interval{mean - below, mean + above}.Clip(0, 1)
}

// sumsOfProducts adds up, over the draws, the products of the influences on each
// two ratios.
func sumsOfProducts(ratios []Ratio) [][]float64 {
	type of struct {
		influence
		ratio int
	}
	out := make([][]float64, len(ratios))
	var all []of
	for i, r := range ratios {
		out[i] = make([]float64, len(ratios))
		for _, one := range r.influences {
			all = append(all, of{one, i})
		}
	}
	slices.SortStableFunc(all, func(a, b of) int { return cmp.Compare(a.draw, b.draw) })
	for from := 0; from < len(all); {
		to := from
		for to < len(all) && all[to].draw == all[from].draw {
			to++
		}
		for _, a := range all[from:to] {
			for _, b := range all[from:to] {
				out[a.ratio][b.ratio] += a.value * b.value
			}
		}
		from = to
	}
	return out
}
