package summary

import (
	"cmp"
	"maps"
	"slices"

	"github.com/evalrun/evalrun/internal/results/stats"
)

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

// repeated is what repeated cases are counted by: how often one was to be
// asked, its passes and fails, and whether a sample is missing.
type repeated struct {
	times, pass, fail int
	missing           bool
}

// addRepeats counts a case that was to be asked more than once.
func (p *part) addRepeats(c *Case) {
	if c.Times < 2 || c.Skip != "" {
		return
	}
	samples := c.Totals.Samples
	p.repeats[repeated{c.Times, samples.Pass, samples.Fail, samples.Total() < c.Times}]++
}

func (g group) repeats() *Repeats {
	all := map[repeated]int{}
	var r Repeats
	for _, p := range g {
		for of, n := range p.repeats {
			all[of] += n
			if r.K == 0 || of.times < r.K {
				r.K = of.times
			}
		}
	}
	if r.K == 0 {
		return nil
	}
	for _, of := range slices.SortedFunc(maps.Keys(all), repeated.compare) {
		r.add(of, all[of])
	}
	if r.Cases > 0 {
		n := float64(r.Cases)
		r.PassAt1, r.PassAtK, r.PassHatK = r.PassAt1/n, r.PassAtK/n, r.PassHatK/n
	}
	return &r
}

// compare orders them, so that sums are the same each time.
func (a repeated) compare(b repeated) int {
	return cmp.Or(cmp.Compare(a.times, b.times), cmp.Compare(a.pass, b.pass), cmp.Compare(a.fail, b.fail))
}

// add adds up the estimates of so many cases.
func (r *Repeats) add(of repeated, cases int) {
	n := of.pass + of.fail
	at1, ok1 := stats.PassAtK(of.pass, n, 1)
	atK, okK := stats.PassAtK(of.pass, n, r.K)
	hatK, okHat := stats.PassHatK(of.pass, n, r.K)
	if !ok1 || !okK || !okHat || of.missing {
		r.Left += cases
		return
	}
	r.Cases += cases
	r.PassAt1 += float64(cases) * at1
	r.PassAtK += float64(cases) * atK
	r.PassHatK += float64(cases) * hatK
}
