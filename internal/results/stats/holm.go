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

// HolmLevels gives the level of each test at which Holm's procedure at level
// alpha tries it: alpha over the number of tests that are left when it is found
// significant, or when the procedure ends. The p-value is at most its level just
// where Holm's adjusted one is alpha at most.
func HolmLevels(p []float64, alpha float64) []float64 {
	ascending := slices.Sorted(slices.Values(p))
	found := 0
	for found < len(p) && ascending[found] <= alpha/float64(len(p)-found) {
		found++
	}
	levels := make([]float64, len(p))
	for i, x := range p {
		rank, _ := slices.BinarySearch(ascending, x)
		levels[i] = alpha / float64(max(1, len(p)-min(rank, found)))
	}
	return levels
}
