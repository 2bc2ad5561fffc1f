package compare

import "math"

// Looks is at how many points a run that ends once it is decided is compared: each
// after as many cases more, in an order that was drawn before.
const Looks = 5

// obrienFleming is the constant of O'Brien and Fleming's boundary for five looks and
// 5 % in both directions: at look k a difference must be so many standard errors
// times the root of five over k from a hypothesis. Source: C. Jennison and B. W.
// Turnbull, Group Sequential Methods with Applications to Clinical Trials, 2000, table
// 2.3.
const obrienFleming = 2.040

// SequentialAlpha is the level for which the boundary is.
const SequentialAlpha = .05

// lookLevel is one less the confidence of the interval at a look. The intervals of
// all looks together hold the true difference in 95 % of runs, whatever it is, so
// that each verdict may be read off the one at which the run ends.
func lookLevel(look int) float64 {
	z := obrienFleming * math.Sqrt(Looks/float64(look))
	return math.Erfc(z / math.Sqrt2)
}

// Sequential is at which look a run was compared that ends once it is decided.
// Of Cases in the suites it had asked Asked.
type Sequential struct {
	Look  int `json:"look"`
	Looks int `json:"looks"`
	Asked int `json:"asked"`
	Cases int `json:"cases"`
}

// AtLook has the side be compared as at this look, which its record does not say
// yet.
func (s *Side) AtLook(look int) { s.header.Look = look }

// lookOf is the look of a comparison; 0 where all cases were asked at once.
func lookOf(base, new *Side) int { return max(base.header.Look, new.header.Look) }

// atLook leaves in a comparison what is tested at a look: all cases together. Where a
// run ends depends on how they came out, so that nothing else is.
func (c *Comparison) atLook(look int, new *Side) {
	c.Sequential = &Sequential{Look: look, Looks: Looks, Asked: len(new.cases), Cases: max(new.header.Cases, len(new.cases))}
	for i := range c.LeftOut {
		if one := &c.LeftOut[i]; one.Reason == onlyInBase && c.Sequential.Asked < c.Sequential.Cases {
			one.Reason = "not asked, as the comparison was decided, or only in the base"
		}
	}
	c.Suites, c.Metrics, c.pairedMetrics = []Estimate{}, map[string]*Metric{}, pairedMetrics{}
}
