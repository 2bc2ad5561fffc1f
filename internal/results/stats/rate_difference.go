package stats

import "math"

// RateDifference is the mean difference between two runs of the share of
// samples that pass, over cases that both have. It is a Mean that knows its
// values to lie between -1 and 1, and that n cases without a difference do not
// show that there is none.
type RateDifference struct {
	Mean
	// up and down are how many changes of one size, on either side, stand for
	// the differences, and scale what takes their spread to that of these: 0
	// where none differs.
	up, down, scale float64
}

// NewRateDifference takes the mean of d, the differences new-old of n cases'
// shares, each between -1 and 1. Clusters are as in NewMean.
func NewRateDifference(d []float64, cluster []int) RateDifference {
	r := RateDifference{Mean: NewMean(d, cluster)}
	squares, cubes, up := 0.0, 0.0, 0.0
	for _, v := range d {
		squares += v * v
		cubes += math.Abs(v) * v * v
		if v > 0 {
			up += v * v
		}
	}
	if squares == 0 {
		return r
	}
	size := cubes / squares
	r.up, r.down = up/(size*size), (squares-up)/(size*size)
	n := float64(len(d))
	centre := (r.up - r.down) / n
	r.scale = size
	if spread := (r.up+r.down)/n - centre*centre; spread > 0 {
		r.scale = max(r.scale, math.Sqrt((squares/n-r.Value*r.Value)/spread))
	}
	return r
}

// Interval is the interval of the difference at level 1-alpha.
//
// Where no case differs it is the exact one: a rate of change up to
// 1-(alpha/2)^(1/n), over n units, is then still possible. Elsewhere it is
// never narrower than that, over the clusters too where cases in them are hardly
// alike: a cluster that falls as a whole may not be among those seen. It is Newcombe's paired interval (newcombe)
// in this form:
//
//   - The cases that did not change all are in one cell. Whether they passed
//     or failed both times says nothing about the difference, but with many of
//     each method 10 finds a correlation near 1 and too short an interval: it
//     covers 87 % where 2 of 400 cases change, all of them one way, half of
//     the others pass, and 95 % is asked for. In one cell it covers 94 % or
//     more from n = 20 on for every rate of change tried.
//   - With several samples a case, the changes are taken to be of one size, s =
//     sum(|d|^3)/sum(d^2), and as many on either side as have the variance and
//     the skewness of the differences: sum(d^2)/s^2. Newcombe's interval of
//     those is brought to the spread and the mean of the d. For one sample a
//     case it is his, and it covers 93 % or more where Student's t, even when
//     kept as wide as if no case differed, falls to 92 %, and to 89 % with
//     changes of size 1: few differences, most of them one way, are skewed.
//   - With clusters the cases count as n/deff * (z/t)^2 independent ones, for
//     their design effect and Student's t of their number: the effective sample
//     size of Korn and Graubard 1998, Survey Methodology 24, 193-201.
//
// The coverage test of package compare prints what these numbers are on.
func (r RateDifference) Interval(alpha float64) Interval {
	hidden := Unseen(r.Units, alpha)
	if r.scale == 0 {
		return Interval{-hidden, hidden}
	}
	z := normalQuantile(1 - alpha/2)
	weight := r.independent(alpha, z) / float64(r.N)
	if weight == 0 {
		return Interval{-1, 1}
	}
	up, down := r.up*weight, r.down*weight
	same := max(0, float64(r.N)*weight-up-down)
	iv := newcombe(same, up, down, 0, z)
	centre := (r.up - r.down) / float64(r.N)
	iv.Low, iv.High = r.Value-(centre-iv.Low)*r.scale, r.Value+(iv.High-centre)*r.scale
	return iv.atLeast(r.Value, hidden).Clip(-1, 1)
}

// independent is how many independent cases are worth as much as these.
func (r RateDifference) independent(alpha, z float64) float64 {
	switch {
	case r.Units == r.N:
		return float64(r.N)
	case r.Units < 2:
		return 0
	}
	correction := z / studentQuantile(1-alpha/2, r.Units-1)
	return float64(r.N) / max(1, r.DesignEffect) * correction * correction
}

// Detectable is the smallest true difference that would have been found, as
// Mean.Detectable says, with a standard error no smaller than what the cases
// show when none differs: the half-width of that interval over z_{alpha/2}.
func (r RateDifference) Detectable(alpha, power float64) float64 {
	m := r.Mean
	m.SE = max(m.SE, Unseen(r.Units, alpha)/normalQuantile(1-alpha/2))
	return min(1, m.Detectable(alpha, power))
}
