package compare

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/evalrun/evalrun/internal/results/stats"
	"github.com/evalrun/evalrun/internal/slowtest"
)

// classWorld is a world of cases that expect one of some classes.
type classWorld struct {
	name            string
	cases           int
	shares          []float64 // of the cases, by class
	right           []float64 // how often an answer is right, by class
	repeat, cluster int
	alike           float64 // how often an answer is that of its case or cluster
}

var classWorlds = []classWorld{
	{"60 cases, 2 even classes, 80 % right", 60, []float64{.5, .5}, []float64{.8, .8}, 1, 1, 0},
	{"60 cases, 3 even classes, 80 % right", 60, []float64{1. / 3, 1. / 3, 1. / 3}, []float64{.8, .8, .8}, 1, 1, 0},
	{"30 cases, 3 even classes, 90 % right", 30, []float64{1. / 3, 1. / 3, 1. / 3}, []float64{.9, .9, .9}, 1, 1, 0},
	{"200 cases, 95 % and 5 %, 97 and 70 % right", 200, []float64{.95, .05}, []float64{.97, .7}, 1, 1, 0},
	{"400 cases, 60 to 5 %, 98 to 90 % right", 400, []float64{.6, .25, .1, .05}, []float64{.98, .95, .95, .9}, 1, 1, 0},
	{"200 cases, 10 even classes, 85 % right", 200, []float64{.1, .1, .1, .1, .1, .1, .1, .1, .1, .1}, []float64{.85, .85, .85, .85, .85, .85, .85, .85, .85, .85}, 1, 1, 0},
	{"60 cases × 5, 3 even classes, 80 % right", 60, []float64{1. / 3, 1. / 3, 1. / 3}, []float64{.8, .8, .8}, 5, 1, .5},
	{"60 cases in clusters of 4, 3 even classes, 80 % right", 60, []float64{1. / 3, 1. / 3, 1. / 3}, []float64{.8, .8, .8}, 1, 4, .5},
}

// answered is how often a case of a class is answered by each of them; what is
// left is no class.
func (w *classWorld) answered(expected, predicted int) float64 {
	if expected == predicted {
		return w.right[expected]
	}
	return (1 - w.right[expected]) * .9 / float64(len(w.shares)-1)
}

// truth are the precision, recall and F1 of each class, and their macro F1.
func (w *classWorld) truth() (rates [3][]float64, macro float64) {
	for c := range w.shares {
		predicted := 0.0
		for e, share := range w.shares {
			predicted += share * w.answered(e, c)
		}
		right := w.shares[c] * w.right[c]
		for i, rate := range []float64{right / predicted, w.right[c], 2 * right / (predicted + w.shares[c])} {
			rates[i] = append(rates[i], rate)
		}
		macro += rates[2][c] / float64(len(w.shares))
	}
	return rates, macro
}

// draw gives for a chance between 0 and 1 the class of an answer, the right one
// first; one more than there are for none.
func (w *classWorld) draw(expected int, chance float64) int {
	if chance -= w.right[expected]; chance < 0 {
		return expected
	}
	for c := range w.shares {
		if c == expected {
			continue
		}
		if chance -= w.answered(expected, c); chance < 0 {
			return c
		}
	}
	return len(w.shares)
}

// run draws a run, and gives the ratios of each class: precision, recall, F1.
func (w *classWorld) run(random *rand.Rand) (out [3][]stats.Ratio) {
	parts := make([][3][]stats.Part, len(w.shares))
	var clusters []int
	shared := 0.0
	for unit := range w.cases {
		if w.cluster > 1 {
			clusters = append(clusters, unit/w.cluster)
		}
		if unit%w.cluster == 0 {
			shared = random.Float64()
		}
		expected, chance := 0, random.Float64()
		for ; expected < len(w.shares)-1; expected++ {
			if chance -= w.shares[expected]; chance < 0 {
				break
			}
		}
		predicted := make([]float64, len(w.shares)+1)
		for range w.repeat {
			at := random.Float64()
			if random.Float64() < w.alike {
				at = shared
			}
			predicted[w.draw(expected, at)] += 1 / float64(w.repeat)
		}
		for c, share := range predicted[:len(w.shares)] {
			right, whole := 0.0, 0.0
			if c == expected {
				right, whole = share, 1
			}
			p := &parts[c]
			p[0] = append(p[0], stats.Part{Unit: unit, Part: right, Whole: share})
			p[1] = append(p[1], stats.Part{Unit: unit, Part: right, Whole: whole})
			p[2] = append(p[2], stats.Part{Unit: unit, Part: 2 * right, Whole: share + whole})
		}
	}
	for c := range parts {
		for i := range out {
			ratio, ok := stats.ShareRatio(parts[c][i], clusters, .05)
			if !ok {
				ratio.Interval = stats.Interval{Low: 0, High: 1}
			}
			out[i] = append(out[i], ratio)
		}
	}
	return out
}

// The intervals of precision, recall, F1 and macro F1 hold what they are of about
// as often as they say, and a macro F1 is seldom below its interval.
func TestClassCoverage(t *testing.T) {
	rounds := slowtest.Size(200, 2000)
	rows := []string{"| world | precision | recall | F1 | macro F1 | below, above it |", "|:--|--:|--:|--:|--:|--:|"}
	for _, w := range classWorlds {
		truth, macro := w.truth()
		type hits struct {
			rates        [3]float64 // of the classes
			below, above float64
		}
		all := make([]hits, rounds)
		inParallel(rounds, func(i int) {
			ratios := w.run(rand.New(rand.NewPCG(uint64(i), 11)))
			for j := range ratios {
				for c, ratio := range ratios[j] {
					if ratio.Interval.Low <= truth[j][c]+1e-9 && truth[j][c] <= ratio.Interval.High+1e-9 {
						all[i].rates[j] += 1 / float64(len(ratios[j]))
					}
				}
			}
			switch _, iv := stats.MeanOfRatios(ratios[2]); {
			case macro < iv.Low:
				all[i].below = 1
			case macro > iv.High:
				all[i].above = 1
			}
		})
		var sum hits
		for _, h := range all {
			for j := range h.rates {
				sum.rates[j] += 100 * h.rates[j] / float64(rounds)
			}
			sum.below, sum.above = sum.below+100*h.below/float64(rounds), sum.above+100*h.above/float64(rounds)
		}
		row := "| " + w.name + " |"
		for _, rate := range append(sum.rates[:], 100-sum.below-sum.above) {
			row += fmt.Sprintf(" %.1f %% |", rate)
			if rate < 91 {
				t.Errorf("%s: an interval holds %.1f %%", w.name, rate)
			}
		}
		if sum.below > 4 {
			t.Errorf("%s: the macro F1 is below its interval in %.1f %%", w.name, sum.below)
		}
		rows = append(rows, row+fmt.Sprintf(" %.1f, %.1f %% |", sum.below, sum.above))
	}
	holdTable(t, "class coverage", rows)
}
