package stats

import (
	"math"
	"slices"
)

// Unseen is the largest rate of an event that n draws without one leave
// possible, 1-(alpha/2)^(1/n): the upper end of the exact interval for 0 of n
// (Clopper and Pearson 1934). It is 1 for no draws. n need not be whole.
func Unseen(n, alpha float64) float64 {
	if n <= 0 {
		return 1
	}
	return -math.Expm1(math.Log(alpha/2) / n)
}

// unequal are the sizes of units that are not all of one size, the largest first.
type unequal []float64

// newUnequal sorts sizes; nil where all are of one size.
func newUnequal(sizes []float64) unequal {
	sorted := unequal(slices.Sorted(slices.Values(sizes)))
	slices.Reverse(sorted)
	if sorted[0] == sorted[len(sorted)-1] {
		return nil
	}
	return sorted
}

// unseen is the largest share of all values that units without an event leave
// possible, if an event takes a whole unit. It may be likelier in large units. The
// worst case has the chance 1-rest/size of it in units larger than rest, and none in
// others: of all chances by which no unit shows one in alpha/2 of runs, these take
// the most values.
func (s unequal) unseen(alpha float64) float64 {
	logs, all := 0.0, s.sum()
	taken := 0.0
	for i, size := range s {
		logs += math.Log(size)
		taken += size
		rest := math.Exp((math.Log(alpha/2) + logs) / float64(i+1))
		if i+1 == len(s) || rest >= s[i+1] {
			return (taken - float64(i+1)*rest) / all
		}
	}
	return 1
}

// tails is the level at which unseen is as large as x.
func (s unequal) tails(x float64) float64 {
	logs, taken, all := 0.0, 0.0, s.sum()
	for i, size := range s {
		logs += math.Log(size)
		taken += size
		rest := (taken - math.Abs(x)*all) / float64(i+1)
		if i+1 == len(s) || rest >= s[i+1] {
			return min(1, 2*math.Exp(float64(i+1)*math.Log(max(0, rest))-logs))
		}
	}
	return 1
}

func (s unequal) sum() float64 {
	sum := 0.0
	for _, size := range s {
		sum += size
	}
	return sum
}

// Unseen is the largest share of all values that may be otherwise, in whole units,
// though none of the units is: Unseen for as many draws where they are of one size.
func (m Mean) Unseen(alpha float64) float64 {
	if m.unequal != nil {
		return m.unequal.unseen(alpha)
	}
	return Unseen(float64(m.Units), alpha)
}

// unseenTails is the level at which Unseen is as large as x.
func (m Mean) unseenTails(x float64) float64 {
	if m.unequal != nil {
		return m.unequal.tails(x)
	}
	return min(1, 2*math.Pow(max(0, 1-math.Abs(x)), float64(m.Units)))
}
