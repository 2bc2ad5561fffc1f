package stats

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestPassAtK(t *testing.T) {
	tests := []struct {
		passes, n, k int
		some, all    float64
		notEstimable bool
	}{
		{passes: 3, n: 10, k: 1, some: .3, all: .3},
		{passes: 3, n: 10, k: 2, some: 1 - 21.0/45, all: 3.0 / 45},
		{passes: 3, n: 10, k: 8, some: 1, all: 0},
		{passes: 0, n: 5, k: 5, some: 0, all: 0},
		{passes: 5, n: 5, k: 5, some: 1, all: 1},
		// human-eval's own formula, 1 - prod(1 - k/arange(n-c+1, n+1)).
		{passes: 13, n: 200, k: 100, some: .99992, all: 0},
		{passes: 1, n: 2, k: 3, notEstimable: true},
		{passes: 1, n: 2, k: 0, notEstimable: true},
	}
	for _, test := range tests {
		some, ok := PassAtK(test.passes, test.n, test.k)
		all, okAll := PassHatK(test.passes, test.n, test.k)
		if ok == test.notEstimable || okAll == test.notEstimable {
			t.Errorf("%+v: estimable %v and %v", test, ok, okAll)
		}
		if ok {
			near(t, "PassAtK", some, test.some, 1e-5)
			near(t, "PassHatK", all, test.all, 1e-5)
		}
	}
}

// The estimators are unbiased: over all outcomes of n samples that pass with
// probability p they average to 1-(1-p)^k and p^k.
func TestPassAtKIsUnbiased(t *testing.T) {
	const n, k, p = 7, 3, .35
	some, all, weight := 0.0, 0.0, 1.0
	for range n {
		weight *= 1 - p
	}
	for passes := 0; passes <= n; passes++ {
		s, _ := PassAtK(passes, n, k)
		a, _ := PassHatK(passes, n, k)
		some += weight * s
		all += weight * a
		weight *= p / (1 - p) * float64(n-passes) / float64(passes+1)
	}
	near(t, "mean of PassAtK", some, 1-.65*.65*.65, 1e-12)
	near(t, "mean of PassHatK", all, .35*.35*.35, 1e-12)
}

func TestHolm(t *testing.T) {
	tests := []struct{ p, want []float64 }{
		// Values of R's p.adjust(p, "holm").
		{[]float64{.01, .04, .03, .005}, []float64{.03, .06, .06, .02}},
		{[]float64{.01, .02, .03, .04, .05}, []float64{.05, .08, .09, .09, .09}},
		{[]float64{.9, .8}, []float64{1, 1}},
		{[]float64{.02}, []float64{.02}},
		{nil, []float64{}},
	}
	for _, test := range tests {
		before := slices.Clone(test.p)
		got := Holm(test.p)
		if len(got) != len(test.want) {
			t.Fatalf("Holm(%v) = %v, want %v", test.p, got, test.want)
		}
		for i := range got {
			near(t, "Holm", got[i], test.want[i], 1e-12)
		}
		if !slices.Equal(before, test.p) {
			t.Errorf("Holm changed its argument to %v", test.p)
		}
	}
}

// ratings gives the labels that a table counts at [i][j], one thing at a time.
func ratings(table [][]int) (first, second []int) {
	for i, row := range table {
		for j, n := range row {
			for range n {
				first, second = append(first, i), append(second, j)
			}
		}
	}
	return first, second
}

func TestCohenKappa(t *testing.T) {
	tests := []struct {
		name  string
		table [][]int
		want  Agreement
		tol   float64
	}{
		// SAS/STAT 9.4 User's Guide, PROC FREQ, example "Agreement Study".
		{"SAS", [][]int{{10, 4, 1, 0}, {5, 10, 12, 2}, {2, 4, 12, 5}, {0, 2, 6, 13}},
			Agreement{Observed: 45.0 / 88, Kappa: .3449, SE: .0724, Interval: Interval{.2030, .4868}}, 5e-5},
		// statsmodels' tests of cohens_kappa, computed with SAS.
		{"statsmodels", [][]int{{0, 4, 1}, {0, 8, 0}, {0, 1, 5}},
			Agreement{Observed: 13.0 / 19, Kappa: .4842, SE: .1380, Interval: Interval{.2137, .7547}}, 5e-5},
	}
	for _, test := range tests {
		first, second := ratings(test.table)
		got, ok := CohenKappa(first, second, nil, .05)
		if !ok {
			t.Fatalf("%s: no kappa", test.name)
		}
		near(t, test.name+" observed", got.Observed, test.want.Observed, test.tol)
		near(t, test.name+" kappa", got.Kappa, test.want.Kappa, test.tol)
		near(t, test.name+" SE", got.SE, test.want.SE, test.tol)
		// The published intervals, of normal quantiles, are for many things.
		nearInterval(t, test.name, got.Interval, test.want.Interval, .1)
	}
}

