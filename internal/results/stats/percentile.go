package stats

// Percentile is the p-th percentile, 0 <= p <= 100, of values in ascending
// order: linear interpolation between the two values around position
// (n-1)*p/100. It is 0 for no values.
//
// Source: definition 7 of Hyndman and Fan 1996, The American Statistician 50,
// 361-365, which NumPy and R take by default.
func Percentile(sorted []float64, p float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	position := float64(len(sorted)-1) * min(max(p, 0), 100) / 100
	below := int(position)
	if below == len(sorted)-1 {
		return sorted[below]
	}
	share := position - float64(below)
	return sorted[below]*(1-share) + sorted[below+1]*share
}
