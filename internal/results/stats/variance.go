package stats

import "math"

// Components split the variance of samples that come in groups, such as the
// scores of several answers to each of many cases.
type Components struct {
	// Between is the variance of the groups' true means, Within the variance
	// of a sample around its group's.
	Between, Within float64
}

// VarianceComponents estimates the components from groups of samples, of any
// sizes; empty groups do not count. It reports false where they cannot be separated
// apart: there are fewer than two groups, or none has two samples.
//
// Source: the analysis-of-variance estimator of the one-way random model
// (Searle, Casella and McCulloch 1992, Variance Components, section 3.6), with
// a negative variance between groups taken for 0.
func VarianceComponents(groups [][]float64) (Components, bool) {
	count, samples, sizes2, sum := 0.0, 0.0, 0.0, 0.0
	within := 0.0
	for _, group := range groups {
		if len(group) == 0 {
			continue
		}
		n, mean := float64(len(group)), average(group)
		count++
		samples += n
		sizes2 += n * n
		sum += n * mean
		within += sumSquares(group, mean)
	}
	if count < 2 || samples == count {
		return Components{}, false
	}
	within /= samples - count
	between := betweenGroups(groups, sum/samples) / (count - 1)
	size := (samples - sizes2/samples) / (count - 1)
	return Components{Between: max(0, (between-within)/size), Within: within}, true
}

// betweenGroups is the sum of squares of the groups' means around the mean of
// all samples, each as often as the group has samples.
func betweenGroups(groups [][]float64, mean float64) float64 {
	sum := 0.0
	for _, group := range groups {
		if len(group) > 0 {
			deviation := average(group) - mean
			sum += float64(len(group)) * deviation * deviation
		}
	}
	return sum
}

// PairVariance says what makes the difference of one pair, the mean of its new
// samples less the mean of its old ones, vary from pair to pair.
type PairVariance struct {
	// Between is the variance of the true differences (omega^2 in Miller
	// 2024), which only more pairs average out.
	Between float64
	// Old and New are the variances of one sample around its case's true mean
	// (sigma^2 in Miller 2024), which more samples average out too.
	Old, New float64
}

// NewPairVariance estimates the variances from the samples of pairs: old[i]
// and new[i] are those of pair i, and none may be empty. It reports false
// where it cannot tell the samples' noise from the pairs': there are fewer
// than two pairs, or a side never has two samples of one case.
//
// Source: the law of total variance as in Miller 2024, arXiv 2411.00640,
// section 3.1; a negative variance of the true differences is taken for 0.
func NewPairVariance(old, new [][]float64) (PairVariance, bool) {
	oldNoise, oldKnown := sampleVariance(old)
	newNoise, newKnown := sampleVariance(new)
	if len(old) < 2 || !oldKnown || !newKnown {
		return PairVariance{}, false
	}
	d := make([]float64, len(old))
	noise := 0.0
	for i := range d {
		d[i] = average(new[i]) - average(old[i])
		noise += oldNoise/float64(len(old[i])) + newNoise/float64(len(new[i]))
	}
	n := float64(len(d))
	total := sumSquares(d, average(d)) / (n - 1)
	return PairVariance{Between: max(0, total-noise/n), Old: oldNoise, New: newNoise}, true
}

// sampleVariance pools the variance of samples around their group's mean. It
// reports false where no group has two samples.
func sampleVariance(groups [][]float64) (float64, bool) {
	squares, degrees := 0.0, 0
	for _, group := range groups {
		if len(group) > 1 {
			squares += sumSquares(group, average(group))
			degrees += len(group) - 1
		}
	}
	return squares / float64(max(degrees, 1)), degrees > 0
}

// Of is the variance of one pair's difference with this many samples a case on
// either side, at least one.
func (v PairVariance) Of(samples int) float64 {
	return v.Between + (v.Old+v.New)/float64(samples)
}

// NeededPairs is how many pairs, each with this many samples on either side,
// it takes for a two-sided test at level alpha to find a true difference of
// delta with the given power. Pairs in clusters take Mean.DesignEffect as
// many. It reports false where no number would do.
//
// Source: Miller 2024, arXiv 2411.00640, section 5, equation 9.
func (v PairVariance) NeededPairs(delta float64, samples int, alpha, power float64) (int, bool) {
	return wholeUp(v.Of(samples) / allowedVariance(delta, alpha, power))
}

// NeededSamples is how many samples a case, on either side, it takes for this
// many pairs to find a true difference of delta, as NeededPairs says. It
// reports false where the pairs differ too much for any number to do.
//
// Source: the same equation, solved for K.
func (v PairVariance) NeededSamples(delta float64, pairs int, alpha, power float64) (int, bool) {
	left := float64(pairs)*allowedVariance(delta, alpha, power) - v.Between
	if left <= 0 {
		return 0, false
	}
	return wholeUp((v.Old + v.New) / left)
}

// allowedVariance is the variance that a mean difference may have for delta to
// be found.
func allowedVariance(delta, alpha, power float64) float64 {
	se := delta / (normalQuantile(1-alpha/2) + normalQuantile(power))
	return se * se
}

// wholeUp is the least whole number from 1 on that is not below x but for
// rounding. It reports false where x is too large for one.
func wholeUp(x float64) (int, bool) {
	const rounding, largest = 1e-9, 1 << 53
	up := math.Ceil(x * (1 - rounding))
	if !(up < largest) {
		return 0, false
	}
	return max(1, int(up)), true
}
