package compare

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/evalrun/evalrun/internal/results/stats"
	"github.com/evalrun/evalrun/record"
)

// simulation draws runs like one.
type simulation struct {
	opts    Options
	cases   []*caseSamples
	groups  [][]int // the cases of each draw
	units   int
	samples int     // a case, on average
	once    bool    // no case has two answers
	enough  bool    // whether a comparison has a verdict at all
	mean    float64 // of the cases' rates
	errors  float64 // share of the samples without an answer
	// prior is what the cases' own rates are distributed as; prior[0] is infinite
	// where all have one rate.
	prior [2]float64
	pools map[string][]float64 // the values of each metric
}

// newSimulation takes the cases of a run that have an answer. Those whose samples
// were ended count as asked once, by their verdict, as in a comparison.
func newSimulation(run *Side, opts Options) *simulation {
	opts.verdictOnly = true
	s := &simulation{opts: opts, pools: map[string][]float64{}, once: true}
	byVerdict := false
	for _, u := range run.cases {
		byVerdict = byVerdict || u.stopped
	}
	samples, errors := 0, 0
	var pairs []pair
	for _, u := range run.cases {
		if byVerdict {
			u = u.asVerdict()
		}
		errors += int(u.error)
		if u.answered() == 0 {
			continue
		}
		s.cases = append(s.cases, u)
		pairs = append(pairs, pair{old: u, new: u})
		samples += u.answered()
		s.once = s.once && u.answered() < 2
		s.mean += u.share()
		for i := range u.metrics {
			m := &u.metrics[i]
			s.pools[m.name] = append(s.pools[m.name], m.values...)
		}
	}
	if len(s.cases) == 0 {
		return s
	}
	s.mean /= float64(len(s.cases))
	s.errors = float64(errors) / float64(samples+errors)
	s.samples = max(1, int(math.Round(float64(samples+errors)/float64(len(s.cases)))))
	s.group(pairs)
	s.setPrior()
	return s
}

// group puts the cases of each draw together.
func (s *simulation) group(pairs []pair) {
	numberDraws(pairs)
	at := map[int]int{}
	for i := range pairs {
		j, known := at[pairs[i].draw]
		if !known {
			j = len(s.groups)
			at[pairs[i].draw] = j
			s.groups = append(s.groups, nil)
		}
		s.groups[j] = append(s.groups[j], i)
	}
	s.units = len(s.groups)
	_, new, _ := pairValues(pairs)
	s.enough = stats.NewMean(new, clustersOf(pairs)).Enough()
}

// setPrior fits a beta distribution to the cases' rates, by their mean and the
// part of their variance that is not of the samples.
func (s *simulation) setPrior() {
	draws := make([][]float64, len(s.cases))
	for i, u := range s.cases {
		draws[i] = u.draws()
	}
	v, ok := stats.VarianceComponents(draws)
	if !ok || v.Between <= 0 {
		s.prior = [2]float64{math.Inf(1), math.Inf(1)}
		return
	}
	both := max(.05, s.mean*(1-s.mean)/v.Between-1)
	s.prior = [2]float64{both * s.mean, both * (1 - s.mean)}
}

// draws are the answered samples of a case: 1 for a pass, 0 for a fail.
func (u *caseSamples) draws() []float64 {
	out := make([]float64, u.answered())
	for i := range u.pass {
		out[i] = 1
	}
	return out
}

// asVerdict is a case that was asked once and came out as its verdict.
func (u *caseSamples) asVerdict() *caseSamples {
	out := *u
	out.counts = counts{times: 1, need: 1}
	switch u.decided() {
	case record.Pass:
		out.pass = 1
	case record.Fail:
		out.fail = 1
	default:
		out.error = 1
	}
	return &out
}

// costUSD is the mean cost of a sample; nil where it is not known.
func (s *simulation) costUSD() *float64 {
	var cost, judges total
	for _, u := range s.cases {
		cost, judges = cost.plus(u.cost), judges.plus(u.judges)
	}
	mean, ok := cost.mean()
	if !ok {
		return nil
	}
	mean += judges.sum / float64(cost.n)
	return &mean
}

// casesIn is how many cases so many draws have.
func (s *simulation) casesIn(units int) int {
	n := 0
	for i := range units {
		n += len(s.groups[i%s.units])
	}
	return n
}

// round is what one comparison came to.
type round struct {
	verdict        Verdict
	metricImproved bool
	dropped        int
}

