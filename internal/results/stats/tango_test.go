package stats

import (
	"math"
	"testing"
)

// With one answer a case the interval is Tango's, and the p-value the level at
// which it touches 0.
func TestRateDifferenceIsTangos(t *testing.T) {
	for _, test := range []struct {
		n, up, down int
		alpha       float64
		want        Interval
		tolerance   float64
	}{
		// Fagerland, Lydersen and Laake 2014, Statistics in Medicine 33,
		// 2850-2875: airway reactivity before and after a transplantation.
		{21, 1, 7, .05, Interval{-.517, -.026}, 5e-4},
		// The same authors' package contingencytables: complete response before
		// and after consolidation therapy.
		{161, 6, 16, .05, Interval{-.1240, -.0054}, 5e-5},
		// The R package PropCIs, scoreci.mp(25, 28, 618), at 90 %.
		{618, 28, 25, .1, Interval{-.0148, .0247}, 5e-5},
	} {
		r := NewRateDifference(changes(test.n, test.up, test.down), nil)
		nearInterval(t, "interval", r.Interval(test.alpha), test.want, test.tolerance)
		back := NewRateDifference(changes(test.n, test.down, test.up), nil)
		nearInterval(t, "the other way", back.Interval(test.alpha), Interval{-test.want.High, -test.want.Low}, test.tolerance)
		// McNemar 1947: the statistic at no difference.
		z := float64(test.up-test.down) / math.Sqrt(float64(test.up+test.down))
		near(t, "p", r.PValue(), math.Erfc(math.Abs(z)/math.Sqrt2), 1e-12)
	}
}

// The p-value is the level at which an end of the interval touches 0, whatever
// the differences are.
func TestPValuesAreThoseOfTheInterval(t *testing.T) {
	repeats := []float64{-.4, -.2, 0, 0, .2, -.6, -1, 0, -.2, -.4, .2, -.8, 0, -.2}
	cluster := []int{0, 0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 9}
	metric := []float64{-14, 3, -22, -7, 5, -30, -11, -2, -9, -17}
	for name, d := range map[string]interface {
		Interval(float64) Interval
		PValue() float64
	}{
		"one answer":           NewRateDifference(changes(40, 2, 9), nil),
		"one way":              NewRateDifference(changes(40, 0, 7), nil),
		"repeats":              NewRateDifference(repeats, nil),
		"clusters":             NewRateDifference(repeats, cluster),
		"the floor":            NewRateDifference([]float64{-.1, -.1, -.1, -.1, -.1, -.1, -.1, -.1}, nil),
		"a metric":             NewMeanDifference(metric, nil, 100),
		"a metric, worse side": NewMeanDifference(metric, nil, 20),
		"a metric, long tail":  NewMeanDifference([]float64{1, 2, 1, 3, 2, 1, 30, 2, 0, 1, 44}, nil, 0),
		"a metric, floor":      NewMeanDifference([]float64{-50, -50, -50, -50, -50, -50, -49}, nil, 100),
		"a metric at once":     NewMeanDifference([]float64{-5, -5, -5, -5, -5, -5}, nil, 100),
	} {
		p := d.PValue()
		if p >= 1 {
			if iv := d.Interval(.999); iv.Low > 0 || iv.High < 0 {
				t.Errorf("%s: p is 1 and the interval %v", name, iv)
			}
			continue
		}
		iv := d.Interval(p)
		near(t, name, min(math.Abs(iv.Low), math.Abs(iv.High)), 0, 1e-6)
	}
}
