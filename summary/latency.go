package summary

import (
	"slices"
	"time"

	"github.com/evalrun/evalrun/internal/stats"
)

// Latency is how long answers took, each by the attempt that gave it. Judges'
// answers are left out. Everything is 0 where there is no answer.
type Latency struct {
	Answers             int
	Mean, P50, P95, Max time.Duration
}

func (g group) latency() Latency {
	var all []float64 // nanoseconds
	for _, p := range g.parts {
		all = append(all, p.latencies...)
	}
	if len(all) == 0 {
		return Latency{}
	}
	sum := 0.0
	for _, d := range all {
		sum += d
	}
	slices.Sort(all)
	return Latency{
		Answers: len(all),
		Mean:    nanoseconds(sum / float64(len(all))),
		P50:     nanoseconds(stats.Percentile(all, 50)),
		P95:     nanoseconds(stats.Percentile(all, 95)),
		Max:     nanoseconds(all[len(all)-1]),
	}
}

// nanoseconds is a duration, at most the longest.
func nanoseconds(n float64) time.Duration {
	const longest = time.Duration(1<<63 - 1)
	if n >= float64(longest) {
		return longest
	}
	return time.Duration(n)
}
