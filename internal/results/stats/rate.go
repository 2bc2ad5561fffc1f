package stats

import "math"

// ShareInterval is the interval at level 1-alpha of the mean of values between 0
// and 1: outcomes, shares of samples that passed, scores of a judge.
//
// With one outcome of 0 or 1 a unit it is the exact one. Else it is Wilson's for as
// many draws of 0 or 1 as have the variance of m, with Student's t of its units
// in the place of the normal quantile, since that variance is estimated; and
// never narrower than what as many units leave possible that none of them
// showed: a share up to 1-(alpha/2)^(1/n) of values of 0, or of 1. It never
// leaves 0 to 1 and leans away from the end that the mean is near, as the values
// themselves do. It is 0 to 1 for fewer than two units.
//
// Source: the effective sample size of Korn and Graubard 1998, Survey
// Methodology 24, 193-201, with their correction for few degrees of freedom.
func ShareInterval(m Mean, alpha float64) Interval {
	if m.binary && m.N > 0 {
		return Exact(int(math.Round(m.Value*float64(m.N))), m.N, alpha)
	}
	if m.Units < 2 {
		return Interval{0, 1}
	}
	iv := Interval{m.Value, m.Value}
	const rounding = 1e-9
	if most := m.Value * (1 - m.Value); m.SE > rounding && most > 0 {
		n := most / (m.SE * m.SE)
		iv = wilson(m.Value*n, n, studentQuantile(1-alpha/2, m.Degrees))
	}
	hidden := m.Unseen(alpha)
	return Interval{min(iv.Low, m.Value*(1-hidden)), max(iv.High, m.Value+hidden*(1-m.Value))}.Clip(0, 1)
}
