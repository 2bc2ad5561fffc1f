package stats

import "math"

const (
	// latticeSteps is the largest number of steps to 1 that is looked for: the
	// least common multiple of 1 to 10, so that the differences between shares
	// of up to ten samples are all found.
	latticeSteps = 2520
	// latticeSizes bounds the sizes that are looked at, latticeWork the terms
	// of sums that are computed.
	latticeSizes, latticeWork = 1024, 1 << 23
	// offLattice is how far rounding may take a size from its step.
	offLattice = 1e-9
	// negligible is what is cut off either end of a distribution, and leastP
	// the smallest p-value that differs from a smaller one.
	negligible, leastP = 1e-20, 1e-16
)

// lattice finds whole numbers that sizes are in proportion to, as the
// differences between shares of a few samples and those between counts are. It
// reports false where there are none.
func lattice(sizes []size) ([]int, bool) {
	if len(sizes) > latticeSizes || !(sizes[0].value < 1<<30) {
		return nil, false
	}
	whole := make([]int, len(sizes))
	for steps := 1.0; steps <= latticeSteps; steps++ {
		if wholeMultiples(sizes, steps, whole) {
			return whole, true
		}
	}
	return nil, false
}

// wholeMultiples reports whether the sizes are whole numbers of a step of
// 1/steps, and what numbers.
func wholeMultiples(sizes []size, steps float64, whole []int) bool {
	for i := len(sizes) - 1; i >= 0; i-- { // the smallest fail first
		n := sizes[i].value * steps
		nearest := math.Round(n)
		if nearest < 1 || math.Abs(n-nearest) > offLattice*math.Max(1, nearest) {
			return false
		}
		whole[i] = int(nearest)
	}
	return true
}

// latticeTail is the probability that the sum of all differences, with random
// signs, is at least as far from 0 as it was observed. The sizes are whole
// numbers: the sum's distribution is computed, size by size, as a convolution
// of binomial ones. It reports false where that takes too long.
func latticeTail(sizes []size, whole []int) (float64, bool) {
	total, observed := 0, 0
	for i, s := range sizes {
		total += whole[i] * s.count
		observed += whole[i] * (2*s.up - s.count)
	}
	if observed == 0 {
		return 1, true
	}
	d := distribution{p: []float64{1}, most: latticeWork}
	for i := len(sizes) - 1; i >= 0; i-- {
		if !d.add(whole[i], fairBinomial(sizes[i].count)) {
			return 0, false
		}
	}
	// The sum is twice what stays positive, less the total.
	return math.Max(leastP, 2*d.atLeast((total+abs(observed))/2)), true
}

func abs(n int) int { return max(n, -n) }

// distribution holds the probabilities of whole numbers from low on, without
// negligible ends. Work counts the terms that it took, and most bounds them.
type distribution struct {
	low        int
	p          []float64
	work, most int
}

// add adds an independent number to the one that is distributed: times times
// one with probabilities of 0 to len(p)-1.
func (d *distribution) add(times int, p []float64) bool {
	from, to := ends(p)
	p = p[from:to]
	d.work += len(p) * len(d.p)
	length := len(d.p) + times*(len(p)-1)
	if d.work > d.most || length > 1<<20 {
		return false
	}
	sum := make([]float64, length)
	for i, weight := range p {
		part := sum[times*i : times*i+len(d.p)]
		for j, q := range d.p {
			part[j] += weight * q
		}
	}
	low, high := ends(sum)
	d.low += times*from + low
	d.p = sum[low:high]
	return true
}

// ends finds the range of p without what is negligible at either end.
func ends(p []float64) (from, to int) {
	to = len(p)
	for sum := p[0]; sum < negligible && from < to-1; sum += p[from] {
		from++
	}
	for sum := p[to-1]; sum < negligible && to-1 > from; sum += p[to-1] {
		to--
	}
	return from, to
}

// atLeast is the probability of n and more.
func (d *distribution) atLeast(n int) float64 {
	sum := 0.0
	for i := len(d.p) - 1; i >= max(0, n-d.low); i-- {
		sum += d.p[i]
	}
	return sum
}
