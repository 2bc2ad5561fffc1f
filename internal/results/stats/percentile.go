package stats

import "github.com/evalrun/evalrun/internal/decimals"

// Percentile is the p-th percentile, 0 <= p <= 100, of values in ascending
// order: linear interpolation between the two values around position
// (n-1)*p/100, exact as decimals. It is 0 for no values.
//
// Source: definition 7 of Hyndman and Fan 1996, The American Statistician 50,
// 361-365, which NumPy and R take by default.
func Percentile(sorted []float64, p int) float64 {
	if len(sorted) == 0 {
		return 0
	}
	position := (len(sorted) - 1) * min(max(p, 0), 100)
	below, share := position/100, position%100
	if share == 0 {
		return sorted[below]
	}
	var sum decimals.Sum
	sum.AddTimes(sorted[below], float64(100-share))
	sum.AddTimes(sorted[below+1], float64(share))
	return sum.Over(100)
}
