package compare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/evalrun/evalrun/internal/slowtest"
)

// drift is a suite that nothing changes while the model behind it grows worse.
type drift struct {
	cases, samples int
	rate, points   float64
	together       bool // whether both sides are asked at the same time, in turn
}

// sides are the two sides: one day apart, or together while the model grows worse.
func (d drift) sides(random *rand.Rand) (old, new []*caseSamples) {
	w := world{cases: d.cases, old: d.samples, new: d.samples}
	for i := range d.cases {
		own := min(1, d.rate+.1*random.NormFloat64())
		before, after := own, own-d.points
		if d.together {
			before = own - d.points*float64(i)/float64(d.cases)
			after = before
		}
		was, is := w.unit(i, d.samples), w.unit(i, d.samples)
		w.ask(was, random, before, nil, false)
		w.ask(is, random, after, nil, false)
		old, new = append(old, was), append(new, is)
	}
	return old, new
}

// What the provider changes between two runs looks like a change of the suites,
// and not where both sides are asked in turn.
func TestDrift(t *testing.T) {
	n := slowtest.Size(100, 1000)
	slack := 4 * math.Sqrt(.025*.975/float64(n))
	rows := []string{"| cases × samples | asked at different times: false REGRESSED | asked in turn: false REGRESSED |", "|:--|--:|--:|"}
	for _, d := range []drift{{cases: 100, samples: 1, rate: .8}, {cases: 200, samples: 5, rate: .8}, {cases: 400, samples: 5, rate: .9}, {cases: 1000, samples: 5, rate: .9}} {
		d.points = .02
		shares := map[bool]float64{}
		for _, d.together = range []bool{false, true} {
			found := make([]Verdict, n)
			inParallel(n, func(i int) { found[i] = verdictOf(d.sides(rand.New(rand.NewPCG(uint64(i), 23)))) })
			for _, v := range found {
				shares[d.together] += oneIf(v == Regressed) / float64(n)
			}
		}
		rows = append(rows, fmt.Sprintf("| %d × %d | %.1f %% | %.1f %% |", d.cases, d.samples, 100*shares[false], 100*shares[true]))
		if shares[true] > .025+slack {
			t.Errorf("%+v: %.1f %% are REGRESSED, want 2.5 %% at most", d, 100*shares[true])
		}
	}
	holdTable(t, "drift", rows)
}
