package stats

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Counts are the samples of one case before and after a change, and how many
// of them passed.
type Counts struct {
	Old, OldPass, New, NewPass int
}

// withinWork bounds the terms of sums that WithinCases computes.
const withinWork = 1 << 25

// WithinCases is the two-sided p-value of the test that in every case old and
// new samples are as likely to pass, for the mean over cases of the difference
// of the shares that pass: twice the smaller of the probabilities to come as
// far on either side, if it is chance which of a case's samples are the new
// ones. With one sample on either side it is McNemar's exact test.
//
// It is exact where that is not too much to compute, which for ten samples is
// some thousand cases; else normal with Edgeworth's correction for skewness.
//
// It takes the cases to be independent and unchanged one by one, where SignFlip
// asks no more than that changes up are as likely as down. But SignFlip wants
// differences to be symmetric where nothing changed, and with one sample on one
// side and ten on the other they are not: of 20 cases that pass 95 of 100 times
// it finds a drop in a third of comparisons of the same. The larger of the two
// p-values holds its level.
//
// Source: the conditional distribution of several two-by-two tables (Mehta,
// Patel and Gray 1985, Journal of the American Statistical Association 80,
// 969-973); Edgeworth's series as in Feller 1971, volume II, section XVI.4.
func WithinCases(cases []Counts) float64 {
	var strata []stratum
	least := 1 // common multiple
	for _, c := range groupCounts(cases) {
		if s, ok := newStratum(c.Counts, c.times); ok {
			strata = append(strata, s)
			least = commonMultiple(least, c.Old, c.New)
		}
	}
	if len(strata) == 0 {
		return 1
	}
	below, above, ok := 0.0, 0.0, false
	if least > 0 {
		below, above, ok = exactTails(strata, least)
	}
	if !ok {
		below, above = edgeworthTails(strata)
	}
	return max(leastP, min(1, 2*min(below, above)))
}

// stratum is cases with the same numbers of samples and of passes, times of
// them. Of a case's samples that pass, between from and from+len(p)-1 may be
// old ones, with probabilities p; before many are, over all of the cases.
type stratum struct {
	Counts
	times, from, before int
	p                   []float64
}

// groupedCounts are cases with the same numbers of samples and passes. OldPass
// is that of all of them together.
type groupedCounts struct {
	Counts
	times int
}

func groupCounts(cases []Counts) []groupedCounts {
	ordered := slices.Clone(cases)
	order := func(a, b Counts) int {
		return cmp.Or(cmp.Compare(a.Old, b.Old), cmp.Compare(a.New, b.New), cmp.Compare(a.OldPass+a.NewPass, b.OldPass+b.NewPass))
	}
	slices.SortFunc(ordered, order)
	var groups []groupedCounts
	for i, c := range ordered {
		if i == 0 || order(ordered[i-1], c) != 0 {
			groups = append(groups, groupedCounts{Counts: c, times: 1})
			continue
		}
		last := &groups[len(groups)-1]
		last.times++
		last.OldPass += c.OldPass
		last.NewPass += c.NewPass
	}
	return groups
}

// newStratum is that of a group. It reports false where the numbers leave
// nothing to chance.
func newStratum(c Counts, times int) (stratum, bool) {
	passes := (c.OldPass + c.NewPass) / times
	s := stratum{Counts: c, times: times, from: max(0, passes-c.New), before: c.OldPass}
	to := min(passes, c.Old)
	if c.Old < 1 || c.New < 1 || to <= s.from {
		return stratum{}, false
	}
	s.p = make([]float64, to-s.from+1)
	for i := range s.p {
		s.p[i] = math.Exp(logChoose(passes, s.from+i) + logChoose(c.Old+c.New-passes, c.Old-s.from-i) - logChoose(c.Old+c.New, c.Old))
	}
	return s, true
}

func logChoose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}

// commonMultiple is the least common multiple of three numbers, 0 where it is
// too large to count with.
func commonMultiple(a, b, c int) int {
	for _, n := range []int{b, c} {
		if a == 0 || n < 1 {
			return 0
		}
		x, y := a, n
		for y != 0 {
			x, y = y, x%y
		}
		if a = a / x * n; a > 1<<20 {
			return 0
		}
	}
	return a
}

// exactTails are the probabilities that the old samples pass at least, and at
// most, as often as they did: each pass of an old one lowers the sum of
// differences by a step. It reports false where that takes too long.
func exactTails(strata []stratum, steps int) (below, above float64, ok bool) {
	d := distribution{p: []float64{1}, most: withinWork}
	observed := 0
	for _, s := range strata {
		step := steps/s.Old + steps/s.New
		observed += step * (s.before - s.times*s.from)
		for range s.times {
			if !d.add(step, s.p) {
				return 0, 0, false
			}
		}
	}
	return d.atLeast(observed), 1 - d.atLeast(observed+1), true
}

// edgeworthTails are exactTails by the first three moments.
func edgeworthTails(strata []stratum) (below, above float64) {
	observed, variance, third := 0.0, 0.0, 0.0
	for _, s := range strata {
		step, n := 1/float64(s.Old)+1/float64(s.New), float64(s.times)
		mean, squares, cubes := moments(s.p)
		observed += step * (float64(s.before-s.times*s.from) - n*mean)
		variance += n * step * step * squares
		third += n * step * step * step * cubes
	}
	z, skewness := observed/math.Sqrt(variance), third/math.Pow(variance, 1.5)
	correction := skewness * (z*z - 1) * distuv.UnitNormal.Prob(z) / 6
	above = min(1, max(0, distuv.UnitNormal.CDF(z)-correction))
	return 1 - above, above
}

// moments are the mean and the second and third central moments of whole
// numbers from 0 on with probabilities p.
func moments(p []float64) (mean, second, third float64) {
	for i, w := range p {
		mean += w * float64(i)
	}
	for i, w := range p {
		d := float64(i) - mean
		second += w * d * d
		third += w * d * d * d
	}
	return mean, second, third
}
