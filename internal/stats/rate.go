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
