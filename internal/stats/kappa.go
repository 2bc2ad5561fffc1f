package stats

import "math"

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

// CohenKappa compares two raters by a square table that counts at [i][j] the
// things that the first gave label i and the second label j, with the interval
// of kappa at level 1-alpha. Where the raters never part the standard error is
// 0, and the interval reaches down to the rate of disagreement that n things
// without one leave possible, so that a few that agree are no proof. It
// reports false where kappa is undefined: the table is empty, or both raters
// gave everything the same one label.
//
// Source: Cohen 1960, Educational and Psychological Measurement 20, 37-46;
// the standard error is that of Fleiss, Cohen and Everitt 1969, Psychological
// Bulletin 72, 323-327, equation 13.
func CohenKappa(table [][]int, alpha float64) (Agreement, bool) {
	rows, columns, n := margins(table)
	if n == 0 {
		return Agreement{}, false
	}
	same, chance := 0, 0.0
	for i := range table {
		same += table[i][i]
		chance += rows[i] * columns[i]
	}
	observed := float64(same) / n
	if chance >= 1 {
		return Agreement{}, false
	}
	a := Agreement{N: int(n), Observed: observed, Kappa: (observed - chance) / (1 - chance)}
	a.SE = math.Sqrt(kappaVariance(table, rows, columns, n, a.Kappa, chance))
	half := normalQuantile(1-alpha/2) * a.SE
	if observed == 1 {
		half = unseen(a.N, alpha) / (1 - chance)
	}
	a.Interval = Interval{a.Kappa - half, a.Kappa + half}.clip(-1, 1)
	return a, true
}

// margins gives the share of each label by rater, and the number of things.
func margins(table [][]int) (rows, columns []float64, n float64) {
	rows, columns = make([]float64, len(table)), make([]float64, len(table))
	for i := range table {
		for j := range table {
			count := float64(table[i][j])
			rows[i] += count
			columns[j] += count
			n += count
		}
	}
	for i := range table {
		rows[i] /= n
		columns[i] /= n
	}
	return rows, columns, n
}

// kappaVariance is the large-sample variance of kappa where the raters do agree
// beyond chance.
func kappaVariance(table [][]int, rows, columns []float64, n, kappa, chance float64) float64 {
	sum := 0.0
	for i := range table {
		for j := range table {
			weight := -(1 - kappa) * (columns[i] + rows[j])
			if i == j {
				weight++
			}
			sum += float64(table[i][j]) / n * weight * weight
		}
	}
	excess := kappa - chance*(1-kappa)
	return max(0, sum-excess*excess) / (n * (1 - chance) * (1 - chance))
}
