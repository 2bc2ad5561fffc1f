package summary

import (
	"time"

	"github.com/evalrun/evalrun/record"
)

// group is cases that belong together, with the latencies of the answers of
// each.
type group struct {
	cases     []*Case
	latencies [][]time.Duration
}

func newGroup(s *Suite, latencies [][]time.Duration) group {
	g := group{latencies: latencies}
	for i := range s.Cases {
		g.cases = append(g.cases, &s.Cases[i])
	}
	return g
}

// filter is the group of those cases that keep wants.
func (g group) filter(keep func(*Case) bool) group {
	var out group
	for i, c := range g.cases {
		if keep(c) {
			out.cases = append(out.cases, c)
			out.latencies = append(out.latencies, g.latencies[i])
		}
	}
	return out
}

func (g group) totals() Totals {
	var t Totals
	for _, c := range g.cases {
		t.add(c.Totals)
	}
	return t
}

func (g group) numbers() Numbers {
	return Numbers{Latency: g.latency(), Metrics: g.metrics(), Repeats: g.repeats()}
}

// variants splits the group by variant, in the order of their first case.
func (g group) variants() []Variant {
	index := map[string]int{}
	var groups []group
	for i, c := range g.cases {
		at, ok := index[c.Variant]
		if !ok {
			at = len(groups)
			index[c.Variant] = at
			groups = append(groups, group{})
		}
		groups[at].cases = append(groups[at].cases, c)
		groups[at].latencies = append(groups[at].latencies, g.latencies[i])
	}
	out := make([]Variant, len(groups))
	for i, v := range groups {
		first := v.cases[0]
		out[i] = Variant{Name: first.Variant, Axes: first.Axes, Totals: v.totals(), Numbers: v.numbers()}
	}
	return out
}

// missing counts the samples that the record does not have: of a run that was
// cut short, or of a case that was decided early.
func (g group) missing() int {
	n := 0
	for _, c := range g.cases {
		if c.Outcome != record.Skip {
			n += max(max(c.Times, 1)-c.Totals.Samples.Total(), 0)
		}
	}
	return n
}
