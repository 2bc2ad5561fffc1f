package stats

// PassAtK estimates, without bias, how likely at least one of k samples
// passes, from passes among n samples: 1 - C(n-passes, k)/C(n, k). It reports
// false where fewer than k samples leave no unbiased estimate.
//
// Source: Chen et al. 2021, arXiv 2107.03374, equation 1 and figure 3.
func PassAtK(passes, n, k int) (float64, bool) {
	none, ok := PassHatK(n-passes, n, k)
	return 1 - none, ok
}

// PassHatK (pass^k) estimates, without bias, how likely all of k samples pass,
// from passes among n samples: C(passes, k)/C(n, k). It reports false where
// fewer than k samples leave no unbiased estimate.
//
// Source: Yao et al. 2024, arXiv 2406.12045, section 4.
func PassHatK(passes, n, k int) (float64, bool) {
	if k < 1 || k > n {
		return 0, false
	}
	all := 1.0
	for i := range k {
		all *= float64(max(passes-i, 0)) / float64(n-i)
	}
	return all, true
}
