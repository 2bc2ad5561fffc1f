package stats

import "testing"

func TestShareInterval(t *testing.T) {
	ones := func(pass, fail int) []float64 {
		x := make([]float64, pass+fail)
		for i := range pass {
			x[i] = 1
		}
		return x
	}
	for _, test := range []struct {
		name    string
		x       []float64
		cluster []int
		want    Interval
	}{
		{"one outcome a unit is exact", ones(34, 6), nil, Exact(34, 40, .05)},
		{"all pass", ones(10, 0), nil, Exact(10, 10, .05)},
		{"none passes", ones(0, 20), nil, Exact(0, 20, .05)},
		{"nothing", nil, nil, Interval{0, 1}},
		{"one draw", []float64{.5, .7}, []int{0, 0}, Interval{0, 1}},
		// Clopper and Pearson 1934: 10 of 10.
		{"clusters that agree", ones(20, 0), []int{0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9}, Interval{.691503, 1}},
		{"shares that are all alike", []float64{.9, .9, .9, .9, .9, .9, .9, .9, .9, .9}, nil, Interval{.9 * .691503, .9 + .1*.308497}},
		// The mean .5 of variance .02/32: as many draws as 400, and Student's t of
		// 31 degrees of freedom, 2.039513.
		{"far from the ends", append(tile(.6, 16), tile(.4, 16)...), nil, Interval{.5 - .5*(1-.025), .5 + .5*.025}},
	} {
		m := NewMean(test.x, test.cluster)
		got := ShareInterval(m, .05)
		if test.name == "far from the ends" {
			hidden := Unseen(32, .05)
			test.want = Interval{.5 * (1 - hidden), .5 + .5*hidden}
		}
		near(t, test.name+", low", got.Low, test.want.Low, 1e-6)
		near(t, test.name+", high", got.High, test.want.High, 1e-6)
	}

	many := ShareInterval(NewMean(append(tile(.8, 150), tile(.2, 150)...), nil), .05)
	// The variance .09/299, as many draws as 830.56, Student's t of 299 degrees.
	nearInterval(t, "many", many, wilson(.5*830.5556, 830.5556, 1.967930), 1e-6)

	half := ShareInterval(NewMean(append(tile(.4, 100), tile(.6, 100)...), nil), .05)
	one := ShareInterval(NewMean(ones(100, 100), nil), .05)
	if half.High-half.Low >= one.High-one.Low {
		t.Errorf("repeats make the interval no shorter: %v, one draw %v", half, one)
	}
	near01 := NewMean([]float64{1, 1, 1, .2}, nil)
	if got := ShareInterval(near01, .05); got.High > 1 || got.Low > near01.Value-.1 {
		t.Errorf("the mean %g has the interval %v", near01.Value, got)
	}
}

func tile(x float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = x
	}
	return out
}

// No interval of a share has no width, or is not a number, whatever the units
// have in common.
func TestShareIntervalsHaveAWidth(t *testing.T) {
	for _, value := range []float64{0, .1, .3, .7, .9, 1} {
		for _, n := range []int{1, 2, 3, 6, 10, 50} {
			for _, each := range []int{1, 2, 7} {
				var x []float64
				var cluster []int
				for i := range n * each {
					x, cluster = append(x, value), append(cluster, i/each)
				}
				for _, c := range [][]int{nil, cluster} {
					iv := ShareInterval(NewMean(x, c), .05)
					if !(iv.Low >= 0 && iv.High <= 1 && iv.High-iv.Low > .001) || iv.Low > value+1e-12 || iv.High < value-1e-12 {
						t.Errorf("%d units of %d times %g: %v", n, each, value, iv)
					}
				}
			}
		}
	}
}

func TestKnown(t *testing.T) {
	fiveClusters := []int{0, 0, 1, 1, 2, 2, 3, 3, 4, 4}
	for name, test := range map[string]struct {
		m    Mean
		want bool
	}{
		"three outcomes":           {NewMean([]float64{1, 1, 0}, nil), true},
		"nothing":                  {NewMean(nil, nil), false},
		"five scores":              {NewMean([]float64{.1, .2, .3, .4, .5}, nil), false},
		"six scores":               {NewMean([]float64{.1, .2, .3, .4, .5, .6}, nil), true},
		"five clusters":            {NewMean(tile(1, 10), fiveClusters), false},
		"one cluster holds a half": {NewMean(tile(1, 20), append(make([]int, 10), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)), false},
	} {
		if test.m.Known() != test.want {
			t.Errorf("%s: known is %v", name, test.m.Known())
		}
	}
}
