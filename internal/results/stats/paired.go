package stats

import (
	"math"

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

// newcombe is the interval of the difference p1-p2 of two rates that were
// measured on the same things, with the normal quantile z: a of them positive in
// both, b in the first only, c in the second only, d in neither. The counts need
// not be whole. It is -1 to 1 for no things.
//
// Source: Newcombe 1998, Statistics in Medicine 17, 2635-2650, method 10: the
// square-and-add of the two rates' Wilson intervals, with the correlation phi
// corrected for continuity.
func newcombe(a, b, c, d, z float64) Interval {
	n := a + b + c + d
	if n <= 0 {
		return Interval{-1, 1}
	}
	p1, p2 := (a+b)/n, (a+c)/n
	w1, w2 := wilson(a+b, n, z), wilson(a+c, n, z)
	phi := phiCorrected(a, b, c, d)
	add := func(x, y float64) float64 { return math.Sqrt(max(0, x*x-2*phi*x*y+y*y)) }
	return Interval{
		Low:  p1 - p2 - add(p1-w1.Low, w2.High-p2),
		High: p1 - p2 + add(w1.High-p1, p2-w2.Low),
	}
}

// phiCorrected is the correlation of two paired rates, a positive one corrected
// for continuity. It is 0 where a margin is empty.
func phiCorrected(a, b, c, d float64) float64 {
	product := (a + b) * (c + d) * (a + c) * (b + d)
	if product <= 0 {
		return 0
	}
	covariance := a*d - b*c
	if covariance > 0 {
		covariance = max(0, covariance-(a+b+c+d)/2)
	}
	return covariance / math.Sqrt(product)
}
