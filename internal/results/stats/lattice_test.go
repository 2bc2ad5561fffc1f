package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Shares of a few samples differ by whole numbers of a step: the p-value is
// then that of the whole distribution, however many differences there are.
func TestSignFlipOfSharesIsExact(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 9))
	for _, test := range []struct{ n, old, new, largest int }{
		{40, 5, 5, 5}, {200, 10, 10, 4}, {400, 3, 10, 20}, {1000, 1, 10, 9}, {60, 7, 9, 50}, {3000, 4, 4, 1},
	} {
		steps := test.old * test.new
		whole, d := make([]int, test.n), make([]float64, test.n)
		sum := 0
		for i := range d {
			was, is := random.IntN(test.old+1), random.IntN(test.new+1)
			whole[i] = is*test.old - was*test.new
			d[i] = float64(is)/float64(test.new) - float64(was)/float64(test.old)
			if math.Abs(d[i]) > float64(test.largest)/float64(steps)*float64(max(test.old, test.new)) {
				whole[i], d[i] = 0, 0
			}
			sum += whole[i]
		}
		for i := range whole {
			whole[i] = abs(whole[i])
		}
		want := exactTail(slices.DeleteFunc(slices.Clone(whole), func(n int) bool { return n == 0 }))(abs(sum))
		sizes := groupBySize(d)
		if steps, ok := lattice(sizes); !ok {
			t.Errorf("%+v: no whole numbers are found", test)
		} else if _, ok := latticeTail(sizes, steps); !ok {
			t.Errorf("%+v: it takes too long", test)
		}
		near(t, "p", SignFlip(d, nil, 1), want, 1e-12)
	}
}

func TestLattice(t *testing.T) {
	for _, test := range []struct {
		d    []float64
		want []int // largest first
	}{
		{[]float64{.7 - .6, -.3 + .1, 1}, []int{10, 2, 1}},
		{[]float64{1./3 - 1./4, 1. / 2}, []int{6, 1}},
		{[]float64{120, -80, 3}, []int{120, 80, 3}},
		{[]float64{math.Pi, 1}, nil},
		{[]float64{1e12, 1}, nil},
		{[]float64{1 + 1e-6, 1}, nil},
	} {
		if got, _ := lattice(groupBySize(test.d)); !slices.Equal(got, test.want) {
			t.Errorf("lattice of %v = %v, want %v", test.d, got, test.want)
		}
	}
}

// Sums that no whole numbers stand for are counted one by one.
func TestSignFlipOfAnySizes(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 7))
	for range 100 {
		d := make([]float64, 2+random.IntN(11))
		for i := range d {
			d[i] = random.NormFloat64() + .3
		}
		if _, ok := lattice(groupBySize(d)); ok {
			t.Errorf("%v are taken for whole numbers", d)
		}
		near(t, "p", SignFlip(d, nil, 1), countFlips(d), 1e-12)
	}
}

// What is too far out to be told from impossible is still above 0.
func TestSignFlipOfSharesIsNeverZero(t *testing.T) {
	d := make([]float64, 4000)
	for i := range d {
		d[i] = -.1 * float64(1+i%3)
	}
	if p := SignFlip(d, nil, 1); p != leastP {
		t.Errorf("p of 4,000 differences of one sign = %g, want %g", p, leastP)
	}
}

func BenchmarkSignFlip(b *testing.B) {
	random := rand.New(rand.NewPCG(5, 7))
	for name, draw := range map[string]func() float64{
		"shares": func() float64 { return float64(random.IntN(11)-5) / 10 },
		"any":    random.NormFloat64,
	} {
		d := make([]float64, 400)
		for i := range d {
			d[i] = draw()
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				SignFlip(d, nil, 1)
			}
		})
	}
}
