package stats

// RateInterval is the interval at level 1-alpha of a rate that is the mean of
// units' shares, each between 0 and 1: Wilson's for as many independent draws
// as have the variance of m. With one draw a unit and no clusters that is
// Wilson's own. Where the shares do not differ, nothing is known of their
// spread and every unit counts as one draw.
//
// Source: the effective sample size of Korn and Graubard 1998, Survey
// Methodology 24, 193-201, with the variance over n as Wilson's has it.
func RateInterval(m Mean, alpha float64) Interval {
	if m.Units == 0 {
		return Interval{0, 1}
	}
	n := float64(m.Units)
	if variance := m.SE * m.SE * (n - 1) / n; m.Units > 1 && variance > 0 {
		n = m.Value * (1 - m.Value) / variance
		if m.Units == m.N {
			n = max(n, float64(m.N))
		}
	}
	return wilson(m.Value*n, n, normalQuantile(1-alpha/2))
}

// ScoreInterval is the interval at level 1-alpha of the mean of scores, which
// lie anywhere between 0 and 1: Wilson's for as many draws of 0 or 1 as have
// the variance of m, with Student's t of its units in the place of the normal
// quantile, since that variance is estimated. It never leaves 0 to 1 and leans
// away from the end that the mean is near, as the scores themselves do. Cutting
// Student's interval at the ends does not: of scores near one end it misses
// many means on the other side (the coverage test of package compare). Where
// the scores do not differ, nothing is known of their spread and every unit
// counts as one draw. It is 0 to 1 for fewer than two units.
//
// Source: as RateInterval, with the correction for few degrees of freedom of
// Korn and Graubard 1998.
func ScoreInterval(m Mean, alpha float64) Interval {
	if m.Units < 2 {
		return Interval{0, 1}
	}
	n, quantile := float64(m.Units), normalQuantile(1-alpha/2)
	const rounding = 1e-9
	if most := m.Value * (1 - m.Value); m.SE > rounding && most > 0 {
		n, quantile = most/(m.SE*m.SE), studentQuantile(1-alpha/2, m.Degrees)
	}
	iv := wilson(m.Value*n, n, quantile)
	return Interval{min(iv.Low, m.Value), max(iv.High, m.Value)}
}
