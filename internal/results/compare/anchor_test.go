package compare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/evalrun/evalrun/internal/slowtest"
)

// chain is a suite that five changes one after the other take drop points from
// each, every time compared with the run before and, where there is an anchor,
// with the first run too.
type chain struct {
	cases, samples int
	rate, drop     float64
	anchor         bool
}

// reds counts the comparisons of a chain that are REGRESSED.
func (c chain) reds(random *rand.Rand) int {
	w := world{cases: c.cases, old: c.samples, new: c.samples}
	run := func(lower float64) *Side {
		side := &Side{Name: fmt.Sprint(lower)}
		for i := range c.cases {
			u := w.unit(i, c.samples)
			w.ask(u, random, c.rate-lower, nil, false)
			side.cases = append(side.cases, u)
		}
		return side
	}
	first := run(0)
	latest, reds := first, 0
	for i := range 5 {
		bases := []*Side{latest}
		if c.anchor && i > 0 {
			bases = append(bases, first)
		}
		now := run(float64(i+1) * c.drop)
		all, err := Each(bases, now, Options{})
		if err != nil {
			panic(err)
		}
		reds += int(oneIf(Worst(all) == Regressed))
		latest = now
	}
	return reds
}

// A chain of small drops passes a baseline that moves with it, and not one that
// stays. Two baselines raise no more false alarms than one.
func TestAnchor(t *testing.T) {
	n := slowtest.Size(60, 1000)
	slack := 4 * math.Sqrt(.025*.975/float64(n))
	rows := []string{"| cases × samples | each change | compared with | REGRESSED, a change | a chain of five that is never REGRESSED |", "|:--|--:|:--|--:|--:|"}
	missed := map[chain]float64{}
	for _, c := range []chain{
		{200, 1, .9, 0, false}, {200, 1, .9, 0, true}, {60, 5, .9, 0, true},
		{200, 5, .95, .02, false}, {200, 5, .95, .02, true},
	} {
		found := make([]int, n)
		inParallel(n, func(i int) { found[i] = c.reds(rand.New(rand.NewPCG(uint64(i), 17))) })
		reds, never := 0.0, 0.0
		for _, k := range found {
			reds += float64(k) / float64(5*n)
			never += oneIf(k == 0) / float64(n)
		}
		missed[c] = never
		with := "the run before"
		if c.anchor {
			with += ", and the first"
		}
		rows = append(rows, fmt.Sprintf("| %d × %d | %.0f points | %s | %.1f %% | %.1f %% |", c.cases, c.samples, 0-100*c.drop, with, 100*reds, 100*never))
		if c.drop == 0 && reds > .025+slack {
			t.Errorf("%+v: %.1f %% are REGRESSED, want 2.5 %% at most", c, 100*reds)
		}
	}
	if moving, anchored := missed[chain{200, 5, .95, .02, false}], missed[chain{200, 5, .95, .02, true}]; anchored >= moving || anchored > .02 {
		t.Errorf("a chain of drops is missed by %.1f %% with an anchor, and by %.1f %% without", 100*anchored, 100*moving)
	}
	holdTable(t, "anchor", rows)
}
