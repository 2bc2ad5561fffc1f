package stats

import (
	"math"
	"slices"

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
	// Degrees are the degrees of freedom of SE: one less than there are units
	// where these are of one size, fewer where a few of them hold most values.
	Degrees float64
	// Largest is the share of the values that the largest unit holds.
	Largest float64
	// DesignEffect is how many times as many values it takes because those of
	// one cluster are alike: the variance of Value over the variance that as
	// many independent values would have. It is 1 without clusters.
	DesignEffect float64

	// unequal are the units' sizes where they differ.
	unequal unequal
	// binary says that every value is 0 or 1 and its own unit, as with one
	// outcome a case.
	binary bool
	// tail is the third central moment of Value over its variance: which way the
	// long tail of the values goes, and how far. others counts the values that show
	// it: those beside the one that more than half of them are, if there is such.
	tail   float64
	others int
}

const (
	// FewestDegrees of freedom and LargestUnit, the share of the values that the
	// largest unit holds, are the limits of what the spread of values says.
	FewestDegrees = 5
	LargestUnit   = .25
)

// Enough reports whether the units are enough, and alike enough in size, to say
// how far off Value may be.
func (m Mean) Enough() bool {
	return m.Degrees >= FewestDegrees-1e-9 && m.Largest <= LargestUnit
}

// Known reports whether an interval of a share says something: there are
// enough units, or each is a draw of 0 or 1, whose variance needs no estimate.
func (m Mean) Known() bool { return m.N > 0 && (m.binary || m.Enough()) }

// Varies reports whether the values differ.
func (m Mean) Varies() bool { return m.SE > 1e-12*math.Abs(m.Value) && !math.IsInf(m.SE, 1) }

// NewMean takes the mean of x, as the exact sum of the decimals that the values
// are written as. Values that share a number in cluster are one
// draw; nil means that every value is its own. A cluster that is not nil is as
// long as x.
//
// The standard error is sqrt(sum (x-m)^2 / (n-1) / n), with clusters
// sqrt(sum_c (sum_{i in c} (x_i-m))^2 / (1-n_c/n)) / n: CR2, the sandwich
// estimator with the bias-reduced linearization of Bell and McCaffrey 2002,
// Survey Methodology 28, 169-181, for a mean; with Satterthwaite's degrees of
// freedom as there, with independent values as the working model.
func NewMean(x []float64, cluster []int) Mean {
	n := float64(len(x))
	m := Mean{N: len(x), Units: len(x), SE: math.Inf(1), Degrees: max(0, n-1), DesignEffect: 1}
	if len(x) == 0 {
		return m
	}
	m.Value, m.Largest = decimals.Mean(x), 1/n
	residuals := make([]float64, len(x))
	for i, v := range x {
		residuals[i] = v - m.Value
	}
	if len(x) > 1 {
		m.others = othersIn(x)
		squares, cubes := moments(residuals)
		m.SE = math.Sqrt(squares/(n-1)) / math.Sqrt(n)
		m.setTail(squares, cubes)
	}
	if cluster != nil {
		m.correlate(residuals, cluster)
	}
	m.binary = m.Units == m.N
	for _, v := range x {
		m.binary = m.binary && (v == 0 || v == 1)
	}
	return m
}

// setTail takes the moments of the units' residuals.
func (m *Mean) setTail(squares, cubes float64) {
	m.tail = 0
	if squares > 0 {
		m.tail = cubes / squares / float64(m.N)
	}
}

// moments are the sums of squares and of cubes.
func moments(x []float64) (squares, cubes float64) {
	for _, v := range x {
		squares += v * v
		cubes += v * v * v
	}
	return squares, cubes
}

// correlate puts the clusters' standard error in the place of that of
// independent values.
func (m *Mean) correlate(residuals []float64, cluster []int) {
	independent := m.SE
	ones := make([]float64, len(residuals))
	for i := range ones {
		ones[i] = 1
	}
	sums, sizes := clusterSums(residuals, cluster), clusterSums(ones, cluster)
	m.Units, m.Largest = len(sums), 1
	if m.Units < 2 {
		m.SE, m.Degrees, m.DesignEffect = math.Inf(1), 0, float64(m.N)
		return
	}
	m.unequal = newUnequal(sizes)
	m.Largest = slices.Max(sizes) / float64(m.N)
	for i := range sums {
		sums[i] /= math.Sqrt(1 - sizes[i]/float64(m.N))
	}
	variance, cubes := moments(sums)
	m.setTail(variance, cubes)
	m.SE = math.Sqrt(variance) / float64(m.N)
	m.Degrees = satterthwaite(sizes, float64(m.N))
	if independent > 0 {
		m.DesignEffect = m.SE * m.SE / (independent * independent)
	} else {
		// No spread to judge by: the values of a cluster may be copies.
		m.DesignEffect = float64(m.N) / float64(m.Units)
	}
}

