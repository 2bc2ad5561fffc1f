package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// darwin holds the differences in height, in eighths of an inch, of Darwin's
// fifteen pairs of maize.
var darwin = []float64{49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48}

func TestSignFlipOfDarwinsMaize(t *testing.T) {
	// Fisher 1935, The Design of Experiments, section 21: of 32,768 ways to
	// flip the signs, 863 on either side go as far.
	near(t, "p", SignFlip(darwin, nil, 1), 1726.0/32768, 1e-12)
}

func TestSignFlipOfOneSizeIsMcNemar(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		b, c, same := random.IntN(60), random.IntN(60), random.IntN(60)
		d := slices.Concat(slices.Repeat([]float64{-.25}, b), slices.Repeat([]float64{.25}, c), make([]float64, same))
		near(t, "p", SignFlip(d, nil, 1), McNemar(b, c), 1e-12)
	}
}

func TestSignFlipTakesRoundedSizesForOne(t *testing.T) {
	d := []float64{.7 - .6, .3 - .2, 1 - .9, .1, .8 - .7, .2 - .3, .1 + .2 - .3}
	near(t, "p", SignFlip(d, nil, 1), McNemar(1, 5), 1e-12)
}

// The definition: count the ways to flip that go as far.
func TestSignFlipAgainstAllFlips(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		d := make([]float64, 1+random.IntN(12))
		for i := range d {
			d[i] = float64(random.IntN(9)-4) / 4
		}
		near(t, "p", SignFlip(d, nil, 1), countFlips(d), 1e-12)
	}
}

func countFlips(d []float64) float64 {
	observed, hits := math.Abs(average(d)), 0
	flipped := make([]float64, len(d))
	for pattern := range 1 << len(d) {
		for i, v := range d {
			flipped[i] = v
			if pattern>>i&1 == 1 {
				flipped[i] = -v
			}
		}
		if math.Abs(average(flipped)) >= observed-1e-12 {
			hits++
		}
	}
	return float64(hits) / float64(int(1)<<len(d))
}

func TestSignFlipOfClusters(t *testing.T) {
	d := []float64{1, 1, 0, -1, .5, 1, -.5, 1}
	cluster := []int{7, 7, 7, 2, 2, 9, 4, 4}
	near(t, "p", SignFlip(d, cluster, 1), SignFlip([]float64{2, -.5, 1, .5}, nil, 1), 1e-12)
	// Ten cases that always agree are one: no flip of one sign is rare.
	near(t, "p of one cluster", SignFlip(slices.Repeat([]float64{-1}, 10), make([]int, 10), 1), 1, 1e-12)
}

func TestSignFlipOfNothing(t *testing.T) {
	for _, d := range [][]float64{nil, {0}, make([]float64, 100), {math.NaN(), 1}, {math.Inf(1), 1}, {1e308, 1.1e308, -1.2e308}} {
		if p := SignFlip(d, nil, 1); p != 1 {
			t.Errorf("SignFlip(%v) = %g, want 1", d, p)
		}
	}
}

func TestSignFlipIsDeterministic(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	d := make([]float64, 400)
	for i := range d {
		d[i] = random.NormFloat64() + .1
	}
	want := SignFlip(d, nil, 11)
	random.Shuffle(len(d), func(i, j int) { d[i], d[j] = d[j], d[i] })
	if got := SignFlip(d, nil, 11); got != want {
		t.Errorf("p of the same differences in another order = %g, want %g", got, want)
	}
	if got := SignFlip(d, nil, 12); got == want {
		t.Errorf("p with another seed = %g, the same to the last digit", got)
	}
}

func TestSignFlipIsNeverZero(t *testing.T) {
	d := upTo(2000)
	if p := SignFlip(d, nil, 1); p != 1.0/(flips+1) {
		t.Errorf("p of 2000 differences of one sign = %g, want 1/%d", p, flips+1)
	}
}

