package stats

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
