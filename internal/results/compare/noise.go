package compare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"

	"github.com/evalrun/evalrun/internal/fault"
	"github.com/evalrun/evalrun/internal/results/stats"
)

// Noise is what comparing a run with itself comes to: an A/A test. Nothing
// differs between the halves, so that whatever is found is a false alarm.
type Noise struct {
	Name   string  `json:"name"`
	Alpha  float64 `json:"alpha"`
	Rounds int     `json:"rounds"`
	// Cases have at least two answered samples; LeftOut have not. Units counts
	// the independent draws among the cases, and Blind says that they are too
	// few for any comparison to find something.
	Cases   int  `json:"cases"`
	LeftOut int  `json:"left_out"`
	Units   int  `json:"units"`
	Blind   bool `json:"blind"`
	// Regressed and Improved count the rounds with such a verdict.
	Regressed int `json:"regressed"`
	Improved  int `json:"improved"`
	// AnyDrop counts the rounds in which a case passed in one half and not in
	// the other, which fails a snapshot test; Dropped is the mean number of
	// such cases.
	AnyDrop int     `json:"any_drop"`
	Dropped float64 `json:"dropped"`
	// Spread is the standard deviation of the difference between the halves.
	Spread float64 `json:"spread"`
}

// AA splits the samples of each case at random into two halves, rounds times,
// and compares the halves as Compare does: over all cases, over suites, and by
// the metrics, which a baseline has no samples of. It is an error where no two
// cases have two samples.
func AA(side *Side, rounds int, opts Options) (*Noise, error) {
	opts = opts.withDefaults()
	n := &Noise{Name: side.Name, Alpha: opts.Alpha, Rounds: rounds}
	cases, err := side.sampled()
	if err != nil {
		return nil, err
	}
	n.Cases, n.LeftOut = len(cases), len(side.cases)-len(cases)
	if n.Cases < 2 {
		return nil, fmt.Errorf("%s has %d cases with two samples or more, expected at least 2: repeat its cases (`--repeat 10`, without --stop-early)", side.Name, n.Cases)
	}
	pairs := make([]pair, len(cases))
	for i, c := range cases {
		pairs[i] = pair{old: c.caseSamples, new: c.caseSamples}
	}
	numberDraws(pairs)
	n.Units = unitsOf(pairs)
	n.Blind = stats.LeastP(n.Units) >= opts.Alpha
	found := make([]round, rounds)
	inParallel(rounds, func(i int) { found[i] = split(cases, pairs, uint64(i), opts) })
	n.sum(found)
	return n, nil
}

// round is what one split came to.
type round struct {
	verdict    Verdict
	dropped    int
	difference float64
}

func (n *Noise) sum(found []round) {
	differences := make([]float64, len(found))
	for i, r := range found {
		switch r.verdict {
		case Regressed:
			n.Regressed++
		case Improved:
			n.Improved++
		}
		if r.dropped > 0 {
			n.AnyDrop++
		}
		n.Dropped += float64(r.dropped) / float64(len(found))
		differences[i] = r.difference
	}
	n.Spread = deviation(differences)
}

// inParallel calls do for 0 to n-1 on all processors.
func inParallel(n int, do func(i int)) {
	var group sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for first := range workers {
		group.Go(func() {
			defer fault.Catch()
			for i := first; i < n; i += workers {
				do(i)
			}
		})
	}
	group.Wait()
}

// split compares two random halves of every case. The pairs say which cases
// are one draw.
func split(cases []sampledCase, pairs []pair, seed uint64, opts Options) round {
	random := rand.New(rand.NewPCG(seed, 1))
	halves := make([]pair, len(cases))
	dropped := 0
	for i := range cases {
		old, new := cases[i].halves(random)
		halves[i] = pair{old: old, new: new, draw: pairs[i].draw}
		if cases[i].enough(old) && !cases[i].enough(new) {
			dropped++
		}
	}
	c := &Comparison{Differences: Differences{Overall: newEstimate("", halves, nil, opts)}}
	c.Metrics, _, _ = newMetrics(halves, opts)
	inSuite := pairsBySuite(halves)
	for _, name := range sortedKeys(inSuite) {
		c.Suites = append(c.Suites, newEstimate(name, inSuite[name], nil, opts))
	}
	// Without pairs nobody asks what an inconclusive one would need.
	settle([]*Comparison{c}, []*pairing{{}}, opts)
	return round{c.Verdict, dropped, c.Overall.Difference}
}

// deviation is the standard deviation around the mean.
func deviation(x []float64) float64 {
	if len(x) < 2 {
		return 0
	}
	return stats.NewMean(x, nil).SE * math.Sqrt(float64(len(x)))
}
