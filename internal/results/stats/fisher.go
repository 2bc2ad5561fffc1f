package stats

import "math"

// FisherDrop is the exact one-sided p-value that the second of two shares is no
// lower than the first: of pass1 of n1 and pass2 of n2, the probability of as few
// passes in the second or fewer, given how many there are in both.
//
// Source: R. A. Fisher, "The Logic of Inductive Inference", Journal of the Royal
// Statistical Society 98 (1935), 39-82.
func FisherDrop(pass1, n1, pass2, n2 int) float64 {
	passes, all := pass1+pass2, logChoose(n1+n2, pass1+pass2)
	p := 0.0
	for k := max(0, passes-n1); k <= pass2; k++ {
		p += math.Exp(logChoose(n2, k) + logChoose(n1, passes-k) - all)
	}
	return min(1, p)
}

// logChoose is the logarithm of how many ways there are to take k of n.
func logChoose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}
