package compare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/evalrun/evalrun/internal/slowtest"
)

// until compares two runs as one that ends once it is decided: the verdict, and how
// many of the cases were asked. Cases are in the order in which they are asked.
func until(old, new []*caseSamples) (Verdict, float64) {
	for look := 1; ; look++ {
		n := len(old) * look / Looks
		base, now := &Side{Name: "base", Complete: true, cases: old[:n]}, &Side{Name: "new", Complete: true, cases: new[:n]}
		now.AtLook(look)
		c, err := Compare(base, now, Options{})
		if err != nil {
			panic(err)
		}
		if c.Verdict != Inconclusive || look == Looks {
			return c.Verdict, float64(n)
		}
	}
}

// flips makes one-sample runs in which so many cases are newly failing and so many
// newly passing.
func (s sequentialWorld) runs(random *rand.Rand) (old, new []*caseSamples) {
	w := world{cases: s.cases, old: s.samples, new: s.samples, rate: s.rate, spread: s.spread, cluster: s.cluster, drop: s.drop, errors: s.errors, regime: &regime{likeness: .5}}
	if s.broken+s.fixed == 0 {
		return w.runs(random)
	}
	for i := range s.cases {
		before, after := w.unit(i, 1), w.unit(i, 1)
		switch x := random.Float64(); {
		case x < s.broken:
			before.pass, after.fail = 1, 1
		case x < s.broken+s.fixed:
			before.fail, after.pass = 1, 1
		case x < s.broken+s.fixed+(1-s.broken-s.fixed)*s.rate:
			before.pass, after.pass = 1, 1
		default:
			before.fail, after.fail = 1, 1
		}
		old, new = append(old, before), append(new, after)
	}
	return old, new
}

type sequentialWorld struct {
	cases, samples, cluster    int
	rate, spread, drop, errors float64
	broken, fixed              float64
}

func (s sequentialWorld) difference() float64 { return -s.drop - s.broken + s.fixed }

// A run that ends once it is decided has no more false verdicts than 2.5 % a
// direction, and finds nearly what the whole run does.
func TestUntilDecided(t *testing.T) {
	n := slowtest.Size(60, 1000)
	slack := 4 * math.Sqrt(.025*.975/float64(n))
	rows := []string{"| cases × samples | true difference | REGRESSED | IMPROVED | NOT WORSE | cases asked | the whole run: REGRESSED | NOT WORSE |", "|:--|--:|--:|--:|--:|--:|--:|--:|"}
	for _, s := range []sequentialWorld{
		{cases: 300, samples: 1, rate: .8},
		{cases: 300, samples: 1, rate: .9, broken: .02, fixed: .02},
		{cases: 300, samples: 1, rate: .8, broken: .04, fixed: .04},
		{cases: 100, samples: 5, rate: .8, spread: .1},
		{cases: 300, samples: 1, rate: .8, cluster: 5},
		{cases: 300, samples: 1, rate: .8, errors: .03},
		{cases: 300, samples: 1, rate: .9, drop: .05},
		{cases: 300, samples: 1, rate: .8, broken: .10, fixed: .05},
		{cases: 300, samples: 3, rate: .9, drop: .05},
		{cases: 300, samples: 1, rate: .8, broken: .12, fixed: .02},
		{cases: 300, samples: 1, rate: .8, broken: .02, fixed: .12},
	} {
		type outcome struct{ regressed, improved, notWorse, asked, whole, wholeNot float64 }
		found := make([]outcome, n)
		inParallel(n, func(i int) {
			old, new := s.runs(rand.New(rand.NewPCG(uint64(i), 31)))
			v, asked := until(old, new)
			all := verdictOf(old, new)
			found[i] = outcome{oneIf(v == Regressed), oneIf(v == Improved), oneIf(v == NotWorse), asked, oneIf(all == Regressed), oneIf(all == NotWorse)}
		})
		var sum outcome
		for _, o := range found {
			sum.regressed += o.regressed / float64(n)
			sum.improved += o.improved / float64(n)
			sum.notWorse += o.notWorse / float64(n)
			sum.asked += o.asked / float64(n)
			sum.whole += o.whole / float64(n)
			sum.wholeNot += o.wholeNot / float64(n)
		}
		d := s.difference()
		name := fmt.Sprintf("%d × %d", s.cases, s.samples)
		switch {
		case s.broken+s.fixed > 0:
			name += fmt.Sprintf(", %g %% broken, %g %% fixed", 100*s.broken, 100*s.fixed)
		case s.cluster > 0:
			name += fmt.Sprintf(", clusters of %d", s.cluster)
		case s.errors > 0:
			name += fmt.Sprintf(", %g %% errors", 100*s.errors)
		}
		rows = append(rows, fmt.Sprintf("| %s | %.0f | %.1f %% | %.1f %% | %.1f %% | %.0f | %.1f %% | %.1f %% |", name, 100*d, 100*sum.regressed, 100*sum.improved, 100*sum.notWorse, sum.asked, 100*sum.whole, 100*sum.wholeNot))
		if d >= 0 && sum.regressed > .025+slack {
			t.Errorf("%s: %.1f %% are REGRESSED, want 2.5 %% at most", name, 100*sum.regressed)
		}
		if d <= 0 && sum.improved > .025+slack {
			t.Errorf("%s: %.1f %% are IMPROVED, want 2.5 %% at most", name, 100*sum.improved)
		}
		if d <= -.05 && sum.notWorse+sum.improved > .025+slack {
			t.Errorf("%s: %.1f %% are NOT WORSE, want 2.5 %% at most", name, 100*sum.notWorse)
		}
		if d <= -.1 && sum.regressed < sum.whole-.05-slack {
			t.Errorf("%s: %.1f %% are REGRESSED, and of whole runs %.1f %%", name, 100*sum.regressed, 100*sum.whole)
		}
	}
	holdTable(t, "until decided", rows)
}

// The boundary is the published one.
func TestLookLevels(t *testing.T) {
	// Jennison and Turnbull 2000, section 2.5: Z of O'Brien and Fleming's test.
	for look, z := range []float64{4.562, 3.226, 2.634, 2.281, 2.040} {
		if got, want := lookLevel(look+1), math.Erfc(z/math.Sqrt2); math.Abs(got-want) > 1e-3*want+2e-5 {
			t.Errorf("look %d: %g, want %g", look+1, got, want)
		}
	}
}
