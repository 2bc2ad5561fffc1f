package stats

import (
	"math"
	"testing"
)

func upTo(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = float64(i)
	}
	return x
}

func TestNewMean(t *testing.T) {
	// Student 1908, Biometrika 6, 1-25: the hours of sleep that ten patients
	// gained, a mean of 1.58 with t = 4.06 and 95 % limits .70 and 2.46.
	sleep := []float64{1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, .8, 4.6, 1.4}
	m := NewMean(sleep, nil)
	near(t, "mean", m.Value, 1.58, 1e-12)
	near(t, "t", m.Value/m.SE, 4.0621, 5e-5)
	near(t, "low", m.Interval(0.05).Low, .7001, 5e-5)
	// The long tail goes up: lean*t²/2 times the third moment over the second, which
	// of ten values counts twice.
	shift := 2 * 1.5 * 2.262157 * 2.262157 / 2 * 23.38704 / 13.616 / 10
	near(t, "high", m.Interval(0.05).High, 1.58+shift+math.Sqrt(.8799*.8799+shift*shift), 2e-4)
	if m.N != 10 || m.Units != 10 || m.DesignEffect != 1 {
		t.Errorf("NewMean = %+v, want ten values, ten units, no design effect", m)
	}
}

func TestNewMeanClustered(t *testing.T) {
	// The vector of inspect_ai's test of its clustered standard error.
	cluster := make([]int, 20)
	for i := range cluster {
		cluster[i] = i % 4
	}
	m := NewMean(upTo(20), cluster)
	near(t, "clustered SE", m.SE, .645497, 5e-7)
	if m.Units != 4 {
		t.Errorf("Units = %d, want 4", m.Units)
	}
	half := 3.182446 * m.SE // Student's t with three degrees
	nearInterval(t, "interval", m.Interval(0.05), Interval{9.5 - half, 9.5 + half}, 1e-5)
}

// CR2 and its degrees of freedom as Pustejovsky and Tipton 2018, Journal of
// Business and Economic Statistics 36, 672-683, write them for any regression,
// computed with whole matrices for that on nothing but a constant.
func TestClusteredMeanIsCR2(t *testing.T) {
	x := []float64{1, 4, 2, 8, 5, 7, 3, 3, 9, 1, 0, 2}
	cluster := []int{0, 0, 0, 0, 0, 1, 1, 2, 2, 2, 3, 4}
	n := len(x)
	m := NewMean(x, cluster)
	// Of a constant the hat matrix is 1/n everywhere, so that the inverse root
	// of I-H in a cluster of size k is I + (a-1)/k with a = (1-k/n)^(-1/2).
	size := map[int]float64{}
	for _, c := range cluster {
		size[c]++
	}
	variance := 0.0
	weights := map[int][]float64{} // of the values, a row for each cluster
	for c, k := range size {
		a := 1 / math.Sqrt(1-k/float64(n))
		row := make([]float64, n)
		sum := 0.0
		for i := range x {
			for j := range x {
				if cluster[j] != c {
					continue
				}
				residual := -1 / float64(n)
				if i == j {
					residual++
				}
				adjusted := a // the sum of a column of the root
				row[i] += residual * adjusted / float64(n)
			}
			sum += row[i] * x[i]
		}
		variance += sum * sum
		weights[c] = row
	}
	near(t, "SE", m.SE, math.Sqrt(variance), 1e-12)
	trace, square := 0.0, 0.0
	for c := range size {
		for d := range size {
			product := 0.0
			for i := range x {
				product += weights[c][i] * weights[d][i]
			}
			if c == d {
				trace += product
			}
			square += product * product
		}
	}
	near(t, "degrees of freedom", m.Degrees, trace*trace/square, 1e-9)
	near(t, "the largest", m.Largest, 5./12, 1e-12)
}

func TestClustersOfOneAreNoClusters(t *testing.T) {
	x := []float64{1, 4, 2, 8, 5, 7}
	plain, clustered := NewMean(x, nil), NewMean(x, []int{5, 3, 9, 1, 0, 7})
	near(t, "SE", clustered.SE, plain.SE, 1e-12)
	near(t, "design effect", clustered.DesignEffect, 1, 1e-12)
}

func TestCopiesInAClusterTellNothingNew(t *testing.T) {
	x := []float64{1, 4, 2, 8, 5, 7}
	var copies []float64
	var cluster []int
	for i, v := range x {
		for range 10 {
			copies = append(copies, v)
			cluster = append(cluster, i)
		}
	}
	once, often := NewMean(x, nil), NewMean(copies, cluster)
	near(t, "SE", often.SE, once.SE, 1e-12)
	near(t, "units a value", float64(often.N)/often.DesignEffect, 6, 1)
}

