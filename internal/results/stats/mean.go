package stats

import (
	"math"

	"github.com/evalrun/evalrun/internal/decimals"
)

// Mean is the mean of values that are draws from a population, such as a
// metric of every case or its difference between two runs, with what it takes
// to say how far off it may be.
type Mean struct {
	// N counts the values, Units the independent draws among them: the
	// clusters where there are any, else the values.
	N, Units int
	Value    float64
	// SE is the standard error of Value. It is infinite where fewer than two
	// units leave it unknown.
	SE float64
	// DesignEffect is how many times as many values it takes because those of
	// one cluster are alike: the variance of Value over the variance that as
	// many independent values would have. It is 1 without clusters.
	DesignEffect float64
}

// NewMean takes the mean of x, as the exact sum of the decimals that the values
// are written as. Values that share a number in cluster are one
// draw; nil means that every value is its own. A cluster that is not nil is as
// long as x.
//
// The standard error is sqrt(sum (x-m)^2 / (n-1) / n), with clusters
// sqrt(C/(C-1) * sum_c (sum_{i in c} (x_i-m))^2) / n: the sandwich estimator
// of Liang and Zeger 1986 with the usual factor for few clusters, as in Miller
// 2024, arXiv 2411.00640, section 2.2.
func NewMean(x []float64, cluster []int) Mean {
	m := Mean{N: len(x), Units: len(x), SE: math.Inf(1), DesignEffect: 1}
	if len(x) == 0 {
		return m
	}
	m.Value = decimals.Mean(x)
	if len(x) > 1 {
		m.SE = math.Sqrt(sumSquares(x, m.Value)/float64(m.N-1)) / math.Sqrt(float64(m.N))
	}
	if cluster != nil {
		m.correlate(x, cluster)
	}
	return m
}

// correlate puts the clusters' standard error in the place of that of
// independent values.
func (m *Mean) correlate(x []float64, cluster []int) {
	independent := m.SE
	residuals := make([]float64, len(x))
	for i, v := range x {
		residuals[i] = v - m.Value
	}
	sums := clusterSums(residuals, cluster)
	m.Units = len(sums)
	if m.Units < 2 {
		m.SE, m.DesignEffect = math.Inf(1), float64(m.N)
		return
	}
	c := float64(m.Units)
	m.SE = math.Sqrt(c/(c-1)*sumSquares(sums, 0)) / float64(m.N)
	if independent > 0 {
		m.DesignEffect = m.SE * m.SE / (independent * independent)
	} else {
		// No spread to judge by: the values of a cluster may be copies.
		m.DesignEffect = float64(m.N) / c
	}
}

// Interval is Student's t interval of the mean at level 1-alpha, with one
// degree of freedom less than there are units. It is unbounded for fewer than
// two units.
func (m Mean) Interval(alpha float64) Interval {
	if m.Units < 2 {
		return unbounded
	}
	half := studentQuantile(1-alpha/2, m.Units-1) * m.SE
	return Interval{m.Value - half, m.Value + half}
}

// Detectable is the smallest true mean that a two-sided test at level alpha
// finds different from 0 with the given power: (z_{alpha/2} + z_beta) * SE.
//
// Source: Miller 2024, arXiv 2411.00640, section 5, equation 9 solved for the
// difference.
func (m Mean) Detectable(alpha, power float64) float64 {
	return (normalQuantile(1-alpha/2) + normalQuantile(power)) * m.SE
}

// clusterSums adds up the values of each cluster, in the order in which the
// clusters first appear. Without clusters every value is its own sum.
func clusterSums(x []float64, cluster []int) []float64 {
	if cluster == nil {
		return x
	}
	place := make(map[int]int)
	var sums []float64
	for i, v := range x {
		at, known := place[cluster[i]]
		if !known {
			at = len(sums)
			place[cluster[i]] = at
			sums = append(sums, 0)
		}
		sums[at] += v
	}
	return sums
}

func average(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

func sumSquares(x []float64, centre float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += (v - centre) * (v - centre)
	}
	return sum
}
