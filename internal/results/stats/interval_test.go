package stats

import (
	"math"
	"testing"
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

func TestWilson(t *testing.T) {
	tests := []struct {
		k, n int
		want Interval
		tol  float64
	}{
		// Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3.
		{81, 263, Interval{.2553, .3662}, 5e-5},
		{15, 148, Interval{.0624, .1605}, 5e-5},
		{0, 20, Interval{0, .1611}, 5e-5},
		{1, 29, Interval{.0061, .1718}, 5e-5},
		{34, 40, Interval{.709, .929}, 5e-4},
		{10, 10, Interval{.722, 1}, 5e-4},
		{0, 0, Interval{0, 1}, 0},
	}
	for _, test := range tests {
		got := Wilson(test.k, test.n, 0.05)
		nearInterval(t, "Wilson", got, test.want, test.tol)
	}
}

func TestWilsonEndsAreExactWhereAllOrNonePass(t *testing.T) {
	for n := 1; n <= 2000; n++ {
		if got := Wilson(0, n, 0.05).Low; got != 0 {
			t.Fatalf("Wilson(0, %d) low = %g, want 0", n, got)
		}
		if got := Wilson(n, n, 0.05).High; got != 1 {
			t.Fatalf("Wilson(%d, %d) high = %g, want 1", n, n, got)
		}
	}
}

func TestWilsonFollowsTheLevel(t *testing.T) {
	wide, narrow := Wilson(30, 50, 0.01), Wilson(30, 50, 0.10)
	if !(wide.Low < narrow.Low && wide.High > narrow.High) {
		t.Errorf("99 %% interval %v is not wider than the 90 %% interval %v", wide, narrow)
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