func TestMeanOfTooFewSaysSo(t *testing.T) {
	for _, m := range []Mean{NewMean(nil, nil), NewMean([]float64{3}, nil), NewMean([]float64{3, 4}, []int{1, 1})} {
		if !math.IsInf(m.SE, 1) || m.Interval(0.05) != unbounded {
			t.Errorf("%+v: SE %g, interval %v; want both without bound", m, m.SE, m.Interval(0.05))
		}
	}
}

func TestPercentile(t *testing.T) {
	// Type 7 of R's quantile and NumPy's default.
	x := []float64{15, 20, 35, 40, 50}
	for p, want := range map[int]float64{0: 15, 5: 16, 30: 23, 40: 29, 50: 35, 95: 48, 100: 50} {
		near(t, "Percentile", Percentile(x, p), want, 1e-12)
	}
	near(t, "Percentile of one", Percentile([]float64{7}, 95), 7, 0)
	near(t, "Percentile of none", Percentile(nil, 95), 0, 0)
}

func TestRatioOfSums(t *testing.T) {
	ratio, iv, ok := RatioOfSums([]float64{1, 2, 3}, []float64{2, 4, 6}, nil, .05)
	if !ok || math.Abs(ratio-2) > 1e-12 || math.Abs(iv.High-iv.Low) > 1e-12 {
		t.Errorf("twice the cost everywhere: ratio %g, interval %v, %v; want 2 exactly", ratio, iv, ok)
	}
	// Against a base of ones the ratio is a mean, with the mean's error.
	x := []float64{1.2, .8, 1.5, .9, 1.1}
	m := NewMean(x, nil)
	ratio, iv, ok = RatioOfSums([]float64{1, 1, 1, 1, 1}, x, nil, .05)
	if !ok {
		t.Fatal("no ratio of positive sums")
	}
	near(t, "ratio", ratio, 1.1, 1e-12)
	factor := math.Exp(2.776445 * m.SE / m.Value) // Student's t with four degrees
	nearInterval(t, "interval", iv, Interval{1.1 / factor, 1.1 * factor}, 1e-6)
	for _, bad := range [][2][]float64{{nil, nil}, {{1}, {1}}, {{0, 0}, {1, 1}}, {{1, 1}, {0, 0}}} {
		if _, _, ok := RatioOfSums(bad[0], bad[1], nil, .05); ok {
			t.Errorf("RatioOfSums(%v) gives a ratio, want none", bad)
		}
	}
}

// Of a metric that is 0 mostly only the other values show the tail.
func TestTheTailOfFewValues(t *testing.T) {
	x := append(make([]float64, 36), 5, 8, 12, 40)
	if n := othersIn(x); n != 4 {
		t.Errorf("%d others, want 4", n)
	}
	if n := othersIn(upTo(20)); n != 20 {
		t.Errorf("of 20 numbers %d are others, want all", n)
	}
	m := NewMean(x, nil)
	if iv := m.MetricInterval(0, 40, .05); iv != m.leaning(.05, 7) || iv.High <= m.Interval(.05).High {
		t.Errorf("%v, and %v without", iv, m.Interval(.05))
	}
	near(t, "the level at the low end", m.PValue(), levelAtZero(m), 1e-6)
}

// levelAtZero finds by halves the level at which an end of the interval is 0.
func levelAtZero(m Mean) float64 {
	low, high := 0.0, 1.0
	for range 60 {
		if middle := (low + high) / 2; m.Interval(middle).Low > 0 {
			high = middle
		} else {
			low = middle
		}
	}
	return low
}

// A cluster that holds a fifth of the values may show none of those that others do.
func TestTheLargestValueOfFewUnits(t *testing.T) {
	var x []float64
	var cluster []int
	for i := range 100 {
		value, unit := 100+float64(i%7), i
		if i < 80 {
			unit = i / 20
		}
		if i == 99 {
			value = 160
		}
		x, cluster = append(x, value), append(cluster, unit)
	}
	m := NewMean(x, cluster)
	near(t, "unseen", m.Unseen(.05), .8*Unseen(4, .05), 1e-9) // none of the four
	iv := m.MetricInterval(100, 160, .05)
	near(t, "high", iv.High, m.Value+m.Unseen(.05)*(160-m.Value), 1e-9)
	if plain := m.Interval(.05); plain.High > 120 {
		t.Errorf("%v, and %v without", iv, plain)
	}
}
