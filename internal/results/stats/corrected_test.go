package stats

import (
	"math"
	"testing"
)

// shareOf is a ratio over single outcomes of these units.
func shareOf(t *testing.T, from int, outcomes ...float64) Ratio {
	t.Helper()
	var units []Part
	for i, x := range outcomes {
		units = append(units, Part{Unit: from + i, Part: x, Whole: 1})
	}
	r, ok := ShareRatio(units, nil, .05)
	if !ok {
		t.Fatal("no ratio")
	}
	return r
}

func repeated(n int, x float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = x
	}
	return out
}

// The corrected rate is that of PPI++ with the least squares slope of the labels
// on the judge's verdicts as lambda (Angelopoulos, Duchi and Zrnic 2023, with a
// verdict of 0 or 1).
func TestCorrectedIsPPI(t *testing.T) {
	judge := shareOf(t, 0, append(repeated(70, 1), repeated(30, 0)...)...)
	passed := shareOf(t, 0, append(repeated(18, 1), repeated(6, 0)...)...)
	failed := shareOf(t, 70, append(repeated(4, 1), repeated(12, 0)...)...)
	got, iv := Corrected(judge, passed, failed)
	labels, verdicts := 22.0/40, 24.0/40
	lambda := 18.0/24 - 4.0/16
	if want := labels + lambda*(.7-verdicts); math.Abs(got-want) > 1e-12 {
		t.Errorf("got %v, want %v", got, want)
	}
	if !(iv.Low < got && got < iv.High) {
		t.Errorf("%v does not lie in %v", got, iv)
	}
}

// The interval has a width where no label disagrees, where there are no labels of
// one verdict, and where all verdicts are the same.
func TestCorrectedHasAWidth(t *testing.T) {
	judge := shareOf(t, 0, append(repeated(90, 1), repeated(10, 0)...)...)
	sure := shareOf(t, 0, repeated(1000, 1)...)
	right := shareOf(t, 0, repeated(20, 1)...)
	for name, iv := range map[string]Interval{
		"no disagreement":    second(Corrected(judge, right, shareOf(t, 90, 0, 0, 0))),
		"no label of a fail": second(Corrected(judge, right, Unlabelled(0))),
		"the judge passes":   second(Corrected(sure, right, Unlabelled(0))),
	} {
		if !(iv.High-iv.Low > .1) || iv.Low < 0 || iv.High > 1 {
			t.Errorf("%s: %v", name, iv)
		}
	}
}

// A judge that is worse than chance widens the interval as one that is better.
func TestCorrectedByAJudgeThatIsWrong(t *testing.T) {
	judge := shareOf(t, 0, append(repeated(50, 1), repeated(50, 0)...)...)
	some, most := shareOf(t, 0, 1, 0, 0, 0, 0, 0, 0, 0), shareOf(t, 50, 0, 1, 1, 1, 1, 1, 1, 1)
	_, right := Corrected(judge, most, some)
	_, wrong := Corrected(judge, some, most)
	if math.Abs((right.High-right.Low)-(wrong.High-wrong.Low)) > 1e-9 {
		t.Errorf("right %v, wrong %v", right, wrong)
	}
}

func second(_ float64, iv Interval) Interval { return iv }
