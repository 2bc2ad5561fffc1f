package stats

import "math"

// RatioOfSums is sum(new)/sum(old) over pairs, such as what the same cases
// cost before and after, with its interval at level 1-alpha. Clusters are as
// in NewMean. It reports false where there are fewer than two units or a sum
// is not positive.
//
// The standard error is that of the ratio estimator, the standard error of
// new - ratio*old over the mean of old (Cochran 1977, Sampling Techniques,
// section 2.11); the interval is Student's t on the logarithm's scale, which
// keeps it above 0.
func RatioOfSums(old, new []float64, cluster []int, alpha float64) (float64, Interval, bool) {
	base, now := NewMean(old, cluster), NewMean(new, cluster)
	if base.Units < 2 || base.Value <= 0 || now.Value <= 0 {
		return 0, Interval{}, false
	}
	ratio := now.Value / base.Value
	residuals := make([]float64, len(old))
	for i := range old {
		residuals[i] = new[i] - ratio*old[i]
	}
	relative := NewMean(residuals, cluster).SE / now.Value
	factor := math.Exp(studentQuantile(1-alpha/2, base.Degrees) * relative)
	return ratio, Interval{ratio / factor, ratio * factor}, true
}
