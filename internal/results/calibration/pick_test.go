package calibration

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

func frameOf(passes, fails int) frame {
	var f frame
	for i := range passes + fails {
		f = append(f, framed{number: i, name: fmt.Sprintf("case %04d", i), sample: 1, pass: i < passes})
	}
	return f
}

// How often each answer is picked is the chance that the pick says.
func TestPicksHaveTheirChances(t *testing.T) {
	const rounds = 3000
	f := frameOf(30, 10)
	for _, picks := range [][]Pick{
		{{N: 12}}, {{N: 100}}, {{Even: true, N: 12}}, {{Even: true, N: 30}}, {{N: 8}, {Even: true, N: 10}},
	} {
		counts := make([]float64, len(f))
		var chance []float64
		for round := range uint64(rounds) {
			seeded := slices.Clone(picks)
			for i := range seeded {
				seeded[i].Seed = round
			}
			d := drawAll(seeded, f)
			chance = d.chance
			for i, in := range d.in {
				counts[i] += float64(number(in)) / rounds
			}
		}
		for i, p := range chance {
			if math.Abs(counts[i]-p) > 4.5*math.Sqrt(p*(1-p)/rounds)+1e-9 {
				t.Errorf("%v: answer %d is in %.3f of the picks, its chance is %.3f", picks, i, counts[i], p)
			}
		}
	}
}

// A pick of as many fails as passes has about as many as it is asked for.
func TestEvenPicksAreAsLarge(t *testing.T) {
	for _, c := range []struct{ passes, fails, n, ofPasses, ofFails int }{
		{90, 10, 10, 5, 5}, {90, 10, 40, 30, 10}, {10, 90, 40, 10, 30}, {5, 5, 100, 5, 5}, {9, 0, 4, 4, 0}, {0, 9, 4, 0, 4},
	} {
		passed, failed := Pick{Even: true, N: c.n}.evenChances(frameOf(c.passes, c.fails))
		if math.Abs(passed*float64(c.passes)-float64(c.ofPasses)) > 1e-9 || math.Abs(failed*float64(c.fails)-float64(c.ofFails)) > 1e-9 {
			t.Errorf("%+v: %.1f passes and %.1f fails", c, passed*float64(c.passes), failed*float64(c.fails))
		}
	}
}

func TestPicksAreReadBack(t *testing.T) {
	for _, p := range []Pick{{N: 100, Seed: 1<<32 - 1}, {Even: true, N: 1, Seed: 0}} {
		if got, ok := parsePick(p.String()); !ok || got != p {
			t.Errorf("%v is read as %v, %v", p, got, ok)
		}
	}
	for _, text := range []string{"", "random 0 seed 1", "random -1 seed 1", "random 1e3 seed 1", "random 5 seed", "random 9999999999 seed 1", "Random 5 seed 1"} {
		if _, ok := parsePick(text); ok {
			t.Errorf("%q is read as a pick", text)
		}
	}
}

// What a pick is of does not depend on the order of the record.
func TestAFrameIsTheSameInAnyOrder(t *testing.T) {
	f := frameOf(3, 2)
	g := slices.Clone(f)
	slices.Reverse(g)
	f.sort()
	g.sort()
	if f.of() != g.of() || difference(f.of(), g.of()) != "" {
		t.Errorf("%s, in another order %s", f.of(), g.of())
	}
	g[0].pass = !g[0].pass
	if got := difference(f.of(), g.of()); got != "the judge gave other verdicts" {
		t.Errorf("other verdicts: %q", got)
	}
}