// rounds simulates n comparisons of two runs of a size, of which the new one's
// rate is lower by drop.
func (s *simulation) rounds(n int, size Size, drop float64) []round {
	out := make([]round, n)
	inParallel(n, func(i int) { out[i] = s.round(rand.New(rand.NewPCG(uint64(i), 29)), size, drop) })
	return out
}

// found is the size with how often it finds the drop.
func (s *simulation) found(size Size, drop float64) Size {
	n := roundsOf(sizeRounds, size.Cases)
	size.Found = 0
	for _, r := range s.rounds(n, size, drop) {
		size.Found += oneIf(r.verdict == Regressed) / float64(n)
	}
	return size
}

// round compares two runs. A drop is that of some draws, all of whose cases fail
// in the new run: a change that makes every case a little worse is found more
// often.
func (s *simulation) round(random *rand.Rand, size Size, drop float64) round {
	pairs := make([]pair, 0, size.Cases)
	broken := drop / s.mean
	dropped := 0
	for unit := 0; len(pairs) < size.Cases; unit++ {
		first, breaks := len(pairs), random.Float64() < broken
		for _, i := range s.groups[unit%s.units] {
			u := s.cases[i]
			rate := s.rate(random, u)
			old := s.sample(random, u, unit, size.Samples, rate)
			if breaks {
				rate = 0
			}
			new := s.sample(random, u, unit, size.Samples, rate)
			if s.errors > 0 { // what is missing is numbered by draws anew
				new.cluster = fmt.Sprint(unit)
			}
			if u.passes(old) && !u.passes(new) {
				dropped++
			}
			if old.answered() > 0 && new.answered() > 0 {
				pairs = append(pairs, pair{old: old, new: new, draw: first})
			} else {
				pairs = append(pairs, pair{})
			}
		}
	}
	var lost int
	pairs, lost = answered(pairs)
	if lost > 0 {
		numberDraws(pairs)
	}
	c := &Comparison{Differences: Differences{Overall: newEstimate("", pairs, nil, s.opts)}}
	c.Metrics, _, _ = newMetrics(pairs, nil, s.opts)
	if inSuite := pairsBySuite(pairs); len(inSuite) > 1 {
		for _, name := range sortedKeys(inSuite) {
			c.Suites = append(c.Suites, newEstimate(name, inSuite[name], nil, s.opts))
		}
	}
	settle([]*Comparison{c}, []*pairing{{pairs: pairs}}, s.opts)
	out := round{verdict: c.Verdict, dropped: dropped}
	for _, m := range c.Metrics {
		out.metricImproved = out.metricImproved || m.Verdict == Improved
	}
	return out
}

// answered leaves the pairs out that lack a side, and counts them.
func answered(pairs []pair) ([]pair, int) {
	kept := pairs[:0]
	for _, p := range pairs {
		if p.old != nil {
			kept = append(kept, p)
		}
	}
	return kept, len(pairs) - len(kept)
}

// passes reports whether samples have the share of passes that the case needs.
func (u *caseSamples) passes(samples *caseSamples) bool {
	return int(samples.pass)*int(u.times) >= int(u.required())*max(1, samples.answered())
}

// rate draws a rate that the case may have, given how its samples came out.
func (s *simulation) rate(random *rand.Rand, u *caseSamples) float64 {
	if math.IsInf(s.prior[0], 1) {
		return s.mean
	}
	return distuv.Beta{Alpha: s.prior[0] + float64(u.pass), Beta: s.prior[1] + float64(u.fail), Src: random}.Rand()
}

// sample draws the samples of a case in one run. Those of a metric are drawn from
// its own values, or where it was asked once from those of all cases.
func (s *simulation) sample(random *rand.Rand, of *caseSamples, unit, samples int, rate float64) *caseSamples {
	u := &caseSamples{suiteVariant: of.suiteVariant, name: of.name, counts: counts{times: int32(samples), need: int32(samples)}}
	if s.errors > 0 && unit >= s.units {
		u.name = fmt.Sprint(of.name, " ", unit)
	}
	u.metrics = make([]metricTotal, 0, len(of.metrics))
	for range samples {
		switch {
		case s.errors > 0 && random.Float64() < s.errors:
			u.error++
		case random.Float64() < rate:
			u.pass++
		default:
			u.fail++
		}
	}
	for i := range of.metrics {
		m := &of.metrics[i]
		values := m.values
		if len(values) < 2 {
			values = s.pools[m.name]
		}
		if len(values) == 0 {
			continue
		}
		one := metricTotal{metricKind: m.metricKind}
		for range u.answered() {
			one.addValue(values[random.IntN(len(values))])
		}
		u.metrics = append(u.metrics, one)
	}
	return u
}