// satterthwaite gives the degrees of freedom of a mean's variance over
// clusters of these sizes, n values in all: with w the share of a cluster,
// 1 / (sum_c w_c^2 + sum_{c != d} w_c^2/(1-w_c) * w_d^2/(1-w_d)).
func satterthwaite(sizes []float64, n float64) float64 {
	squares, both, same := 0.0, 0.0, 0.0
	for _, size := range sizes {
		w := size / n
		a := w * w / (1 - w)
		squares += w * w
		both += a
		same += a * a
	}
	return 1 / (squares + both*both - same)
}

// Centre is Value, for what asks any estimate for it.
func (m Mean) Centre() float64 { return m.Value }

// lean is how far an interval goes on the side of the long tail: three halves of
// what the score interval of a family of distributions does whose variance goes
// with the mean as that of the values with their third moment. Few values hardly
// show their tail: six have no larger a skewness than 1.8, whatever they are drawn
// from. Six count as 3.8 times what they show, ten as twice, 30 as 1.1 times, by
// which the interval of a lognormal metric holds its mean in 93 % of runs.
func lean(n float64) float64 { return 1.5 * (1 + 100/(n*n)) }

// othersIn counts the values beside the one that more than half of them are; all
// where there is none such. It finds that one by the vote of Boyer and Moore 1991.
func othersIn(x []float64) int {
	candidate, votes := 0.0, 0
	for _, v := range x {
		switch {
		case votes == 0:
			candidate, votes = v, 1
		case v == candidate:
			votes++
		default:
			votes--
		}
	}
	others := 0
	for _, v := range x {
		if v != candidate {
			others++
		}
	}
	if 2*others >= len(x) {
		return len(x)
	}
	return others
}

// Interval is the interval of the mean of values without bounds, at level
// 1-alpha: Student's t, and on the side of the long tail of the values the score
// interval that knows of it, where that goes further. Student's alone holds the
// mean of 20 lengths or prices, of which few are much longer than the others, in
// 87 % of runs, and this in 94 % (the coverage test of this package). It is
// unbounded for fewer than two units.
//
// Source: the score interval is that of Rao 1948 for a natural exponential
// family, where the variance of the mean changes with it by its third moment over
// its second; for the need of it Johnson 1978, Journal of the American
// Statistical Association 73, 536-544.
func (m Mean) Interval(alpha float64) Interval { return m.leaning(alpha, m.Degrees+1) }

// leaning is Interval where so many values show the tail.
func (m Mean) leaning(alpha, shown float64) Interval {
	if m.Units < 2 {
		return unbounded
	}
	t := studentQuantile(1-alpha/2, m.Degrees)
	near, shift := t*m.SE, t*t*lean(shown)*math.Abs(m.tail)/2
	far := max(near, shift+math.Sqrt(near*near+shift*shift))
	if m.tail < 0 {
		return Interval{m.Value - far, m.Value + near}
	}
	return Interval{m.Value - near, m.Value + far}
}

// MetricInterval is Interval, and no narrower than what as many units leave possible
// of the least and the largest value there are: a share up to Unseen of either. A
// cluster of a fifth of the values may have shown nothing but others' ordinary ones.
// Where most values are the same, such as 0, only the others show the tail.
func (m Mean) MetricInterval(least, most, alpha float64) Interval {
	iv, hidden := m.leaning(alpha, min(m.Degrees+1, float64(m.others+3))), m.Unseen(alpha)
	return Interval{min(iv.Low, m.Value-hidden*(m.Value-least)), max(iv.High, m.Value+hidden*(most-m.Value))}
}

// PValue is the level at which an end of Interval touches 0.
func (m Mean) PValue() float64 {
	if m.Units < 2 || m.Value == 0 {
		return 1
	}
	variance := m.SE * m.SE
	if m.tail*m.Value < 0 { // the end that is nearer to 0 is that of the long tail
		variance += lean(m.Degrees+1) * math.Abs(m.tail*m.Value)
	}
	if variance == 0 {
		return 0
	}
	return studentTails(m.Value/math.Sqrt(variance), m.Degrees)
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
