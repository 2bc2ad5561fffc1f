package record

import (
	"math"
	"time"
)

// Duration is a number of milliseconds, as the record has them, as a
// Duration. What no Duration can be is clamped to the nearest.
func Duration(ms float64) time.Duration {
	ns := math.Round(ms * float64(time.Millisecond))
	switch {
	case ns >= math.MaxInt64:
		return math.MaxInt64
	case ns > 0:
		return time.Duration(ns)
	}
	return 0
}
