package compare

import (
	"fmt"
	"math"
)

// power is how often what is said to be found must be.
const power = 0.8

// Power is what comparisons of two runs like one find, by simulating them: the
// verdict is the one that Compare gives, over all cases, the suites and the
// metrics.
type Power struct {
	Name   string  `json:"name"`
	Alpha  float64 `json:"alpha"`
	Margin float64 `json:"margin"`
	Detect float64 `json:"detect"`
	Power  float64 `json:"power"`
	// Cases and Samples, a case, are what the run has; Units counts the
	// independent draws among the cases, and LeftOut those without an answer.
	Cases   int `json:"cases"`
	Units   int `json:"units"`
	Samples int `json:"samples"`
	LeftOut int `json:"left_out"`
	// Once says that cases were asked once, so that nothing shows how much their
	// answers differ: all of the variance is then taken for theirs, which is the
	// most that it can be.
	Once bool `json:"once"`
	// Unknown is why nothing can be said; "" where the numbers below are there.
	Unknown string `json:"unknown"`
	// FalseAlarms are nil where Unknown says why.
	FalseAlarms *FalseAlarms `json:"false_alarms"`
	// Smallest is the smallest drop of the pass rate that two such runs find 8
	// times in 10; nil where they find none.
	Smallest *float64 `json:"smallest"`
	// Found is how often they find a drop of Detect.
	Found *float64 `json:"found"`
	// CostUSD is what a sample costs, with what it costs to judge it; nil where
	// that is not known.
	CostUSD *float64 `json:"cost_usd"`
	// MoreCases find Detect 8 times in 10 when asked as often as now, MoreSamples
	// with the cases that there are; nil where no number that was tried does.
	MoreCases   *Size `json:"more_cases"`
	MoreSamples *Size `json:"more_samples"`
	// Twice is what twice the money buys: cases, then samples.
	Twice []Size `json:"twice"`
}

// FalseAlarms are the shares of comparisons that say that something changed
// where nothing did.
type FalseAlarms struct {
	Rounds    int     `json:"rounds"`
	Regressed float64 `json:"regressed"`
	Improved  float64 `json:"improved"`
	// AnyDrop is the share in which a case passed in the base and not in the new
	// run, which fails a snapshot test; Dropped is the mean number of such cases.
	AnyDrop float64 `json:"any_drop"`
	Dropped float64 `json:"dropped"`
}

// Size is how large a run is, and how often two such find the drop.
type Size struct {
	Cases    int      `json:"cases"`
	Samples  int      `json:"samples"`
	Requests int      `json:"requests"`
	CostUSD  *float64 `json:"cost_usd"`
	Found    float64  `json:"found"`
}

const (
	// falseRounds and sizeRounds are how many comparisons are simulated for the
	// false alarms, and for each size and drop; fewer of large runs, of which
	// work bounds the cases that are simulated at once.
	falseRounds, sizeRounds, leastRounds = 1000, 400, 50
	work                                 = 80_000
	// A run is not made larger than these times what it is.
	mostCases, mostSamples = 64, 32
)

func roundsOf(most, cases int) int { return min(most, max(leastRounds, work/max(1, cases))) }

// NewPower simulates comparisons of runs like this one.
func NewPower(run *Side, detect float64, opts Options) *Power {
	opts = opts.withDefaults()
	s := newSimulation(run, opts)
	p := s.power(run, detect)
	if p.Unknown = s.unknown(); p.Unknown != "" {
		return p
	}
	p.falseAlarms(s)
	p.smallest(s)
	now := s.found(p.size(s, 1, 1), detect)
	p.Found = &now.Found
	if !s.enough {
		return p
	}
	p.MoreCases = p.enlarge(s, now, mostCases, func(times float64) Size { return p.size(s, times, 1) })
	p.Twice = append(p.Twice, s.found(p.size(s, 2, 1), detect))
	if !p.Once {
		p.MoreSamples = p.enlarge(s, now, mostSamples, func(times float64) Size { return p.size(s, 1, times) })
		p.Twice = append(p.Twice, s.found(p.size(s, 1, 2), detect))
	}
	return p
}

// power is what is known of a run without simulating any.
func (s *simulation) power(run *Side, detect float64) *Power {
	return &Power{
		Name: run.Name, Detect: detect, Alpha: s.opts.Alpha, Margin: s.opts.Margin, Power: power, Twice: []Size{},
		Cases: len(s.cases), Units: s.units, LeftOut: len(run.cases) - len(s.cases), Samples: s.samples, Once: s.once, CostUSD: s.costUSD(),
	}
}

// unknown is why nothing can be said of a run.
func (s *simulation) unknown() string {
	switch {
	case len(s.cases) == 0:
		return "no case has an answer"
	case s.mean == 1:
		return "every answer passed, so that nothing shows how often one fails by chance"
	case s.mean == 0:
		return "every answer failed, so that nothing shows how often one passes by chance"
	}
	return ""
}

func (p *Power) falseAlarms(s *simulation) {
	n := roundsOf(falseRounds, p.Cases/4)
	p.FalseAlarms = &FalseAlarms{Rounds: n}
	size := p.size(s, 1, 1)
	for _, r := range s.rounds(n, size, 0) {
		p.FalseAlarms.Regressed += oneIf(r.verdict == Regressed) / float64(n)
		p.FalseAlarms.Improved += oneIf(r.verdict == Improved || r.metricImproved) / float64(n)
		p.FalseAlarms.AnyDrop += oneIf(r.dropped > 0) / float64(n)
		p.FalseAlarms.Dropped += float64(r.dropped) / float64(n)
	}
}

// smallest looks for the smallest drop that is found.
func (p *Power) smallest(s *simulation) {
	now := p.size(s, 1, 1)
	if s.found(now, s.mean).Found < power {
		return
	}
	low, high := 0.0, s.mean
	for high-low > .002 {
		if middle := (low + high) / 2; s.found(now, middle).Found >= power {
			high = middle
		} else {
			low = middle
		}
	}
	high = math.Ceil(high*1000-1e-9) / 1000
	p.Smallest = &high
}

// enlarge looks for the smallest size that finds the drop.
func (p *Power) enlarge(s *simulation, now Size, most float64, of func(times float64) Size) *Size {
	if now.Found >= power {
		return &now
	}
	low, high := 1.0, 2.0
	found := s.found(of(high), p.Detect)
	for found.Found < power {
		if low, high = high, 2*high; high > most {
			return nil
		}
		found = s.found(of(high), p.Detect)
	}
	for range 4 {
		middle := (low + high) / 2
		if tried := s.found(of(middle), p.Detect); tried.Found >= power {
			high, found = middle, tried
		} else {
			low = middle
		}
	}
	return &found
}

// size is the size of a run of so many times the cases or samples.
func (p *Power) size(s *simulation, cases, samples float64) Size {
	one := Size{Cases: s.casesIn(int(math.Round(cases * float64(p.Units)))), Samples: max(1, int(math.Round(samples*float64(p.Samples))))}
	one.Requests = one.Cases * one.Samples
	if p.CostUSD != nil {
		cost := *p.CostUSD * float64(one.Requests)
		one.CostUSD = &cost
	}
	return one
}

// String is a size in words: 40 cases × 5 samples.
func (s Size) String() string { return fmt.Sprintf("%d cases × %d samples", s.Cases, s.Samples) }
