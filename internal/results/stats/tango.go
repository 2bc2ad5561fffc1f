package stats

import "math"

// scoreStatistic is how many standard errors the difference (up-down)/n of two
// rates that were measured on the same n things lies above delta, with the
// standard error that the rates have if delta is the true difference. The
// counts of changes need not be whole.
//
// Source: Tango 1998, Statistics in Medicine 17, 891-908.
func scoreStatistic(up, down, n, delta float64) float64 {
	distance := up - down - n*delta
	b := (2*n-up+down)*delta - up - down
	c := -down * delta * (1 - delta)
	// The likeliest share of changes down, were delta the difference.
	q := (math.Sqrt(max(0, b*b-8*n*c)) - b) / (4 * n)
	variance := n * (2*q + delta*(1-delta))
	if variance <= 0 {
		if distance == 0 {
			return 0
		}
		return math.Copysign(math.Inf(1), distance)
	}
	return distance / math.Sqrt(variance)
}

// scoreInterval holds the differences whose statistic is between -z and z.
func scoreInterval(up, down, n, z float64) Interval {
	return Interval{lowestScore(up, down, n, z), -lowestScore(down, up, n, z)}
}

// lowestScore is the difference whose statistic is z.
func lowestScore(up, down, n, z float64) float64 {
	low, high := -1.0, 1.0
	for range 45 { // to 1e-13
		if middle := (low + high) / 2; scoreStatistic(up, down, n, middle) > z {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2
}
