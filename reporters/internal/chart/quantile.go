package chart

import (
	"slices"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
)

// Quantile is the nearest-rank quantile of values; 0 of none.
func Quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	return sorted[max(0, min(len(sorted)-1, int(q*float64(len(sorted))+.999999)-1))]
}

func QuantileText(ms []float64, q float64) string {
	if len(ms) == 0 {
		return "-"
	}
	return numbers.Duration(record.Duration(Quantile(ms, q)))
}
