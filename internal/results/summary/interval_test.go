package summary_test

import (
	"math"
	"testing"

	"github.com/evalrun/evalrun/internal/results/summary"
)

// The intervals without errors are those of Newcombe 1998, table I, method 5.
func TestInterval(t *testing.T) {
	for _, tt := range []struct {
		outcomes  summary.Outcomes
		low, high float64
	}{
		{summary.Outcomes{}, 0, 1},
		{summary.Outcomes{Skip: 3}, 0, 1},
		{summary.Outcomes{Pass: 81, Fail: 182, Skip: 5}, .2527, .3676},
		{summary.Outcomes{Fail: 20}, 0, .1684},
		{summary.Outcomes{Pass: 10}, .6915, 1},
		{summary.Outcomes{Fail: 10, Error: 10}, 0, .7280},
		{summary.Outcomes{Error: 4}, 0, 1},
	} {
		low, high := tt.outcomes.Interval()
		if math.Abs(low-tt.low) > 5e-5 || math.Abs(high-tt.high) > 5e-5 {
			t.Errorf("%+v: %.4f to %.4f, want %.4f to %.4f", tt.outcomes, low, high, tt.low, tt.high)
		}
	}
}
