package runner

import (
	"strings"
	"testing"
)

// Sides are asked in proportion to their samples, equal ones in turn.
func TestTurns(t *testing.T) {
	for _, test := range []struct {
		samples []int
		want    string
	}{
		{[]int{4, 4}, "baabbaab"},
		{[]int{2, 6}, "babbbabb"},
		{[]int{0, 3}, "bbb"},
		{[]int{3}, "aaa"},
	} {
		var runs []*run
		for _, n := range test.samples {
			runs = append(runs, &run{plan: &Plan{PlanCounts: PlanCounts{Samples: n}}})
		}
		turns, left, got := newTurns(runs), append([]int{}, test.samples...), ""
		for {
			i := turns.next()
			if i < 0 {
				break
			}
			if left[i] == 0 {
				turns.end(i)
				continue
			}
			left[i]--
			turns.took(i, 1)
			got += string(rune('a' + i))
		}
		if got != test.want {
			t.Errorf("%v: %s, want %s", test.samples, got, test.want)
		}
		if strings.Count(got, "a") != test.samples[0] {
			t.Errorf("%v: %s", test.samples, got)
		}
	}
}
