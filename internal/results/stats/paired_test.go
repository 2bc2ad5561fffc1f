package stats

import (
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
