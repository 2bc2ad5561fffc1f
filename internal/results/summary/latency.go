package summary

import (
	"slices"
	"time"

	"github.com/evalrun/evalrun/internal/decimals"
	"github.com/evalrun/evalrun/internal/results/stats"
	"github.com/evalrun/evalrun/record"
)

// Latency is how long answers took, each by the attempt that gave it, or how
// long their first tokens did. Judges' answers are left out. Everything is 0
// where there is no answer.
type Latency struct {
	Answers             int
	Mean, P50, P95, Max time.Duration
}

// Speed is how fast streamed answers came after their first token, in tokens a
// second. Judges' answers are left out. P5 is what 5 % of the answers were
// slower than. Everything is 0 where no answer has a speed.
type Speed struct {
	Answers            int
	Mean, Min, P5, P50 float64
}

// times are what was measured of answers.
type times struct {
	latencies []float64 // nanoseconds
	ttfts     []float64 // nanoseconds, of those that were streamed
	speeds    []float64 // tokens a second, of those that have one
	flights   Flights
}

// clear forgets the answers and keeps the memory.
func (t *times) clear() {
	t.latencies, t.ttfts, t.speeds, t.flights = t.latencies[:0], t.ttfts[:0], t.speeds[:0], t.flights[:0]
}

// add adds an answer.
func (t *times) add(e *record.Exchange) {
	if e.Batch == "" { // which says nothing of it
		t.latencies = append(t.latencies, float64(record.Duration(e.LatencyMS)))
	}
	t.flights.Add(e)
	if e.TTFTMS != nil {
		t.ttfts = append(t.ttfts, float64(record.Duration(*e.TTFTMS)))
	}
	if speed := e.TokensPerSecond; speed != nil && *speed > 0 && *speed <= largestMetric {
		t.speeds = append(t.speeds, *speed)
	}
}

// join adds other answers.
func (t *times) join(other times) {
	t.latencies = append(t.latencies, other.latencies...)
	t.ttfts = append(t.ttfts, other.ttfts...)
	t.speeds = append(t.speeds, other.speeds...)
	t.flights = append(t.flights, other.flights...)
}

// times are those of all of the group's answers; a variant's own where it is
// one, which is not copied.
func (g group) times() times {
	if len(g) == 1 {
		return g[0].times
	}
	var all times
	for _, p := range g {
		all.join(p.times)
	}
	return all
}

// newLatency sums up nanoseconds, which it sorts.
func newLatency(all []float64) Latency {
	if len(all) == 0 {
		return Latency{}
	}
	slices.Sort(all)
	return Latency{
		Answers: len(all),
		Mean:    nanoseconds(decimals.Mean(all)),
		P50:     nanoseconds(stats.Percentile(all, 50)),
		P95:     nanoseconds(stats.Percentile(all, 95)),
		Max:     nanoseconds(all[len(all)-1]),
	}
}

// newSpeed sums up tokens a second, which it sorts.
func newSpeed(all []float64) Speed {
	if len(all) == 0 {
		return Speed{}
	}
	slices.Sort(all)
	return Speed{Answers: len(all), Mean: decimals.Mean(all), Min: all[0], P5: stats.Percentile(all, 5), P50: stats.Percentile(all, 50)}
}

// nanoseconds is a duration, at most the longest.
func nanoseconds(n float64) time.Duration {
	const longest = time.Duration(1<<63 - 1)
	if n >= float64(longest) {
		return longest
	}
	return time.Duration(n)
}
