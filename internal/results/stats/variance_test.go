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
	draw := func(sizes []int) [][]float64 {
		groups := make([][]float64, len(sizes))
		for i, n := range sizes {
			mean := random.NormFloat64() * math.Sqrt(between)
			for range n {
				groups[i] = append(groups[i], mean+random.NormFloat64()*math.Sqrt(within))
			}
		}
		return groups
	}
	sizes := make([]int, 60)
	for i := range sizes {
		sizes[i] = 1 + i%5
	}
	b, w, pb := 0.0, 0.0, 0.0
	for range rounds {
		old := draw(sizes)
		c, _ := VarianceComponents(old)
		v, _ := NewPairVariance(old, draw(sizes))
		b += c.Between / rounds
		w += c.Within / rounds
		pb += v.Between / rounds
	}
	near(t, "between", b, between, .02)
	near(t, "within", w, within, .02)
	near(t, "between pairs", pb, 2*between, .04) // two independent means
}

func TestNewPairVariance(t *testing.T) {
	// Two pairs that truly differ by 0 and by 1 and do not vary otherwise.
	v, ok := NewPairVariance([][]float64{{1, 1}, {0, 0}}, [][]float64{{1, 1}, {1, 1}})
	if !ok || v != (PairVariance{Between: .5}) {
		t.Errorf("NewPairVariance = %+v, %v; want .5 between and no noise", v, ok)
	}
	if v, ok := NewPairVariance([][]float64{{1}, {0}}, [][]float64{{1}, {1}}); ok {
		t.Errorf("one sample a case: %+v, want none", v)
	}
}

func TestNeeded(t *testing.T) {
	// Miller 2024, arXiv 2411.00640, section 5: 969 questions.
	got, ok := PairVariance{Between: 1.0 / 9}.NeededPairs(.03, 1, .05, .8)
	if !ok || got != 969 {
		t.Errorf("NeededPairs = %d, %v; want 969", got, ok)
	}
	noisy := PairVariance{Between: .01, Old: .1, New: .1}
	pairs, ok := noisy.NeededPairs(.05, 4, .05, .8)
	if !ok {
		t.Fatal("no number of pairs finds a difference of .05")
	}
	samples, ok := noisy.NeededSamples(.05, pairs, .05, .8)
	if !ok || samples != 4 {
		t.Errorf("%d pairs need %d samples, %v; they were sized for 4", pairs, samples, ok)
	}
	if got, ok := noisy.NeededSamples(.05, 20, .05, .8); ok {
		t.Errorf("20 pairs that vary by themselves need %d samples; no number does", got)
	}
	if got, ok := noisy.NeededPairs(0, 4, .05, .8); ok {
		t.Errorf("a difference of 0 is found with %d pairs; no number finds it", got)
	}
}

// What NeededPairs asks for is what Detectable then sees.
func TestNeededPairsMeetsDetectable(t *testing.T) {
	v := PairVariance{Between: .02, Old: .12, New: .09}
	pairs, _ := v.NeededPairs(.04, 3, .05, .8)
	m := Mean{SE: math.Sqrt(v.Of(3) / float64(pairs))}
	near(t, "Detectable", m.Detectable(.05, .8), .04, 5e-5)
}
