package stats

import (
	"math"
	"math/big"
	"testing"
)

func TestMcNemar(t *testing.T) {
	tests := []struct {
		b, c int
		want float64
	}{
		{2, 9, 67.0 / 1024},
		{0, 6, .03125},
		{25, 15, .153860},
		{3, 3, 1},
		{0, 0, 1},
		{1, 0, 1},
		// Fagerland, Lydersen and Laake 2013, table 3: 1 against 7.
		{1, 7, .0703125},
	}
	for _, test := range tests {
		near(t, "McNemar", McNemar(test.b, test.c), test.want, 5e-7)
		near(t, "McNemar, sides exchanged", McNemar(test.c, test.b), test.want, 5e-7)
	}
}

// The p-value is a whole number over 2^m; big integers give it without
// rounding.
func TestMcNemarAgainstWholeNumbers(t *testing.T) {
	for _, pair := range [][2]int{{0, 1}, {4, 19}, {40, 60}, {480, 520}, {4900, 5100}, {0, 900}} {
		b, m := int64(min(pair[0], pair[1])), int64(pair[0]+pair[1])
		tail, ways := new(big.Int), big.NewInt(1)
		for i := range b + 1 {
			tail.Add(tail, ways)
			ways.Mul(ways, big.NewInt(m-i)).Div(ways, big.NewInt(i+1))
		}
		tail.Lsh(tail, 1)
		want, _ := new(big.Float).Quo(new(big.Float).SetInt(tail),
			new(big.Float).SetInt(new(big.Int).Lsh(big.NewInt(1), uint(m)))).Float64()
		near(t, "McNemar", McNemar(pair[0], pair[1]), want, 1e-10*want+1e-300)
	}
}

// newcombePaired is newcombe at level 1-alpha.
func newcombePaired(a, b, c, d int, alpha float64) Interval {
	return newcombe(float64(a), float64(b), float64(c), float64(d), normalQuantile(1-alpha/2))
}

func TestNewcombePaired(t *testing.T) {
	tests := []struct {
		a, b, c, d int
		want       Interval
	}{
		// Newcombe 1998, Statistics in Medicine 17, 2635-2650, table II, method 10.
		{36, 12, 2, 0, Interval{.0569, .3404}},
		// Fagerland, Lydersen and Laake 2014, Statistics in Medicine 33,
		// 2850-2875: airway reactivity before and after a transplantation.
		{1, 1, 7, 12, Interval{-.5069, -.0256}},
		{0, 0, 0, 0, Interval{-1, 1}},
	}
	for _, test := range tests {
		got := newcombePaired(test.a, test.b, test.c, test.d, 0.05)
		nearInterval(t, "NewcombePaired", got, test.want, 5e-5)
	}
}

func TestNewcombePairedIsAntisymmetric(t *testing.T) {
	for _, x := range [][4]int{{36, 12, 2, 0}, {10, 3, 8, 20}, {1, 1, 7, 12}, {50, 0, 0, 50}, {0, 5, 0, 0}} {
		got := newcombePaired(x[0], x[1], x[2], x[3], 0.05)
		back := newcombePaired(x[0], x[2], x[1], x[3], 0.05)
		nearInterval(t, "sides exchanged", Interval{-back.High, -back.Low}, got, 1e-12)
		if got.Low < -1-1e-12 || got.High > 1+1e-12 || math.IsNaN(got.Low) || math.IsNaN(got.High) {
			t.Errorf("NewcombePaired(%v) = %v leaves -1 to 1", x, got)
		}
	}
}
