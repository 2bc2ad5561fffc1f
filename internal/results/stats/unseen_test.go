package stats

import (
	"math"
	"testing"
)

// sized are so many units of each size.
func sized(counts map[float64]int) unequal {
	var sizes []float64
	for size, n := range counts {
		for range n {
			sizes = append(sizes, size)
		}
	}
	return newUnequal(sizes)
}

func TestUnitsOfOneSizeAreDraws(t *testing.T) {
	if sized(map[float64]int{3: 40}) != nil {
		t.Error("40 units of 3 are unequal")
	}
	near(t, "nearly of one size", sized(map[float64]int{3: 40, 3.0001: 1}).unseen(.05), Unseen(41, .05), 1e-4)
}

// What a few large units do is not shown by many small ones.
func TestLargeUnitsAreNotShownBySmallOnes(t *testing.T) {
	near(t, "two of 12 among 216 alone", sized(map[float64]int{12: 2, 1: 216}).unseen(.05), .1*Unseen(2, .05), 1e-12)
	near(t, "one of 60 among 190 alone", sized(map[float64]int{60: 1, 1: 190}).unseen(.05), .24*.975, 1e-12)
}

// No chances of an event leave more values possible: the worst of a grid of two
// sizes is what unseen says.
func TestUnseenIsTheWorstOfAllChances(t *testing.T) {
	const alpha, large, small = .05, 3, 2
	s, worst := sized(map[float64]int{4: large, 1.5: small}), 0.0
	for i := range 20000 {
		a := float64(i) / 20000
		// The chance in the small units by which none shows an event in alpha/2.
		b := 1 - math.Pow(alpha/2/math.Pow(1-a, large), 1./small)
		if b >= 0 {
			worst = max(worst, (4*large*a+1.5*small*b)/(4*large+1.5*small))
		}
	}
	near(t, "unseen", s.unseen(alpha), worst, 1e-6)
}

func TestTheLevelAtWhichUnseenIsAsLarge(t *testing.T) {
	for _, s := range []unequal{sized(map[float64]int{12: 2, 1: 216}), sized(map[float64]int{9: 1, 8: 2, 5: 4, 2: 7}), sized(map[float64]int{2: 1, 1: 5})} {
		for _, alpha := range []float64{1, .5, .05, .001, 1e-9} {
			near(t, "level", s.tails(-s.unseen(alpha))/alpha, 1, 1e-9)
		}
		near(t, "all", s.tails(1), 0, 1e-12)
		near(t, "none", s.tails(0), 1, 1e-12)
	}
}
