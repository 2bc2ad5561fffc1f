package runner

import (
	"math/big"
	"testing"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// weighted is a case whose assertions have these weights, in tenths, and the
// sample of it in which those passed that bits has.
func weighted(tenths []int, bits int, minScore float64) (*question, *record.Sample) {
	c := &suite.Case{MinScore: &minScore}
	s := &record.Sample{Outcome: record.Pass}
	for i, n := range tenths {
		c.Assertions = append(c.Assertions, suite.Assertion{Weight: float64(n) / 10})
		check := record.Check{I: i, Outcome: record.Fail}
		if bits>>i&1 == 1 {
			check.Outcome = record.Pass
		}
		s.Assertions = append(s.Assertions, check)
	}
	return &question{Case: c}, s
}

// A min_score that is reached exactly is reached, whatever the weights: of all
// weightings of up to five assertions in tenths that add up to 1, every subset
// that passes reaches the share that it has, and no more.
func TestAScoreReachesItsBound(t *testing.T) {
	var weightings [][]int
	var extend func(weights []int, left int)
	extend = func(weights []int, left int) {
		if left == 0 {
			weightings = append(weightings, append([]int(nil), weights...))
			return
		}
		for n := 1; n <= left && len(weights) < 5; n++ {
			extend(append(weights, n), left-n)
		}
	}
	extend(nil, 10)
	if len(weightings) != 256 {
		t.Fatalf("%d weightings", len(weightings))
	}
	for _, tenths := range weightings {
		for bits := range 1 << len(tenths) {
			share := 0
			for i, n := range tenths {
				share += bits >> i & 1 * n
			}
			for bound := 0; bound <= 10; bound++ {
				q, s := weighted(tenths, bits, float64(bound)/10)
				q.score(s, false)
				if passed := s.Outcome == record.Pass; passed != (share >= bound) || *s.Score != float64(share)/10 {
					t.Fatalf("%v tenths, passed %b: score %v is %s against %v", tenths, bits, *s.Score, s.Outcome, float64(bound)/10)
				}
			}
		}
	}
}

// The score is the number nearest to the exact share, also of weights that do
// not add up to 1.
func TestAScoreIsTheExactShare(t *testing.T) {
	for _, test := range []struct {
		tenths []int
		bits   int
	}{{[]int{7, 1, 2}, 0b011}, {[]int{1, 1, 1}, 0b011}, {[]int{3, 3, 3, 1}, 0b0111}, {[]int{25, 5, 4}, 0b101}} {
		q, s := weighted(test.tenths, test.bits, 0)
		q.score(s, false)
		passed, all := int64(0), int64(0)
		for i, n := range test.tenths {
			all += int64(n)
			if test.bits>>i&1 == 1 {
				passed += int64(n)
			}
		}
		if want, _ := big.NewRat(passed, all).Float64(); *s.Score != want {
			t.Errorf("%v, %b: %v, want %v", test.tenths, test.bits, *s.Score, want)
		}
	}
	q, s := weighted(nil, 0, 0.5)
	if q.score(s, false); s.Score != nil || s.Outcome != record.Pass {
		t.Errorf("nothing was asked, and the sample is %+v", s)
	}
}
