package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Interval is a confidence interval, both ends included. An end that nothing
// bounds is infinite.
type Interval struct {
	Low, High float64
}

var unbounded = Interval{math.Inf(-1), math.Inf(1)}

// Clip cuts the interval to what is possible at all.
func (iv Interval) Clip(low, high float64) Interval {
	return Interval{max(iv.Low, low), min(iv.High, high)}
}

// Exact is the interval at level 1-alpha of a rate of k in n, that holds the true
// one in 1-alpha of runs or more whatever it is. Nothing is known of a rate of 0
// in 0: its interval is 0 to 1.
//
// Source: Clopper and Pearson 1934, as method 5 in Newcombe 1998, Statistics in
// Medicine 17, 857-872, whose values the tests hold.
func Exact(k, n int, alpha float64) Interval {
	iv := Interval{0, 1}
	if k > 0 && k <= n {
		iv.Low = distuv.Beta{Alpha: float64(k), Beta: float64(n - k + 1)}.Quantile(alpha / 2)
	}
	if k < n {
		iv.High = distuv.Beta{Alpha: float64(k + 1), Beta: float64(n - k)}.Quantile(1 - alpha/2)
	}
	return iv
}

// wilson is the score interval of a rate of k in n, which need not be whole, with
// the normal quantile z. The ends are exact where k is 0 or n.
//
// Source: Wilson 1927, as method 3 in Newcombe 1998.
func wilson(k, n, z float64) Interval {
	p := k / n
	scale := 1 + z*z/n
	centre := (p + z*z/(2*n)) / scale
	half := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n)) / scale
	iv := Interval{centre - half, centre + half}
	if k == 0 {
		iv.Low = 0
	}
	if k == n {
		iv.High = 1
	}
	return iv.Clip(0, 1)
}

func normalQuantile(p float64) float64 {
	return distuv.UnitNormal.Quantile(p)
}

func studentQuantile(p, degrees float64) float64 {
	return distuv.StudentsT{Sigma: 1, Nu: degrees}.Quantile(p)
}

// studentTails is the probability that Student's t is as far from 0 as x.
func studentTails(x, degrees float64) float64 {
	return 2 * distuv.StudentsT{Sigma: 1, Nu: degrees}.CDF(-math.Abs(x))
}

func normalTails(x float64) float64 { return 2 * distuv.UnitNormal.CDF(-math.Abs(x)) }