// Sums of whole numbers have a distribution that can be written out. The draws
// must follow it in every way they are made: one by one, by size, by coins,
// and with the smaller sizes as one normal.
func TestDrawsFollowTheExactDistribution(t *testing.T) {
	sizes := func(count int, value func(int) int, repeat func(int) int) (d []int) {
		for i := 1; i <= count; i++ {
			d = append(d, slices.Repeat([]int{value(i)}, repeat(i))...)
		}
		return d
	}
	one := func(int) int { return 1 }
	same := func(i int) int { return i }
	tests := map[string][]int{
		"one by one":       sizes(37, same, one),
		"by size":          sizes(6, same, func(i int) int { return 70 - 11*i }),
		"sixty-four":       sizes(2, same, func(int) int { return 64 }),
		"by coins":         sizes(3, same, func(i int) int { return 500 * i }),
		"rest normal":      sizes(600, same, one),
		"few dominate":     sizes(500, func(i int) int { return 1 + i*i*i/100_000 }, one),
		"rest mostly tiny": slices.Concat(sizes(256, func(i int) int { return 50 + i }, one), slices.Repeat([]int{1}, 3000)),
	}
	for name, d := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			values := make([]float64, len(d))
			squares := 0.0
			for i, v := range d {
				values[i] = float64(v)
				squares += float64(v * v)
			}
			sums := drawSums(groupBySize(values), 1)
			tail := exactTail(d)
			for _, deviations := range []float64{.3, 1, 1.5, 1.96, 2.5} {
				bound := int(deviations * math.Sqrt(squares))
				hits := 0
				for _, sum := range sums {
					if math.Abs(sum) >= float64(bound)-.5 {
						hits++
					}
				}
				want := tail(bound)
				se := math.Sqrt(want * (1 - want) / flips)
				near(t, "share of draws", float64(hits)/flips, want, 4*se+1e-4)
			}
		})
	}
}

// exactTail gives the probability that the sum of d with random signs is bound
// or more from 0, from the whole distribution.
func exactTail(d []int) func(bound int) float64 {
	total := 0
	for _, v := range d {
		total += v
	}
	p, next := make([]float64, 2*total+1), make([]float64, 2*total+1)
	p[total] = 1
	reach := 0
	for _, v := range d {
		clear(next)
		for sum := total - reach; sum <= total+reach; sum++ {
			next[sum-v] += p[sum] / 2
			next[sum+v] += p[sum] / 2
		}
		reach += v
		p, next = next, p
	}
	return func(bound int) float64 {
		tail := 0.0
		for sum, weight := range p {
			if sum-total >= bound || total-sum >= bound {
				tail += weight
			}
		}
		return tail
	}
}

func TestFairBinomial(t *testing.T) {
	for _, n := range []int{0, 1, 2, 7, 64, 1000, 100_000} {
		p := fairBinomial(n)
		sum, mean, squares := 0.0, 0.0, 0.0
		for i, w := range p {
			sum += w
			mean += w * float64(i)
		}
		for i, w := range p {
			squares += w * (float64(i) - mean) * (float64(i) - mean)
		}
		near(t, "sum", sum, 1, 1e-12)
		near(t, "mean", mean, float64(n)/2, 1e-9*float64(n))
		near(t, "variance", squares, float64(n)/4, 1e-9*float64(n))
	}
	near(t, "3 of 5", fairBinomial(5)[3], 10.0/32, 1e-15)
}

func FuzzSignFlip(f *testing.F) {
	f.Add(1.0, -2.0, .5, 3.0, uint64(1))
	f.Add(1e300, 1e-300, math.Inf(1), math.NaN(), uint64(2))
	f.Fuzz(func(t *testing.T, a, b, c, d float64, seed uint64) {
		values := []float64{a, b, c, d, a + b, c - d, -a}
		if p := SignFlip(values, nil, seed); !(p > 0 && p <= 1) {
			t.Errorf("SignFlip(%v) = %g, want above 0 and at most 1", values, p)
		}
		if p := SignFlip(values, []int{1, 2, 1, 3, 3, 2, 1}, seed); !(p > 0 && p <= 1) {
			t.Errorf("SignFlip(%v) in clusters = %g, want above 0 and at most 1", values, p)
		}
	})
}
