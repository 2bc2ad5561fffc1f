package compare

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/evalrun/evalrun/internal/slowtest"
)

// baseOf is the base of two runs of a world.
func baseOf(w world, seed uint64) *Side {
	old, _ := w.runs(rand.New(rand.NewPCG(seed, 2)))
	return &Side{Name: "run", cases: old}
}

// foundIn is how often a change that breaks some cases as a whole is found in
// worlds, which is what power speaks of.
func (w world) foundIn(rounds int, drop float64) float64 {
	broken := drop / w.rate
	w.regime = &regime{bend: func(random *rand.Rand, w world, old, new []*caseSamples) ([]*caseSamples, []*caseSamples) {
		for _, u := range new {
			if random.Float64() < broken {
				u.pass, u.fail = 0, u.times
			}
		}
		return old, new
	}}
	return w.verdicts(rounds)[Regressed]
}

// What is said to be found 8 times in 10 is.
func TestPowerKeepsItsWord(t *testing.T) {
	rounds := slowtest.Size(200, 1000)
	worlds, runs := []world{
		{cases: 60, old: 5, new: 5, rate: .8, spread: .1},
		{cases: 200, old: 3, new: 3, rate: .9, spread: .05, suites: 3, metric: true},
		{cases: 120, old: 1, new: 1, rate: .85},
		{cases: 400, old: 1, new: 1, rate: .95},
	}, 6 // of which each estimates the world a little otherwise
	if !slowtest.Full() {
		worlds, runs = worlds[:1], 3
	}
	for _, w := range worlds {
		found := 0.0
		for seed := range uint64(runs) {
			side := baseOf(w, seed)
			s := newSimulation(side, Options{}.withDefaults())
			p := s.power(side, .05)
			p.smallest(s)
			if p.Smallest == nil {
				t.Fatalf("%v: %+v", w, p)
			}
			found += w.foundIn(rounds, *p.Smallest) / float64(runs)
		}
		t.Logf("%v, rate %g: found in %.0f %%", w, w.rate, 100*found)
		if found < .72 || found > .9 {
			t.Errorf("%v: what is said to be found 8 times in 10 is in %.0f %%", w, 100*found)
		}
	}
}

// What is called enough cases, or enough samples, finds the drop.
func TestEnoughIsEnough(t *testing.T) {
	w := world{cases: 40, old: 3, new: 3, rate: .8, spread: .1}
	rounds := slowtest.Size(200, 1000)
	p := NewPower(baseOf(w, 1), .15, Options{})
	if p.MoreCases == nil || p.MoreSamples == nil || len(p.Twice) != 2 || p.Once {
		t.Fatalf("%+v", p)
	}
	more := w
	more.cases = p.MoreCases.Cases
	if got := more.foundIn(rounds, .15); got < .7 {
		t.Errorf("with %v it is found in %.0f %%", p.MoreCases, 100*got)
	}
	more = w
	more.old, more.new = p.MoreSamples.Samples, p.MoreSamples.Samples
	if got := more.foundIn(rounds, .15); got < .7 {
		t.Errorf("with %v it is found in %.0f %%", p.MoreSamples, 100*got)
	}
	if f := p.FalseAlarms; f.Regressed > .05 || f.Improved > .05 || f.AnyDrop < .5 {
		t.Errorf("false alarms %+v", f)
	}
}

// Where nothing varies nothing is known, and nothing is claimed.
func TestPowerOfNothing(t *testing.T) {
	for name, test := range map[string]struct {
		w    world
		want string
	}{
		"all pass":      {world{cases: 3, old: 5, new: 5, rate: 1}, "every answer passed, so that nothing shows how often one fails by chance"},
		"none passes":   {world{cases: 20, old: 1, new: 1, rate: 0}, "every answer failed, so that nothing shows how often one passes by chance"},
		"no case":       {world{}, "no case has an answer"},
		"all are error": {world{cases: 10, old: 2, new: 2, rate: 1, errors: 1}, "no case has an answer"},
	} {
		p := NewPower(baseOf(test.w, 1), .05, Options{})
		if p.Unknown != test.want || p.Smallest != nil || p.FalseAlarms != nil || p.MoreCases != nil || p.Found != nil {
			t.Errorf("%s: %+v", name, p)
		}
	}
	four := NewPower(baseOf(world{cases: 48, old: 5, new: 5, rate: .8, cluster: 12}, 1), .05, Options{})
	if four.Units != 4 || four.Smallest != nil || len(four.Twice) > 0 || four.FalseAlarms.Regressed > 0 {
		t.Errorf("four clusters: %+v", four)
	}
	// Clusters are drawn as such: the same cases without them find more.
	clustered, plain := world{cases: 200, old: 3, new: 3, rate: .8, spread: .1, cluster: 10}, world{cases: 200, old: 3, new: 3, rate: .8, spread: .1}
	a, b := NewPower(baseOf(clustered, 1), .05, Options{}), NewPower(baseOf(plain, 1), .05, Options{})
	if a.Units != 20 || a.Smallest == nil || *a.Smallest < 1.5**b.Smallest {
		t.Errorf("clusters: %v, none: %v", a.Smallest, b.Smallest)
	}
}

// What a run costs is with what its judges cost, and a case that was asked once
// says nothing of how its answers differ.
func TestPowerCosts(t *testing.T) {
	side := baseOf(world{cases: 50, old: 2, new: 2, rate: .8, spread: .1}, 3)
	for _, u := range side.cases {
		for range u.answered() {
			u.cost.add(.01)
			u.judges.add(.02)
		}
	}
	p := NewPower(side, .1, Options{})
	near(t, "a sample", *p.CostUSD, .03, 1e-9)
	near(t, "twice", *p.Twice[0].CostUSD, 6, 1e-6)
	once := NewPower(baseOf(world{cases: 50, old: 1, new: 1, rate: .8}, 3), .1, Options{})
	if !once.Once || once.MoreSamples != nil || len(once.Twice) != 1 {
		t.Errorf("%+v", once)
	}
	if again := NewPower(side, .1, Options{}); fmt.Sprint(*again.Smallest, *again.FalseAlarms) != fmt.Sprint(*p.Smallest, *p.FalseAlarms) {
		t.Error("it is not the same again")
	}
}
