package compare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/evalrun/evalrun/internal/slowtest"
)

// anewWorld is a suite of which a share of the cases drops, each by so much, and
// what fell is asked anew.
type anewWorld struct {
	cases, samples, times int
	rate, share, drop     float64
	errors                float64 // share of the new answers that are missing
}

// ask compares two runs and asks what dropped anew: how many of those that did
// drop are confirmed, and how many of the others.
func (a anewWorld) ask(random *rand.Rand) (right, wrong, changed int, verdict Verdict) {
	w := world{cases: a.cases, old: a.samples, new: a.samples}
	rates := map[string][2]float64{}
	run := func(units []*caseSamples, side int, name string, times int, errors float64) *Side {
		out := &Side{Name: name, Complete: true}
		asked := world{errors: errors}
		for i, of := range units {
			u := w.unit(i, times)
			u.name = of.name
			asked.ask(u, random, rates[of.name][side], nil, false)
			out.cases = append(out.cases, u)
		}
		return out
	}
	var all []*caseSamples
	for i := range a.cases {
		u := w.unit(i, a.samples)
		now := a.rate
		if float64(i) < a.share*float64(a.cases) {
			now -= a.drop
			changed++
		}
		rates[u.name] = [2]float64{a.rate, now}
		all = append(all, u)
	}
	c, err := Compare(run(all, 0, "base", a.samples, 0), run(all, 1, "new", a.samples, a.errors), Options{})
	if err != nil {
		panic(err)
	}
	chosen, _ := c.Choose(a.times)
	var again []*caseSamples
	for _, d := range chosen {
		again = append(again, d.pair.new)
	}
	if len(again) == 0 {
		return 0, 0, changed, c.Verdict
	}
	c.Confirm(run(again, 0, "base", a.times, 0), run(again, 1, "new", a.times, a.errors), a.times, nil, Options{})
	for _, one := range c.Confirmation.Cases {
		switch dropped := rates[one.Case][0] > rates[one.Case][1]; {
		case one.Confirmed && dropped:
			right++
		case one.Confirmed:
			wrong++
		}
	}
	return right, wrong, changed, c.Verdict
}

// No more than the level of runs confirm a drop that was chance, and drops are
// confirmed that so small a suite could not show.
func TestConfirm(t *testing.T) {
	n := slowtest.Size(200, 4000)
	slack := 4 * math.Sqrt(.025*.975/float64(n))
	rows := []string{"| cases × samples | pass rate | drop | asked anew | a drop is confirmed | a case that did not drop is confirmed | REGRESSED |", "|:--|--:|:--|--:|--:|--:|--:|"}
	for _, a := range []anewWorld{
		{cases: 4, samples: 10, times: 10, rate: .9},
		{cases: 40, samples: 1, times: 10, rate: .7},
		{cases: 100, samples: 3, times: 20, rate: .5},
		{cases: 100, samples: 3, times: 20, rate: .5, errors: .2},
		{cases: 4, samples: 10, times: 10, rate: 1, share: 1, drop: 1},
		{cases: 20, samples: 1, times: 10, rate: .95, share: .1, drop: .9},
		{cases: 20, samples: 5, times: 10, rate: .9, share: .1, drop: .5},
		{cases: 20, samples: 5, times: 20, rate: .9, share: .1, drop: .5},
		{cases: 20, samples: 5, times: 20, rate: .9, share: .1, drop: .2},
	} {
		type outcome struct{ any, false, red float64 }
		found := make([]outcome, n)
		inParallel(n, func(i int) {
			right, wrong, _, v := a.ask(rand.New(rand.NewPCG(uint64(i), 29)))
			found[i] = outcome{oneIf(right > 0), oneIf(wrong > 0), oneIf(v == Regressed)}
		})
		var sum outcome
		for _, o := range found {
			sum.any, sum.false, sum.red = sum.any+o.any/float64(n), sum.false+o.false/float64(n), sum.red+o.red/float64(n)
		}
		drop, power := "none", "-"
		if a.drop > 0 {
			drop, power = fmt.Sprintf("%.0f points in %.0f cases", 100*a.drop, a.share*float64(a.cases)), fmt.Sprintf("%.1f %%", 100*sum.any)
		}
		name := fmt.Sprintf("%d × %d", a.cases, a.samples)
		if a.errors > 0 {
			name += fmt.Sprintf(", %.0f %% of new answers missing", 100*a.errors)
		}
		rows = append(rows, fmt.Sprintf("| %s | %g | %s | %d times | %s | %.1f %% | %.1f %% |", name, a.rate, drop, a.times, power, 100*sum.false, 100*sum.red))
		if sum.false > .025+slack {
			t.Errorf("%+v: %.1f %% of runs confirm what did not drop, want 2.5 %% at most", a, 100*sum.false)
		}
		if a.drop >= .9 && sum.any < .9 {
			t.Errorf("%+v: %.1f %% of runs confirm a drop", a, 100*sum.any)
		}
	}
	holdTable(t, "confirm", rows)
}

// A drop that is not confirmed is no newly failing case, and one that could not be
// asked stays one.
func TestWhatIsNotConfirmed(t *testing.T) {
	w := world{}
	side := func(name string, passes ...int32) *Side {
		s := &Side{Name: name, Complete: true}
		for i, n := range passes {
			u := w.unit(i, 4)
			u.pass, u.fail = n, 4-n
			s.cases = append(s.cases, u)
		}
		return s
	}
	c, err := Compare(side("base", 4, 4, 4), side("new", 0, 0, 4), Options{})
	if err != nil || c.Dropped != 2 {
		t.Fatalf("%d dropped, %v", c.Dropped, err)
	}
	chosen, left := c.Choose(4)
	if len(chosen) != 1 || len(left) != 1 {
		t.Fatalf("%d are asked, and %d not; of 4 samples one case can be confirmed", len(chosen), len(left))
	}
	c.Confirm(side("base", 4), side("new", 3), 4, []CaseRef{left[0].CaseRef}, Options{})
	if c.Dropped != 1 || c.Confirmation.Confirmed != 0 || c.Verdict != Inconclusive || c.Regressed[0].Anew == nil {
		t.Errorf("%d dropped, %+v, %s", c.Dropped, c.Confirmation, c.Verdict)
	}
	if FewestToConfirm(.05) != 4 || FewestToConfirm(.01) != 5 {
		t.Errorf("it takes %d samples at 0.05, and %d at 0.01", FewestToConfirm(.05), FewestToConfirm(.01))
	}
}
