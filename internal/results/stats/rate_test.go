package stats

import "testing"

func TestRateInterval(t *testing.T) {
	shares := func(ones, zeros int, one float64) []float64 {
		x := make([]float64, ones+zeros)
		for i := range ones {
			x[i] = one
		}
		return x
	}
	for _, test := range []struct {
		name    string
		x       []float64
		cluster []int
		want    Interval
	}{
		{"one draw a unit is Wilson's", shares(34, 6, 1), nil, Wilson(34, 40, .05)},
		{"all alike", shares(10, 0, 1), nil, Wilson(10, 10, .05)},
		{"none", shares(0, 20, 1), nil, Wilson(0, 20, .05)},
		{"nothing", nil, nil, Interval{0, 1}},
		{"two clusters that agree are two draws", []float64{1, 1, 1, 1}, []int{0, 0, 1, 1}, Wilson(2, 2, .05)},
	} {
		got := RateInterval(NewMean(test.x, test.cluster), .05)
		near(t, test.name+", low", got.Low, test.want.Low, 1e-9)
		near(t, test.name+", high", got.High, test.want.High, 1e-9)
	}

	half := RateInterval(NewMean([]float64{.5, .4, .6, .5, .5, .6, .4, .5}, nil), .05)
	one := RateInterval(NewMean([]float64{1, 0, 1, 0, 1, 0, 1, 0}, nil), .05)
	if half.High-half.Low >= one.High-one.Low {
		t.Errorf("repeats make the interval no shorter: %v, one draw %v", half, one)
	}
}

func TestScoreInterval(t *testing.T) {
	for _, test := range []struct {
		name    string
		x       []float64
		cluster []int
		want    Interval
	}{
		{"nothing", nil, nil, Interval{0, 1}},
		{"one draw", []float64{.5, .7}, []int{0, 0}, Interval{0, 1}},
		{"all perfect", []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, nil, Wilson(10, 10, .05)},
		{"all alike", []float64{.9, .9, .9, .9, .9, .9, .9, .9, .9, .9}, nil, Wilson(9, 10, .05)},
		// The mean .9 of variance .02/5: as many draws as .09/.004, and
		// Student's t of 4 degrees of freedom, 2.776445.
		{"near the end", []float64{1, 1, 1, .8, .7}, nil, wilson(.9*22.5, 22.5, 2.776445)},
	} {
		got := ScoreInterval(NewMean(test.x, test.cluster), .05)
		near(t, test.name+", low", got.Low, test.want.Low, 1e-6)
		near(t, test.name+", high", got.High, test.want.High, 1e-6)
	}

	near01 := NewMean([]float64{1, 1, 1, .2}, nil)
	if student := near01.Interval(.05); student.High <= 1 {
		t.Fatalf("Student's interval %v stays below 1 by itself", student)
	}
	if got := ScoreInterval(near01, .05); got.High > 1 || got.Low > near01.Value-.1 {
		t.Errorf("the mean %g has the interval %v", near01.Value, got)
	}
}
