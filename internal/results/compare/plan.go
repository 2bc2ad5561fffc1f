package compare

import (
	"fmt"
	"math"

	"github.com/evalrun/evalrun/internal/results/stats"
)

// Plan says how large a run must be to find a difference.
type Plan struct {
	Name   string  `json:"name"`
	Detect float64 `json:"detect"`
	Alpha  float64 `json:"alpha"`
	Power  float64 `json:"power"`
	// Cases and Samples, a case, are what the run has now; Units counts the
	// independent draws among the cases. Visible is the smallest difference that
	// two such runs would show, nil where there are too few units for any.
	Cases   int      `json:"cases"`
	Units   int      `json:"units"`
	Samples int      `json:"samples"`
	Visible *float64 `json:"visible"`
	Variances
	// CostUSD is what a sample costs, with what it costs to judge it; nil where
	// that is not known.
	CostUSD *float64 `json:"cost_usd"`
	// MoreCases suffice when asked as often as now, MoreSamples with the cases
	// that there are; nil where no number does. Others are other sizes.
	MoreCases   *Way  `json:"more_cases"`
	MoreSamples *Way  `json:"more_samples"`
	Others      []Way `json:"others"`
}

// Variances are what a plan is computed from.
type Variances struct {
	// Between is the variance of cases' true differences, Within that of one
	// sample around its case's rate. Measured says that Between comes from two
	// runs; else it is taken to be that of the cases' rates, as if the rates of
	// the two runs were correlated by one half. Where Repeated is false cases
	// were asked once: all variance then counts as Within.
	Between  float64 `json:"between"`
	Within   float64 `json:"within"`
	Measured bool    `json:"measured"`
	Repeated bool    `json:"repeated"`
}

// Way is a size of a run that finds the difference.
type Way struct {
	Cases    int      `json:"cases"`
	Samples  int      `json:"samples"`
	Requests int      `json:"requests"`
	CostUSD  *float64 `json:"cost_usd"`
}

// samplesTried are how many samples a case a plan looks at.
var samplesTried = []int{1, 2, 3, 5, 10, 20}

// NewPlan says how many cases or samples a case it takes to find a true
// difference of detect between the pass rates of two runs like this one. With
// another run of the same cases the variance between them is measured; it may
// be nil. It is an error where there are fewer than two cases with an answer.
func NewPlan(run, other *Side, detect float64, opts Options) (*Plan, error) {
	opts = opts.withDefaults()
	p := &Plan{Name: run.Name, Detect: detect, Alpha: opts.Alpha, Power: power, Others: []Way{}}
	var units []*caseSamples
	samples := 0
	var cost, judges total
	for _, u := range run.cases {
		if u.answered() > 0 {
			units = append(units, u)
			samples += u.answered()
			cost, judges = cost.plus(u.cost), judges.plus(u.judges)
		}
	}
	p.Cases = len(units)
	if p.Cases < 2 {
		return nil, fmt.Errorf("%s has %d cases with an answer, expected at least 2", run.Name, p.Cases)
	}
	p.Samples = max(1, (samples+p.Cases/2)/p.Cases)
	if mean, ok := cost.mean(); ok {
		mean += judges.sum / float64(samples)
		p.CostUSD = &mean
	}
	pairs, v, err := p.variance(units, run, other)
	if err != nil {
		return nil, err
	}
	p.Between, p.Within = v.Between, (v.Old+v.New)/2
	p.size(v, pairs)
	return p, nil
}

// variance splits the variance of the pairs' differences.
func (p *Plan) variance(units []*caseSamples, run, other *Side) ([]pair, stats.PairVariance, error) {
	if other != nil {
		pairs := newPairing(run.cases, other.cases, nil).pairs
		v, ok := pairVariance(pairs)
		if !ok {
			return nil, v, fmt.Errorf("%s and %s have no two cases in common that both asked more than once: plan from one of them", run.Name, other.Name)
		}
		p.Measured, p.Repeated = true, true
		return pairs, v, nil
	}
	pairs := make([]pair, len(units))
	draws := make([][]float64, len(units))
	shares := make([]float64, len(units))
	for i, u := range units {
		pairs[i] = pair{old: u, new: u}
		draws[i], shares[i] = u.draws(), u.share()
	}
	numberDraws(pairs)
	v, ok := stats.VarianceComponents(draws)
	if !ok {
		all := deviation(shares)
		return pairs, stats.PairVariance{Old: all * all, New: all * all}, nil
	}
	p.Repeated = true
	return pairs, stats.PairVariance{Between: v.Between, Old: v.Within, New: v.Within}, nil
}

// size finds what suffices.
func (p *Plan) size(v stats.PairVariance, pairs []pair) {
	d := make([]float64, len(pairs))
	for i, q := range pairs {
		d[i] = q.new.share()
	}
	clusters := stats.NewRateDifference(d, clustersOf(pairs)) // of rates: what counts are the clusters
	p.Units = clusters.Units
	effect := max(1, clusters.DesignEffect)
	independent := float64(p.Cases) / effect
	clusters.SE = math.Sqrt(v.Of(p.Samples) / independent)
	p.Visible = detectable(p.Units, clusters.Detectable(p.Alpha, power), Options{Alpha: p.Alpha})
	if cases, ok := p.cases(v, p.Samples, effect); ok {
		p.MoreCases = p.way(cases, p.Samples)
	}
	if !p.Repeated {
		return
	}
	samples, ok := v.NeededSamples(p.Detect, max(1, int(independent)), p.Alpha, power)
	if ok && p.Units >= unseenCases(p.Detect, p.Alpha) && p.Units >= fewestUnits(p.Alpha) {
		p.MoreSamples = p.way(p.Cases, samples)
	}
	for _, samples := range samplesTried {
		if cases, ok := p.cases(v, samples, effect); ok && samples != p.Samples {
			p.Others = append(p.Others, *p.way(cases, samples))
		}
	}
}

// cases is how many cases it takes with so many samples each: what the
// variance asks for, what rules a difference out that no case shows, and in
// clusters as many as any p-value takes.
func (p *Plan) cases(v stats.PairVariance, samples int, effect float64) (int, bool) {
	n, ok := v.NeededPairs(p.Detect, samples, p.Alpha, power)
	n = int(math.Ceil(float64(n) * effect))
	units := max(unseenCases(p.Detect, p.Alpha), fewestUnits(p.Alpha))
	return max(n, int(math.Ceil(float64(units)*float64(p.Cases)/float64(max(p.Units, 1))))), ok
}

func (p *Plan) way(cases, samples int) *Way {
	w := &Way{Cases: cases, Samples: samples, Requests: cases * samples}
	if p.CostUSD != nil {
		cost := *p.CostUSD * float64(w.Requests)
		w.CostUSD = &cost
	}
	return w
}
