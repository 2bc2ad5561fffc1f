package summary

import (
	"slices"
	"time"

	"github.com/evalrun/evalrun/internal/results/stats"
	"github.com/evalrun/evalrun/record"
)

// Queue says that answers waited in a queue: those that were asked for while
// many requests of their model were under way took longer than those that were
// asked for while there were few. Their latencies are those of the queue.
type Queue struct {
	// Few is up to how many requests were under way, Many from how many, and
	// FewP50 and ManyP50 are half of the answers' latencies.
	Few, Many       int
	FewP50, ManyP50 time.Duration
	// Answers came while many were under way, of so many.
	Answers, Of int
}

// Flights are how long answers took, and how many requests of their model were
// under way when they were asked for. The zero value is empty.
type Flights []flight

type flight struct {
	underWay float64
	took     float64 // nanoseconds
	pace     float64 // nanoseconds a token
}

// Add adds an answer that was sent for, if it says how many were under way.
func (f *Flights) Add(e *record.Exchange) {
	if e.InFlight < 1 || e.Error != nil || !e.IsAnswer() {
		return
	}
	const short = 20 // tokens that an answer without any takes as long as
	work := float64(short)
	if _, output := e.Tokens(); output != nil {
		work += float64(*output)
	}
	took := float64(record.Duration(e.LatencyMS))
	*f = append(*f, flight{float64(e.InFlight), took, took / work})
}

// What makes a queue: so many answers at least with few and with many requests
// under way, which are a quarter and three quarters of the most; the slowest
// quarter of those faster, for their tokens, than the fastest quarter of these;
// and these slower by half.
const (
	leastFlights = 8
	few, many    = 0.25, 0.75
	leastSlower  = 1.5
)

// Queue says whether there was a queue; nil where there was none, or where too
// little is known.
func (f Flights) Queue() *Queue {
	most := 0.0
	for _, a := range f {
		most = max(most, a.underWay)
	}
	var paces, times [2][]float64 // with few and with many
	for _, a := range f {
		side := 0
		switch {
		case a.underWay >= many*most:
			side = 1
		case a.underWay > few*most:
			continue
		}
		paces[side], times[side] = append(paces[side], a.pace), append(times[side], a.took)
	}
	for side := range paces {
		if len(paces[side]) < leastFlights {
			return nil
		}
		slices.Sort(paces[side])
		slices.Sort(times[side])
	}
	if stats.Percentile(paces[0], 75) >= stats.Percentile(paces[1], 25) ||
		leastSlower*stats.Percentile(paces[0], 50) > stats.Percentile(paces[1], 50) {
		return nil
	}
	q := &Queue{Answers: len(times[1]), Of: len(f), Few: int(few * most), Many: int(many*most + 0.999)}
	q.FewP50, q.ManyP50 = nanoseconds(stats.Percentile(times[0], 50)), nanoseconds(stats.Percentile(times[1], 50))
	return q
}
