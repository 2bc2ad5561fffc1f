package stats

import (
	"gonum.org/v1/gonum/stat/distuv"
)

// McNemar is the exact two-sided p-value for b pairs that changed one way and
// c that changed the other: min(1, 2 * P(X <= min(b, c))) for X binomial with
// b+c trials and probability 1/2.
//
// Source: McNemar 1947, Psychometrika 12, 153-157, in the exact conditional
// form (Fagerland, Lydersen and Laake 2013, BMC Medical Research Methodology
// 13:91).
func McNemar(b, c int) float64 {
	if b == c {
		return 1
	}
	discordant := distuv.Binomial{N: float64(b + c), P: 0.5}
	return min(1, 2*discordant.CDF(float64(min(b, c))))
}
