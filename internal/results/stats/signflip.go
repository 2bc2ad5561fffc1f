package stats

import (
	"math"
	"slices"
)

const (
	// flips is how many draws stand for all the ways to flip signs where there
	// are too many to count: the standard error of a p-value near 0.05 is then
	// 0.0007.
	flips = 100_000
	// countable is how many sums of flipped signs are still counted one by one.
	countable = 1 << 20
	// sameSize is the share of the largest difference within which two are of
	// one size: 0.7-0.6 and 0.3-0.2 are.
	sameSize = 1e-12
	// rounding is the share of the sum of sizes by which rounding may part two
	// equal sums.
	rounding = 1e-10
)

// SignFlip is the two-sided p-value of the test that the differences d are as
// likely to be of one sign as of the other: the probability that their sum is
// at least as far from 0 if each sign is flipped at random. Clusters are as in
// NewMean, and flip together: the test then is one of the clusters' sums.
//
// It is exact, but that none is below 1e-16, where the differences are in
// proportion to whole numbers, as those between shares of few samples are, and
// where at most 2^20 sums are to be counted, which 20 differences never exceed.
// With differences of one size it is McNemar's exact test. Else, and where
// whole numbers are too large, the sums are drawn 100,000 times from the seed,
// and p is (hits+1)/(draws+1).
//
// It is 1 where no difference is other than 0, or one is not finite.
//
// Source: Fisher 1935, The Design of Experiments, section 21; for the exact
// distribution Pagano and Tritchler 1983, Journal of the American Statistical
// Association 78, 435-440, with convolutions in the place of their transform;
// for drawn signs Phipson and Smyth 2010, Statistical Applications in Genetics and Molecular
// Biology 9:39.
func SignFlip(d []float64, cluster []int, seed uint64) float64 {
	sums := clusterSums(d, cluster)
	sizes := groupBySize(sums)
	if len(sizes) == 0 {
		return 1
	}
	if len(sizes) == 1 {
		return McNemar(sizes[0].up, sizes[0].count-sizes[0].up)
	}
	observed, total := 0.0, 0.0
	for _, s := range sizes {
		observed += s.value * float64(2*s.up-s.count)
		total += s.value * float64(s.count)
	}
	bound := math.Abs(observed) - rounding*total
	if math.IsNaN(bound) {
		return 1
	}
	if whole, ok := lattice(sizes); ok {
		if p, ok := latticeTail(sizes, whole); ok {
			return min(1, p)
		}
	}
	if countableSums(sizes) {
		return min(1, newSumTail(sizes, bound).probability(0, 0))
	}
	hits := 0
	for _, sum := range drawSums(sizes, seed) {
		if math.Abs(sum) >= bound {
			hits++
		}
	}
	return float64(hits+1) / (flips + 1)
}

// size is a group of differences that have one absolute value, up of them
// above 0.
type size struct {
	value     float64
	count, up int
}

// groupBySize groups the differences that are not 0, the largest first.
func groupBySize(d []float64) []size {
	ordered := slices.Clone(d)
	slices.SortFunc(ordered, func(a, b float64) int {
		switch x, y := math.Abs(a), math.Abs(b); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	var sizes []size
	for _, v := range ordered {
		value := math.Abs(v)
		tolerance := sameSize * math.Abs(ordered[0])
		if value <= tolerance {
			break
		}
		if len(sizes) == 0 || sizes[len(sizes)-1].value-value > tolerance {
			sizes = append(sizes, size{value: value})
		}
		last := &sizes[len(sizes)-1]
		last.count++
		if v > 0 {
			last.up++
		}
	}
	return sizes
}

// countableSums reports whether the ways to choose how many of each size stay
// positive are few enough to count.
func countableSums(sizes []size) bool {
	ways := 1
	for _, s := range sizes {
		ways *= s.count + 1
		if ways > countable {
			return false
		}
	}
	return true
}

// sumTail counts the sums of flipped signs that reach bound on either side.
type sumTail struct {
	bound float64
	sizes []size
	// half holds, for each size, the binomial probabilities of how many stay
	// positive.
	half [][]float64
	// reach is the largest sum that this size and those after it can make.
	reach []float64
}

func newSumTail(sizes []size, bound float64) *sumTail {
	t := &sumTail{bound: bound, sizes: sizes, reach: make([]float64, len(sizes)+1)}
	for _, s := range sizes {
		t.half = append(t.half, fairBinomial(s.count))
	}
	for i := len(sizes) - 1; i >= 0; i-- {
		t.reach[i] = t.reach[i+1] + sizes[i].value*float64(sizes[i].count)
	}
	return t
}

// probability is that of reaching the bound from sum, with the signs of the
// sizes from i on still to be drawn. What is decided before the last size is
// not followed to the end.
func (t *sumTail) probability(i int, sum float64) float64 {
	switch distance := math.Abs(sum); {
	case distance-t.reach[i] >= t.bound:
		return 1
	case distance+t.reach[i] < t.bound:
		return 0
	}
	p := 0.0
	for up, weight := range t.half[i] {
		p += weight * t.probability(i+1, sum+t.sizes[i].value*float64(2*up-t.sizes[i].count))
	}
	return p
}
