package stats

import "math"

// RateDifference is the mean difference between two runs of the share of
// samples that pass, or of a score, over cases that both have. It is a Mean that
// knows its values to lie between -1 and 1, and that n cases without a
// difference do not show that there is none.
type RateDifference struct {
	Mean
	// single says that every value is -1, 0 or 1 and its own unit, as with one
	// answer a case.
	single bool
	// up and down are how many changes of one size, on either side, stand for
	// the units' differences, and scale what takes their spread to that of
	// these: 0 where none differs.
	up, down, scale float64
}

// reaching widens an interval to reach half from the centre.
func (iv Interval) reaching(centre, half float64) Interval {
	return Interval{min(iv.Low, centre-half), max(iv.High, centre+half)}
}

// NewRateDifference takes the mean of d, the differences new-old of n cases'
// shares, each between -1 and 1. Clusters are as in NewMean.
func NewRateDifference(d []float64, cluster []int) RateDifference {
	r := RateDifference{Mean: NewMean(d, cluster)}
	r.single = r.Units == r.N
	for _, v := range d {
		r.single = r.single && (v == 0 || v == 1 || v == -1)
	}
	units := float64(r.Units)
	squares, cubes, up := 0.0, 0.0, 0.0
	for _, v := range clusterSums(d, cluster) {
		v *= units / float64(r.N)
		squares += v * v
		cubes += math.Abs(v) * v * v
		if v > 0 {
			up += v * v * v
		}
	}
	if squares == 0 {
		return r
	}
	size := cubes / squares
	r.up, r.down, r.scale = up/(size*size*size), (cubes-up)/(size*size*size), size
	centre := (r.up - r.down) / units
	if spread := (r.up+r.down)/units - centre*centre; spread > 0 && r.Units > 1 {
		r.scale = max(r.scale, r.SE*math.Sqrt((units-1)/spread))
	}
	return r
}

// Interval is the interval of the difference at level 1-alpha.
//
// With one answer a case and no clusters it is Tango's score interval.
// Elsewhere it is that in this form:
//
//   - The changes are taken to be of one size, s = sum(|d|^3)/sum(d^2) over the
//     units, and as many on either side as have the variance and the skewness of
//     the differences: sum(|d|^3)/s^3. The score interval of those is brought to
//     the standard error and the mean of the d. Student's t, which knows of no
//     skewness, misses where few units differ, most of them one way, and where
//     one side has more answers of a case than the other.
//   - Student's t, of the degrees of freedom of the standard error, is in the
//     place of the normal quantile.
//   - It is never narrower than the exact one where no unit differs: a rate of
//     change up to 1-(alpha/2)^(1/n), over n units, is then still possible.
//
// The coverage test of package compare prints what these numbers are on.
func (r RateDifference) Interval(alpha float64) Interval {
	if r.single && r.N > 0 {
		return scoreInterval(r.up, r.down, float64(r.N), normalQuantile(1-alpha/2))
	}
	hidden := r.Unseen(alpha)
	if r.scale == 0 {
		return Interval{-hidden, hidden}
	}
	if r.Units < 2 {
		return Interval{-1, 1}
	}
	units := float64(r.Units)
	iv := scoreInterval(r.up, r.down, units, studentQuantile(1-alpha/2, r.Degrees))
	centre := (r.up - r.down) / units
	iv.Low, iv.High = r.Value-(centre-iv.Low)*r.scale, r.Value+(iv.High-centre)*r.scale
	return iv.reaching(r.Value, hidden).Clip(-1, 1)
}

// PValue is the level at which an end of Interval touches 0.
func (r RateDifference) PValue() float64 {
	if r.scale == 0 || r.Value == 0 {
		return 1
	}
	units := float64(r.Units)
	if r.single {
		return normalTails(scoreStatistic(r.up, r.down, units, 0))
	}
	if r.Units < 2 {
		return 1
	}
	at := (r.up-r.down)/units - r.Value/r.scale
	p := 0.0
	if math.Abs(at) < 1 { // beyond, no level reaches 0
		p = studentTails(scoreStatistic(r.up, r.down, units, at), r.Degrees)
	}
	return min(1, max(p, r.unseenTails(r.Value)))
}

// MeanDifference is the mean difference of a metric that has no bounds.
type MeanDifference struct {
	Mean
	size float64 // how much a case may differ that was not seen
}

// NewMeanDifference takes the mean of d. Some of all the cases there are may
// differ by size otherwise than any that was seen. Clusters are as in NewMean.
func NewMeanDifference(d []float64, cluster []int, size float64) MeanDifference {
	return MeanDifference{NewMean(d, cluster), size}
}

// Interval is that of the mean, at level 1-alpha, and no narrower than what as
// many units leave possible that none showed: few may fall by much where most rise
// by little.
func (m MeanDifference) Interval(alpha float64) Interval {
	return m.Mean.Interval(alpha).reaching(m.Value, m.size*m.Unseen(alpha))
}

// PValue is the level at which an end of Interval touches 0.
func (m MeanDifference) PValue() float64 {
	p := m.Mean.PValue()
	if m.size > 0 {
		p = max(p, m.unseenTails(m.Value/m.size))
	}
	return p
}
