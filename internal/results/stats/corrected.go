package stats

import "math"

// Unlabelled is the ratio of which nothing is known, with a guess in the place of
// a value.
func Unlabelled(guess float64) Ratio { return Ratio{Value: guess, Interval: Interval{0, 1}} }

// Corrected is the rate at which people pass what a judge judged, where they
// labelled a random pick of it: judge is the judge's rate over everything, passed
// and failed how many of the labelled answers people pass, among those that the
// judge passes and those that it fails. All are of the same units; a pick with
// unequal probabilities comes weighted with their inverse.
//
// Source: prediction-powered inference (Angelopoulos, Bates, Fannjiang, Jordan and
// Zrnic 2023, Science 382, 669-674) in the form of PPI++ (Angelopoulos, Duchi and
// Zrnic 2023, arXiv:2311.01453): the labels' mean and lambda times the difference
// of the judge's rates, over everything and over the labelled. For a verdict of
// pass or fail the best lambda is passed less failed, with which the sum is
// judge·passed + (1-judge)·failed. The weights are those of Horvitz and Thompson
// 1952, as in active inference (Zrnic and Candès 2024, arXiv:2403.03208).
//
// The interval joins the three of the ratios as MeanOfRatios does (MOVER), by the
// linear part of each: few labels, and labels without a disagreement, leave it as
// wide as their exact intervals are, where the normal one of the papers has no
// width at all.
func Corrected(judge, passed, failed Ratio) (float64, Interval) {
	q := judge.Value
	value := q*passed.Value + (1-q)*failed.Value
	below, above := joinedReach([]float64{passed.Value - failed.Value, q, 1 - q}, []Ratio{judge, passed, failed})
	return value, Interval{value - below, value + above}.Clip(0, 1)
}

// joinedReach is how far the interval of the weighted sum of ratios of the same
// units goes below and above it.
func joinedReach(weights []float64, ratios []Ratio) (below, above float64) {
	products := sumsOfProducts(ratios)
	down, up := make([]float64, len(ratios)), make([]float64, len(ratios))
	for i, r := range ratios {
		down[i], up[i] = weights[i]*(r.Value-r.Interval.Low), weights[i]*(r.Interval.High-r.Value)
		if weights[i] < 0 { // its upper end lowers the sum
			down[i], up[i] = up[i], down[i]
		}
	}
	for i := range ratios {
		for j := range ratios {
			alike := 1.0 // the correlation of what moves them
			if i != j {
				alike = 0 // where one does not vary, nothing says that it goes with the other
				if scale := math.Sqrt(products[i][i] * products[j][j]); scale > 0 {
					alike = products[i][j] / scale
				}
			}
			below += alike * down[i] * down[j]
			above += alike * up[i] * up[j]
		}
	}
	return math.Sqrt(max(below, 0)), math.Sqrt(max(above, 0))
}
