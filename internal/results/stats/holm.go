package stats

import (
	"cmp"
	"slices"
)

// Holm adjusts the p-values of several tests so that calling those below alpha
// significant makes one false alarm or more with probability alpha at most,
// however the tests depend on each other. The result is in the order of p.
//
// Source: Holm 1979, Scandinavian Journal of Statistics 6, 65-70.
func Holm(p []float64) []float64 {
	ascending := make([]int, len(p))
	for i := range ascending {
		ascending[i] = i
	}
	slices.SortStableFunc(ascending, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	adjusted := make([]float64, len(p))
	largest := 0.0
	for rank, i := range ascending {
		largest = max(largest, min(1, float64(len(p)-rank)*p[i]))
		adjusted[i] = largest
	}
	return adjusted
}
