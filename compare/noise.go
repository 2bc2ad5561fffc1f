package compare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"

	"github.com/evalrun/evalrun/internal/stats"
)

// Noise is what comparing a run with itself comes to: an A/A test. Nothing
// differs between the halves, so that whatever is found is a false alarm.
type Noise struct {
	Name   string  `json:"name"`
	Alpha  float64 `json:"alpha"`
	Rounds int     `json:"rounds"`
	// Cases have at least two answered samples; LeftOut have not.
	Cases   int `json:"cases"`
	LeftOut int `json:"left_out"`
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

// round is what one split came to.
type round struct {
	verdict    Verdict
	dropped    int
	difference float64
}

// AA splits the samples of each case at random into two halves, rounds times,
// and compares the halves by their pass rates, as Compare does over all cases
// and over suites. It is an error where no two cases have two samples.
func AA(side *Side, rounds int, opts Options) (*Noise, error) {
	opts = opts.withDefaults()
	n := &Noise{Name: side.Name, Alpha: opts.Alpha, Rounds: rounds}
	var units []*unit
	for _, u := range side.cases {
		if u.answered() > 1 && !u.stopped {
			units = append(units, u)
		} else {
			n.LeftOut++
		}
	}
	n.Cases = len(units)
	if n.Cases < 2 {
		return nil, fmt.Errorf("%s has %d cases with two samples or more, expected at least 2: repeat its cases (`--repeat 10`, without --stop-early)", side.Name, n.Cases)
	}
	found := make([]round, rounds)
	inParallel(rounds, func(i int) { found[i] = split(units, uint64(i), opts) })
	n.sum(found)
	return n, nil
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
			for i := first; i < n; i += workers {
				do(i)
			}
		})
	}
	group.Wait()
}

// split compares two random halves of every case.
func split(units []*unit, seed uint64, opts Options) round {
	random := rand.New(rand.NewPCG(seed, 1))
	pairs := make([]pair, len(units))
	dropped := 0
	for i, u := range units {
		old, new := u.halves(random)
		pairs[i] = pair{old: old, new: new}
		if u.enough(old) && !u.enough(new) {
			dropped++
		}
	}
	numberDraws(pairs)
	c := &Comparison{Overall: rateTest(pairs)}
	inSuite := pairsBySuite(pairs)
	for _, name := range sortedKeys(inSuite) {
		s := rateTest(inSuite[name])
		s.Name = name
		c.Suites = append(c.Suites, s)
	}
	c.settleTests(opts)
	return round{c.Verdict, dropped, c.Overall.Difference}
}

// rateTest is the part of newEstimate that a verdict against chance needs.
func rateTest(pairs []pair) Estimate {
	_, _, d := pairValues(pairs)
	p := stats.SignFlip(d, clustersOf(pairs), seed)
	return Estimate{Pairs: len(pairs), Difference: stats.NewMean(d, nil).Value, PValue: p, PAdjusted: p, Interval: Interval{-1, 1}}
}

// settleTests gives the verdicts as settle does, but for what an inconclusive
// one needs.
func (c *Comparison) settleTests(opts Options) {
	var family []*float64
	if len(c.Suites) > 1 {
		for i := range c.Suites {
			family = append(family, &c.Suites[i].PAdjusted)
		}
	}
	adjust(family)
	c.Overall.Verdict = judge(c.Overall.Difference, c.Overall.PAdjusted, c.Overall.Interval[0], opts)
	for i := range c.Suites {
		s := &c.Suites[i]
		s.Verdict = judge(s.Difference, s.PAdjusted, s.Interval[0], opts)
	}
	c.conclude()
}

// halves draws two halves of a case's answered samples; an odd one is left
// out.
func (u *unit) halves(random *rand.Rand) (*unit, *unit) {
	size := u.answered() / 2
	passes, rest := u.pass, u.answered()
	draw := func() *unit {
		half := &unit{id: u.id, cluster: u.cluster, counts: counts{times: size, need: size}}
		for range size {
			if random.IntN(rest) < passes {
				half.pass++
				passes--
			} else {
				half.fail++
			}
			rest--
		}
		return half
	}
	return draw(), draw()
}

// enough says that a half has the share of passes that the case needs.
func (u *unit) enough(half *unit) bool {
	need := u.need
	if need < 1 || need > u.times {
		need = u.times
	}
	return half.pass*u.times >= need*half.answered()
}

// deviation is the standard deviation around the mean.
func deviation(x []float64) float64 {
	if len(x) < 2 {
		return 0
	}
	return stats.NewMean(x, nil).SE * math.Sqrt(float64(len(x)))
}