// The interval of kappa holds the true one, for few things and a rare label.
func TestKappaCoverage(t *testing.T) {
	for _, n := range []int{10, 20, 30, 50, 100} {
		for _, rate := range []float64{.5, .8, .9} {
			for _, kappa := range []float64{.4, .8} {
				chance := rate*rate + (1-rate)*(1-rate)
				parted := (1 - kappa) * (1 - chance) / 2 // of either kind
				hits, rounds := 0, 0
				random := rand.New(rand.NewPCG(uint64(n), uint64(100*rate+kappa)))
				for range 1500 {
					first, second := make([]int, n), make([]int, n)
					for i := range n {
						switch u := random.Float64(); {
						case u < parted:
							first[i] = 1
						case u < 2*parted:
							second[i] = 1
						case u < rate+parted:
							first[i], second[i] = 1, 1
						}
					}
					if a, ok := CohenKappa(first, second, nil, .05); ok {
						rounds++
						if a.Interval.Low <= kappa && kappa <= a.Interval.High {
							hits++
						}
					}
				}
				if got := float64(hits) / float64(rounds); got < .91 {
					t.Errorf("%d things, %g of them 1, kappa %g: the interval holds it in %.1f %%", n, rate, kappa, 100*got)
				}
			}
		}
	}
}

// Kappa is the number nearest to the exact one, so that a bound that it reaches
// holds: 0.6 of 20 things that each rater halves and of which both give 16 the
// same.
func TestCohenKappaReachesItsBound(t *testing.T) {
	for _, half := range []int{5, 10, 15, 25, 35, 50} {
		for parted := 1; parted < half; parted++ { // of each label
			var first, second []int
			for i := range 2 * half {
				label, other := i%2, i%2
				if i/2 < parted {
					other = 1 - label
				}
				first, second = append(first, label), append(second, other)
			}
			want, _ := big.NewRat(int64(half-2*parted), int64(half)).Float64()
			if got, ok := CohenKappa(first, second, nil, .05); !ok || got.Kappa != want {
				t.Errorf("%d of %d parted: %v, want %v", 2*parted, 2*half, got.Kappa, want)
			}
		}
	}
}

func TestCohenKappaOfFewIsNoProof(t *testing.T) {
	first, second := ratings([][]int{{3, 0}, {0, 3}})
	got, ok := CohenKappa(first, second, nil, .05)
	if !ok || got.Kappa != 1 || got.Interval.High != 1 {
		t.Fatalf("six of six agree: %+v, %v; want kappa 1", got, ok)
	}
	if got.Interval.Low > .2 {
		t.Errorf("six of six agree: interval from %g; six things leave less than .2 possible", got.Interval.Low)
	}
}

func TestCohenKappaUndefined(t *testing.T) {
	for _, table := range [][][]int{nil, {{0, 0}, {0, 0}}, {{9, 0}, {0, 0}}} {
		first, second := ratings(table)
		if got, ok := CohenKappa(first, second, nil, .05); ok {
			t.Errorf("CohenKappa(%v) = %+v, want none", table, got)
		}
	}
}

func TestCohenKappaOfClusters(t *testing.T) {
	first, second := ratings([][]int{{20, 5}, {10, 15}})
	own := make([]int, len(first))
	for i := range own {
		own[i] = i
	}
	alone, _ := CohenKappa(first, second, nil, .05)
	got, _ := CohenKappa(first, second, own, .05)
	if got != alone {
		t.Errorf("clusters of one thing: %+v, want %+v as without clusters", got, alone)
	}

	// Four copies of each thing tell as much as the things: the standard error
	// is theirs, but for the factor for 50 clusters.
	var copies, again, cluster []int
	for i := range first {
		for range 4 {
			copies, again, cluster = append(copies, first[i]), append(again, second[i]), append(cluster, i)
		}
	}
	got, _ = CohenKappa(copies, again, cluster, .05)
	near(t, "kappa of copies", got.Kappa, alone.Kappa, 1e-12)
	near(t, "SE of copies", got.SE, alone.SE*math.Sqrt(50.0/49), 1e-12)

	one, ok := CohenKappa(first, second, make([]int, len(first)), .05)
	if !ok || one.Interval != (Interval{-1, 1}) {
		t.Errorf("one cluster: %+v, want an interval that knows nothing", one)
	}
}
