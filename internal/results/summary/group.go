package summary

import (
	"hash/maphash"
	"slices"

	"github.com/evalrun/evalrun/record"
)

// part is what is kept of a suite's cases in one variant while they are read.
type part struct {
	name    string
	axes    map[string]string
	totals  Totals
	times   times
	metrics map[string]*metricSum
	draws   []uint64 // of the cases that have a metric: their numbers, at the end of their draws
	repeats map[repeated]int
	missing int
}

func newPart(c *Case) *part {
	return &part{name: c.Variant, axes: c.Axes, metrics: map[string]*metricSum{}, repeats: map[repeated]int{}}
}

// add adds the case of a number, with the times of its answers.
func (p *part) add(c *Case, took times, number int) {
	p.totals.Add(c.Totals)
	p.times.join(took)
	p.addMetrics(c, number)
	p.addRepeats(c)
	p.missing += missing(c)
}

// setDraws puts the draws of the cases, where some are one, in the place of their
// numbers.
func (p *part) setDraws(units []int) {
	if units == nil {
		return
	}
	for i, number := range p.draws {
		p.draws[i] = uint64(units[number])
	}
	for _, sum := range p.metrics {
		if sum.classes != nil {
			for i := range sum.classes.cases {
				of := &sum.classes.cases[i]
				of.draw = uint64(units[of.draw])
			}
		}
	}
}

// missing counts the samples that the record does not have: of a run that was
// cut short, or of a case that was decided early.
func missing(c *Case) int {
	if c.Outcome == record.Skip {
		return 0
	}
	return max(max(c.Times, 1)-c.Totals.Samples.Total(), 0)
}

// group is variants whose cases belong together.
type group []*part

// filter is the group of those variants that keep wants.
func (g group) filter(keep func(*part) bool) group {
	return slices.DeleteFunc(slices.Clone(g), func(p *part) bool { return !keep(p) })
}

func (g group) totals() Totals {
	var t Totals
	for _, p := range g {
		t.Add(p.totals)
	}
	return t
}

func (g group) missing() int {
	n := 0
	for _, p := range g {
		n += p.missing
	}
	return n
}

func (g group) numbers() Numbers {
	t := g.times()
	return Numbers{
		Latency: newLatency(t.latencies), TTFT: newLatency(t.ttfts), Speed: newSpeed(t.speeds), Queue: t.flights.Queue(),
		Metrics: g.metrics(), Repeats: g.repeats(),
	}
}

// variants are the group's, in the order of their first case. The numbers are
// those of all of it.
func (g group) variants(all Numbers, correct corrector) []Variant {
	out := make([]Variant, len(g))
	for i, p := range g {
		out[i] = Variant{Name: p.name, Axes: p.axes, Totals: p.totals, Numbers: all}
		if len(g) > 1 {
			out[i].Numbers = g[i : i+1].numbers()
			correct.correct(g[i:i+1], out[i].Metrics)
		}
	}
	return out
}

// textSeed is that of the hashes of names and clusters. They are
// of 64 bits, so that two of a million are alike once in ten million runs.
var textSeed = maphash.MakeSeed()

// numbered numbers hashes by where they first occur; nil where no two are
// alike.
func numbered(hashes []uint64) []uint32 {
	sorted := slices.Clone(hashes)
	slices.Sort(sorted)
	if len(slices.Compact(sorted)) == len(hashes) {
		return nil
	}
	numbers := map[uint64]uint32{}
	out := make([]uint32, len(hashes))
	for i, hash := range hashes {
		n, ok := numbers[hash]
		if !ok {
			n = uint32(len(numbers))
			numbers[hash] = n
		}
		out[i] = n
	}
	return out
}
