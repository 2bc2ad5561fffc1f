package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestWithinCasesOfOneSampleIsMcNemar(t *testing.T) {
	for _, pair := range [][2]int{{2, 9}, {0, 6}, {25, 15}, {3, 3}, {1, 0}} {
		var cases []Counts
		for i := range pair[0] + pair[1] + 20 {
			c := Counts{Old: 1, OldPass: 1, New: 1, NewPass: 1}
			if i < pair[0] {
				c.NewPass = 0
			} else if i < pair[0]+pair[1] {
				c.OldPass = 0
			}
			cases = append(cases, c)
		}
		near(t, "p", WithinCases(cases), McNemar(pair[0], pair[1]), 1e-12)
	}
}

func TestWithinCases(t *testing.T) {
	for _, test := range []struct {
		name  string
		cases []Counts
		want  float64
	}{
		{"none", nil, 1},
		{"nothing differs", []Counts{{3, 3, 3, 3}, {2, 0, 5, 0}}, 1},
		// Fisher 1935, section 11: of eight cups four are named rightly, one
		// way in seventy.
		{"the lady tasting tea", []Counts{{4, 4, 4, 0}}, 2. / 70},
		// The one old sample is the one of eleven that failed, or not: of
		// twenty cases none, where ten of the new ones each failed once.
		{"ten of twenty fail once in ten", slices.Concat(slices.Repeat([]Counts{{1, 1, 10, 9}}, 10), slices.Repeat([]Counts{{1, 1, 10, 10}}, 10)), 2 * math.Pow(10./11, 10)},
	} {
		near(t, test.name, WithinCases(test.cases), min(1, test.want), 1e-12)
	}
}

// The definition: every way to say which samples are the old ones.
func TestWithinCasesAgainstAllWays(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 8))
	for range 100 {
		var cases []Counts
		for range 1 + random.IntN(3) {
			old, new := 1+random.IntN(3), 1+random.IntN(4)
			cases = append(cases, Counts{Old: old, OldPass: random.IntN(old + 1), New: new, NewPass: random.IntN(new + 1)})
		}
		near(t, "p", WithinCases(cases), countWays(cases), 1e-12)
	}
}

func countWays(cases []Counts) float64 {
	observed := 0.0
	sums := []float64{0}
	for _, c := range cases {
		observed += float64(c.NewPass)/float64(c.New) - float64(c.OldPass)/float64(c.Old)
		var next []float64
		n, passes := c.Old+c.New, c.OldPass+c.NewPass
		for old := range 1 << n { // samples below passes are those that passed
			count, pass := 0, 0
			for i := range n {
				if old>>i&1 == 1 {
					count++
					if i < passes {
						pass++
					}
				}
			}
			if count == c.Old {
				for _, sum := range sums {
					next = append(next, sum+float64(passes-pass)/float64(c.New)-float64(pass)/float64(c.Old))
				}
			}
		}
		sums = next
	}
	below, above := 0, 0
	for _, sum := range sums {
		if sum <= observed+1e-9 {
			below++
		}
		if sum >= observed-1e-9 {
			above++
		}
	}
	return min(1, 2*float64(min(below, above))/float64(len(sums)))
}

// Where there is too much to compute, moments take the place of the
// distribution.
func TestWithinCasesByMoments(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 8))
	for _, rate := range []float64{.5, .9, .97} {
		var cases []Counts
		for range 600 {
			c := Counts{Old: 1, New: 10}
			if random.Float64() < rate-.01 {
				c.OldPass = 1
			}
			for range c.New {
				if random.Float64() < rate {
					c.NewPass++
				}
			}
			cases = append(cases, c)
		}
		var strata []stratum
		for _, c := range groupCounts(cases) {
			if s, ok := newStratum(c.Counts, c.times); ok {
				strata = append(strata, s)
			}
		}
		below, above, ok := exactTails(strata, 10)
		if !ok {
			t.Fatal("600 cases are too many")
		}
		byMoments, _ := edgeworthTails(strata)
		// What is exact counts the observed sum on both sides.
		near(t, "below", byMoments, (below+1-above)/2, .003)
	}
	huge := make([]Counts, 100_000)
	for i := range huge {
		huge[i] = Counts{Old: 1, OldPass: i % 10 / 9, New: 10, NewPass: 1 - i%10/9}
	}
	if p := WithinCases(huge); !(p > 0 && p <= 1) {
		t.Errorf("p of 100,000 cases = %g", p)
	}
}
