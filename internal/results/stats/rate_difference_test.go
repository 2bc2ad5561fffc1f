package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// changes are differences of n cases with one sample each.
func changes(n, up, down int) []float64 {
	d := make([]float64, n)
	for i := range up {
		d[i] = 1
	}
	for i := range down {
		d[up+i] = -1
	}
	return d
}

func TestRateDifferenceWhereNoneDiffers(t *testing.T) {
	for n, within := range map[int]bool{1: false, 20: false, 72: false, 73: true, 500: true} {
		iv := NewRateDifference(make([]float64, n), nil).Interval(.05)
		if (iv.Low >= -.05) != within || iv.High != -iv.Low {
			t.Errorf("%d cases without a difference: %v; within .05: want %v", n, iv, within)
		}
	}
	iv := NewRateDifference(nil, nil).Interval(.05)
	if iv != (Interval{-1, 1}) {
		t.Errorf("no cases: %v, want -1 to 1", iv)
	}
	// Exact: a rate of 1-(alpha/2)^(1/n) leaves n draws without an event with
	// probability alpha/2.
	near(t, "chance of seeing none", math.Pow(1-Unseen(30, .05), 30), .025, 1e-12)
}

func TestRateDifferenceNarrowsWithSmallerDifferences(t *testing.T) {
	width := func(size float64) float64 {
		var d []float64
		for i := range 300 {
			d = append(d, size*float64(i%3-1))
		}
		iv := NewRateDifference(d, nil).Interval(.05)
		return iv.High - iv.Low
	}
	if !(width(.2) < width(.5) && width(.5) < width(1)) {
		t.Errorf("widths %g, %g, %g for differences of .2, .5, 1; want them to rise", width(.2), width(.5), width(1))
	}
	// In the limit it is Student's t.
	var d []float64
	for i := range 30_000 {
		d = append(d, .2*float64(i%5-2)+.01)
	}
	r := NewRateDifference(d, nil)
	nearInterval(t, "many cases", r.Interval(.05), r.Mean.Interval(.05), 1e-5)
}

func TestRateDifferenceOfClusters(t *testing.T) {
	d := changes(200, 12, 30)
	own := make([]int, len(d))
	for i := range own {
		own[i] = i
	}
	if got, want := NewRateDifference(d, own).Interval(.05), NewRateDifference(d, nil).Interval(.05); got != want {
		t.Errorf("clusters of one: %v, want %v as without clusters", got, want)
	}
	if got := NewRateDifference(d, make([]int, len(d))).Interval(.05); got != (Interval{-1, 1}) {
		t.Errorf("one cluster: %v, want -1 to 1", got)
	}
	// Four copies of each case say little more than one of each, and say it
	// with the caution of 50 draws and not of 200.
	copies, cluster := []float64{}, []int{}
	for i, v := range changes(50, 12, 2) {
		copies = append(copies, v, v, v, v)
		cluster = append(cluster, i, i, i, i)
	}
	got := NewRateDifference(copies, cluster).Interval(.05)
	once := NewRateDifference(changes(50, 12, 2), nil).Interval(.05)
	nearInterval(t, "copies", got, once, .01)
	if got.High-got.Low < once.High-once.Low {
		t.Errorf("copies: %v is narrower than the originals' %v", got, once)
	}
	// Where none differs the clusters count.
	iv := NewRateDifference(make([]float64, 200), cluster).Interval(.05)
	near(t, "none differs in 50 clusters", iv.High, Unseen(50, .05), 1e-12)
}

// Whatever the differences, the interval lies in -1 to 1, holds the mean,
// mirrors that of the opposite differences, and with repeats or clusters is never
// narrower than what n cases can show.
func TestRateDifferenceInvariants(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	for range 3000 {
		d := make([]float64, 1+random.IntN(60))
		cluster := make([]int, len(d))
		samples := 1 + random.IntN(4)
		for i := range d {
			d[i] = float64(random.IntN(2*samples+1)-samples) / float64(samples)
			cluster[i] = random.IntN(12)
		}
		if random.IntN(2) == 0 {
			cluster = nil
		}
		checkInvariants(t, d, cluster)
	}
}

func checkInvariants(t *testing.T, d []float64, cluster []int) {
	t.Helper()
	r := NewRateDifference(d, cluster)
	iv := r.Interval(.05)
	hidden := r.Unseen(.05)
	if !(iv.Low >= -1 && iv.High <= 1 && iv.Low <= r.Value+1e-12 && iv.High >= r.Value-1e-12) {
		t.Errorf("%v %v: interval %v of %g", d, cluster, iv, r.Value)
	}
	if !r.single && iv.Low > max(-1, r.Value-hidden)+1e-12 || !r.single && iv.High < min(1, r.Value+hidden)-1e-12 {
		t.Errorf("%v %v: interval %v is narrower than %g around %g", d, cluster, iv, hidden, r.Value)
	}
	opposite := slices.Clone(d)
	for i := range opposite {
		opposite[i] = -opposite[i]
	}
	mirror := NewRateDifference(opposite, cluster).Interval(.05)
	nearInterval(t, "mirrored interval", Interval{-mirror.High, -mirror.Low}, iv, 1e-9)
}
