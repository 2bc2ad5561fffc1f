package stats

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mathext"
)

// near fails the test where got is further than tolerance from want.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %.8g, want %.8g within %.1g", what, got, want, tolerance)
	}
}

func nearInterval(t *testing.T, what string, got, want Interval, tolerance float64) {
	t.Helper()
	near(t, what+" low", got.Low, want.Low, tolerance)
	near(t, what+" high", got.High, want.High, tolerance)
}

func TestExact(t *testing.T) {
	for _, test := range []struct {
		k, n   int
		want   Interval
		wilson Interval
	}{
		// Newcombe 1998, Statistics in Medicine 17, 857-872, table I, methods 5
		// and 3.
		{81, 263, Interval{.2527, .3676}, Interval{.2553, .3662}},
		{15, 148, Interval{.0578, .1617}, Interval{.0624, .1605}},
		{0, 20, Interval{0, .1684}, Interval{0, .1611}},
		{1, 29, Interval{.0009, .1776}, Interval{.0061, .1718}},
	} {
		nearInterval(t, "exact", Exact(test.k, test.n, .05), test.want, 5e-5)
		nearInterval(t, "Wilson", wilson(float64(test.k), float64(test.n), normalQuantile(.975)), test.wilson, 5e-5)
	}
	nearInterval(t, "nothing", Exact(0, 0, .05), Interval{0, 1}, 0)
	wide, narrow := Exact(30, 50, 0.01), Exact(30, 50, 0.10)
	if !(wide.Low < narrow.Low && wide.High > narrow.High) {
		t.Errorf("99 %% interval %v is not wider than the 90 %% interval %v", wide, narrow)
	}
}

// The ends are those rates at which as many passes, or as few, are had in
// alpha/2 of runs, up to runs of a million.
func TestExactEnds(t *testing.T) {
	for _, n := range []int{1, 2, 7, 50, 2000, 1_000_000} {
		for _, k := range []int{0, 1, n / 3, n / 2, n - 1, n} {
			iv := Exact(k, n, .05)
			if k == 0 && iv.Low != 0 || k == n && iv.High != 1 || !(iv.Low <= float64(k)/float64(n)) || !(iv.High >= float64(k)/float64(n)) {
				t.Errorf("%d of %d: %v", k, n, iv)
			}
			if k > 0 {
				near(t, "at the low end", mathext.RegIncBeta(float64(k), float64(n-k+1), iv.Low), .025, 1e-6)
			}
			if k < n {
				near(t, "at the high end", mathext.RegIncBeta(float64(k+1), float64(n-k), iv.High), .975, 1e-6)
			}
		}
	}
}

// Student's quantiles as printed in any table; the normal's as in Abramowitz
// and Stegun 1964, table 26.5.
func TestQuantiles(t *testing.T) {
	near(t, "z .975", normalQuantile(.975), 1.959963984540054, 1e-12)
	near(t, "z .8", normalQuantile(.8), .8416212335729143, 1e-12)
	for degrees, want := range map[float64]float64{1: 12.7062, 2: 4.30265, 5: 2.57058, 30: 2.04227, 120: 1.97993, 100_000: 1.95999} {
		near(t, "t .975", studentQuantile(.975, degrees), want, 6e-5*want)
	}
}
