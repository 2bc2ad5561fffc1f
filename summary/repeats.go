package summary

import "github.com/evalrun/evalrun/internal/stats"

// Repeats is how cases fare that are asked more than once, as means over
// them. The cases are the repeated ones of which all samples were asked and
// at least K have an answer; PassAt and PassHat are estimated without bias
// where a case has more samples than K.
type Repeats struct {
	// K is how often the cases are asked; where they differ, the least of it.
	K int
	// Cases is the number of cases in the means; 0 leaves them at 0. Left
	// is how many repeated cases are left out for want of answers.
	Cases, Left int
	PassAt1     float64 // pass@1: how likely one sample passes
	PassAtK     float64 // pass@K: how likely at least one of K passes
	PassHatK    float64 // pass^K: how likely all of K pass
}

// Repeats is pass@1, pass@Times and pass^Times of the case; nil where it is
// asked once.
func (c *Case) Repeats() *Repeats { return group{cases: []*Case{c}}.repeats() }

func (g group) repeats() *Repeats {
	var r Repeats
	for _, c := range g.cases {
		if c.repeated() && (r.K == 0 || c.Times < r.K) {
			r.K = c.Times
		}
	}
	if r.K == 0 {
		return nil
	}
	for _, c := range g.cases {
		if c.repeated() {
			r.add(c)
		}
	}
	if r.Cases > 0 {
		n := float64(r.Cases)
		r.PassAt1, r.PassAtK, r.PassHatK = r.PassAt1/n, r.PassAtK/n, r.PassHatK/n
	}
	return &r
}

// repeated reports whether the case was to be asked more than once.
func (c *Case) repeated() bool { return c.Times > 1 && c.Skip == "" }

// add adds up the estimates of a case.
func (r *Repeats) add(c *Case) {
	samples := c.Totals.Samples
	n := samples.Pass + samples.Fail
	at1, ok1 := stats.PassAtK(samples.Pass, n, 1)
	atK, okK := stats.PassAtK(samples.Pass, n, r.K)
	hatK, okHat := stats.PassHatK(samples.Pass, n, r.K)
	if !ok1 || !okK || !okHat || samples.Total() < c.Times {
		r.Left++
		return
	}
	r.Cases++
	r.PassAt1 += at1
	r.PassAtK += atK
	r.PassHatK += hatK
}
