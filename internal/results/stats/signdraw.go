package stats

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"sort"
)

// drawnSizes is how many sizes are drawn one by one. The rest, all of them
// smaller, are drawn as one normal. Its excess kurtosis is not that of the
// rest, but at worst that changes the sum's by 2*v^2*S/(k*v^2+S)^2 for k sizes
// of at least v and a rest of variance S, which is 1/(2k) at most: by
// Edgeworth's expansion less than 0.00009 in any p-value, and 0.00002 in one
// near 0.05, where the draws' own standard error is 0.0007.
const drawnSizes = 256

// drawSums draws the sum of all differences, with random signs, flips times.
// The sizes come largest first.
func drawSums(sizes []size, seed uint64) []float64 {
	source := rand.NewPCG(seed, 0)
	sums := make([]float64, flips)
	var single []float64
	for _, s := range sizes[:min(len(sizes), drawnSizes)] {
		if s.count == 1 {
			single = append(single, s.value)
			continue
		}
		addBinomial(sums, s, source)
	}
	for len(single) > 0 {
		eight := single[:min(len(single), 8)]
		addSigned(sums, eight, source)
		single = single[len(eight):]
	}
	if len(sizes) > drawnSizes {
		addNormal(sums, sizes[drawnSizes:], source)
	}
	return sums
}

// addSigned adds up to eight values to each sum, each with a random sign. The
// 256 sums that they can make are made once.
func addSigned(sums, values []float64, source *rand.PCG) {
	var table [256]float64
	for pattern := range table {
		for i, v := range values {
			if pattern>>i&1 == 0 {
				v = -v
			}
			table[pattern] += v
		}
	}
	var word uint64
	for i := range sums {
		if i%8 == 0 {
			word = source.Uint64()
		}
		sums[i] += table[word&255]
		word >>= 8
	}
}

// addBinomial adds a size to each sum, with as many of its differences
// positive as fair coins fall heads.
func addBinomial(sums []float64, s size, source *rand.PCG) {
	if s.count <= 64 {
		unused := 64 - s.count
		for i := range sums {
			up := bits.OnesCount64(source.Uint64() >> unused)
			sums[i] += s.value * float64(2*up-s.count)
		}
		return
	}
	coins := newCoins(s.count)
	for i := range sums {
		sums[i] += s.value * float64(2*coins.heads(source.Uint64())-s.count)
	}
}

// addNormal adds a normal with the variance of the sizes to each sum.
func addNormal(sums []float64, sizes []size, source *rand.PCG) {
	variance := 0.0
	for _, s := range sizes {
		variance += s.value * s.value * float64(s.count)
	}
	deviation := math.Sqrt(variance)
	normal := rand.New(source)
	for i := range sums {
		sums[i] += deviation * normal.NormFloat64()
	}
}

// coins draws how many of a number of fair coins fall heads, by inversion with
// a guide table (Chen and Asau 1974, AIIE Transactions 6, 163-166).
type coins struct {
	// cumulative is the probability of at most i heads, times 2^64.
	cumulative []uint64
	// guide holds the first i to look at for a random word's upper byte.
	guide [256]int
}

func newCoins(count int) *coins {
	c := &coins{cumulative: make([]uint64, count+1)}
	sum := 0.0
	for i, p := range fairBinomial(count) {
		sum += p
		c.cumulative[i] = math.MaxUint64
		if scaled := sum * (1 << 64); scaled < 1<<64 {
			c.cumulative[i] = uint64(scaled)
		}
	}
	c.cumulative[count] = math.MaxUint64
	for upper := range c.guide {
		word := uint64(upper) << 56
		c.guide[upper] = sort.Search(count, func(i int) bool { return c.cumulative[i] > word })
	}
	return c
}

// heads turns a random word into a number of heads.
func (c *coins) heads(word uint64) int {
	i := c.guide[word>>56]
	for i < len(c.cumulative)-1 && c.cumulative[i] <= word {
		i++
	}
	return i
}

// fairBinomial holds the probabilities of 0 to n heads of n fair coins. It
// goes outward from the middle, so that no factorial overflows and what is
// too unlikely for a float64 is 0.
func fairBinomial(n int) []float64 {
	p := make([]float64, n+1)
	middle := n / 2
	p[middle] = 1
	sum := 1.0
	for i := middle; i < n; i++ {
		p[i+1] = p[i] * float64(n-i) / float64(i+1)
		sum += p[i+1]
	}
	for i := middle; i > 0; i-- {
		p[i-1] = p[i] * float64(i) / float64(n-i+1)
		sum += p[i-1]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}
