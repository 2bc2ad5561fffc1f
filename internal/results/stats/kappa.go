package stats

import (
	"math"
	"slices"
)

// Agreement is how well two raters agree about n things.
type Agreement struct {
	N int
	// Observed is the share of things that both gave the same label.
	Observed float64
	// Kappa is Cohen's: the agreement beyond what raters with these habits
	// would reach by chance, 1 at best.
	Kappa    float64
	SE       float64
	Interval Interval
}

// CohenKappa compares two raters, who gave things the labels first[i] and
// second[i], numbers from 0, with the interval of kappa at level 1-alpha.
// Clusters are as in NewMean: things of one cluster tempt the raters to the
// same mistakes. Where the raters never part the standard error is 0, and the
// interval reaches down to the rate of disagreement that as many draws without
// one leave possible, so that a few that agree are no proof. It reports false
// where kappa is undefined: there is nothing, or both raters gave everything
// the same one label.
//
// Source: Cohen 1960, Educational and Psychological Measurement 20, 37-46;
// the standard error is that of Fleiss, Cohen and Everitt 1969, Psychological
// Bulletin 72, 323-327, equation 13: the variance of the things' influences on
// kappa, which are summed within clusters as in Yang and Zhou 2014, Statistics
// in Medicine 33, 2612-2633, with the factor and the t quantile for few
// clusters.
func CohenKappa(first, second, cluster []int, alpha float64) (Agreement, bool) {
	n := float64(len(first))
	if n == 0 {
		return Agreement{}, false
	}
	r := newRaters(first, second)
	if r.chance >= 1 {
		return Agreement{}, false
	}
	a := Agreement{N: len(first), Observed: r.same, Kappa: r.kappa}
	sums := clusterSums(r.influences(first, second, a.Kappa), cluster)
	units := len(sums)
	variance := sumSquares(sums, 0)
	quantile := normalQuantile(1 - alpha/2)
	if units < a.N {
		if units < 2 {
			a.SE, a.Interval = math.Inf(1), Interval{-1, 1}
			return a, true
		}
		variance *= float64(units) / float64(units-1)
		quantile = studentQuantile(1-alpha/2, float64(units-1))
	}
	a.SE = math.Sqrt(variance) / n
	half := quantile * a.SE
	if a.Observed == 1 {
		half = Unseen(units, alpha) / (1 - r.chance)
	}
	a.Interval = Interval{a.Kappa - half, a.Kappa + half}.Clip(-1, 1)
	return a, true
}

// raters are the habits of two raters: how often each gave each label, and
// how often both gave the same, in fact and by chance. All are shares but kappa.
type raters struct {
	first, second       []float64
	same, chance, kappa float64
}

// newRaters counts whole numbers, so that kappa is the number nearest to the
// exact one.
func newRaters(first, second []int) raters {
	labels := 1 + max(slices.Max(first), slices.Max(second))
	r := raters{first: make([]float64, labels), second: make([]float64, labels)}
	n, agreed := float64(len(first)), 0.0
	for i := range first {
		r.first[first[i]]++
		r.second[second[i]]++
		if first[i] == second[i] {
			agreed++
		}
	}
	byChance := 0.0 // of n² pairs
	for label := range r.first {
		byChance += r.first[label] * r.second[label]
		r.first[label] /= n
		r.second[label] /= n
	}
	r.same, r.chance = agreed/n, byChance/(n*n)
	r.kappa = (n*agreed - byChance) / (n*n - byChance)
	return r
}

// influences are what each thing adds to kappa, about a mean of 0.
func (r raters) influences(first, second []int, kappa float64) []float64 {
	out := make([]float64, len(first))
	mean := kappa - r.chance*(1-kappa)
	for i := range first {
		weight := -(1 - kappa) * (r.second[first[i]] + r.first[second[i]])
		if first[i] == second[i] {
			weight++
		}
		out[i] = (weight - mean) / (1 - r.chance)
	}
	return out
}
