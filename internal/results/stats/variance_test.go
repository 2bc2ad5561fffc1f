package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// dyestuff is Davies and Goldsmith 1972, table 6.1: the yield of five
// preparations of each of six batches. Its components are in lme4's manual:
// 1764 between batches and 2451 within, standard deviations 42.00 and 49.51.
var dyestuff = [][]float64{
	{1545, 1440, 1440, 1520, 1580},
	{1540, 1555, 1490, 1560, 1495},
	{1595, 1550, 1605, 1510, 1560},
	{1445, 1440, 1595, 1465, 1545},
	{1595, 1630, 1515, 1635, 1625},
	{1520, 1455, 1450, 1480, 1445},
}

func TestVarianceComponents(t *testing.T) {
	got, ok := VarianceComponents(append([][]float64{{}}, dyestuff...))
	if !ok {
		t.Fatal("no components")
	}
	near(t, "between", got.Between, 1764.05, .005)
	near(t, "within", got.Within, 2451.25, .005)
}

func TestVarianceComponentsOfTooLittle(t *testing.T) {
	for _, groups := range [][][]float64{nil, {{1, 2}}, {{1}, {2}, {3}}, {{}, {}}} {
		if got, ok := VarianceComponents(groups); ok {
			t.Errorf("VarianceComponents(%v) = %v, want none", groups, got)
		}
	}
}

func TestVarianceComponentsAreNotNegative(t *testing.T) {
	got, ok := VarianceComponents([][]float64{{0, 1}, {1, 0}, {0, 1}})
	if !ok || got.Between != 0 {
		t.Errorf("groups of equal means: %+v, %v; want nothing between them", got, ok)
	}
}

// Over many draws the estimates average to what the samples were drawn with,
// in groups of several sizes.
func TestVarianceEstimatesAreUnbiased(t *testing.T) {
	const rounds, between, within = 4000, .5, 2.0
	random := rand.New(rand.NewPCG(1, 2))
	b, w := 0.0, 0.0
	for range rounds {
		groups := make([][]float64, 60)
		for i := range groups {
			mean := random.NormFloat64() * math.Sqrt(between)
			for range 1 + i%5 {
				groups[i] = append(groups[i], mean+random.NormFloat64()*math.Sqrt(within))
			}
		}
		c, _ := VarianceComponents(groups)
		b += c.Between / rounds
		w += c.Within / rounds
	}
	near(t, "between", b, between, .02)
	near(t, "within", w, within, .02)
}
