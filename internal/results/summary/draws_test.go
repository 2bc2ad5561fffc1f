package summary

import (
	"fmt"
	"math"
	"testing"

	"github.com/evalrun/evalrun/record"
)

// caseOf is a case with its sample, and the exchange of a request.
func caseOf(suite, name, variant, cluster, outcome, request string) []record.Line {
	c := record.Case{Suite: suite, Case: name, Variant: variant, Times: 1, Need: 1}
	c.Cluster = cluster
	id := record.Sample{Suite: suite, Case: name, Variant: variant, Sample: 1, Outcome: outcome}
	e := record.Exchange{Identity: record.Identity{ID: c.ID(), Sample: 1, Turn: 1, Role: record.RoleAnswer}, Key: request}
	return []record.Line{c, e, id}
}

// A rate's interval counts draws: clusters, variants of a case, and cases of one
// request are one.
func TestRatesCountDraws(t *testing.T) {
	type one struct{ suite, name, variant, cluster, outcome, request string }
	cases := func(n int, of func(i int) one) []record.Line {
		lines := []record.Line{record.Run{}}
		for i := range n {
			c := of(i)
			if c.outcome == "" {
				c.outcome = record.Pass
			}
			lines = append(lines, caseOf(c.suite, c.name, c.variant, c.cluster, c.outcome, c.request)...)
		}
		return lines
	}
	all := func(n int) *Interval { return &Interval{math.Pow(.025, 1/float64(n)), 1} }
	for _, test := range []struct {
		what  string
		lines []record.Line
		want  *Interval
	}{
		{"each its own", cases(20, func(i int) one { return one{name: fmt.Sprint(i), request: fmt.Sprint(i)} }), all(20)},
		{"three cases", cases(3, func(i int) one { return one{name: fmt.Sprint(i)} }), all(3)},
		{"10 clusters of 10", cases(100, func(i int) one { return one{name: fmt.Sprint(i), cluster: fmt.Sprint("c", i/10)} }), all(10)},
		{"clusters of two suites", cases(100, func(i int) one {
			return one{suite: fmt.Sprint(i % 2), name: fmt.Sprint(i), cluster: fmt.Sprint("c", i/10)}
		}), all(10)},
		{"a case of two suites", cases(20, func(i int) one { return one{suite: fmt.Sprint(i % 2), name: fmt.Sprint(i / 2)} }), all(20)},
		{"10 cases in 2 variants", cases(20, func(i int) one { return one{name: fmt.Sprint(i / 2), variant: fmt.Sprint("v=", i%2)} }), all(10)},
		{"one request", cases(40, func(i int) one { return one{name: fmt.Sprint(i), request: "same"} }), nil},
		{"10 requests", cases(40, func(i int) one { return one{name: fmt.Sprint(i), request: fmt.Sprint("r", i/4)} }), all(10)},
		{"one cluster holds a half", cases(40, func(i int) one { return one{name: fmt.Sprint(i), cluster: fmt.Sprint(max(0, i-20))} }), nil},
		{"five clusters", cases(40, func(i int) one { return one{name: fmt.Sprint(i), cluster: fmt.Sprint(i % 5)} }), nil},
	} {
		run := read(t, test.lines...)
		rate := run.Totals.Rate()
		if rate == nil || rate.Value != 1 {
			t.Fatalf("%s: %+v", test.what, rate)
		}
		got := rate.Interval
		if (got == nil) != (test.want == nil) || got != nil && (math.Abs(got.Low-test.want.Low) > 1e-6 || got.High != 1) {
			t.Errorf("%s: %+v, want %+v", test.what, got, test.want)
		}
		if len(run.Suites) == 1 && (run.Suites[0].Totals.Rate().Interval == nil) != (got == nil) {
			t.Errorf("%s: its suite has %+v", test.what, run.Suites[0].Totals.Rate())
		}
		for _, v := range run.Variants {
			if len(run.Variants) > 1 && math.Abs(v.Totals.Rate().Interval.Low-all(10).Low) > 1e-6 {
				t.Errorf("%s: its variant has %+v", test.what, v.Totals.Rate().Interval)
			}
		}
	}
	// Errors leave the rate open: of ten clusters one is an error as a whole.
	lines := cases(100, func(i int) one {
		c := one{name: fmt.Sprint(i), cluster: fmt.Sprint("c", i/10)}
		if i < 10 {
			c.outcome = record.Errored
		}
		return c
	})
	iv := read(t, lines...).Totals.Rate().Interval
	if iv.High != 1 || iv.Low > .6 {
		t.Errorf("with errors: %+v", iv)
	}
	if rate := read(t, record.Run{}).Totals.Rate(); rate != nil {
		t.Errorf("nothing has the rate %+v", rate)
	}
}
