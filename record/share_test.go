package record

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What cases share in memory must not make one of them say what another said.
func TestSharedPartsAreEachCasesOwn(t *testing.T) {
	assertions := func(exprs ...string) []Assertion {
		var out []Assertion
		for _, e := range exprs {
			out = append(out, Assertion{At: "ants.yaml:1:1", Expr: e, Level: "fail", Weight: 1})
		}
		return out
	}
	score := 0.5
	cases := []struct {
		id         ID
		assertions []Assertion
		checks     []Check
	}{
		{ID{"ants", "a", "v"}, assertions("x", "y"), []Check{{I: 0, Outcome: Pass}, {I: 1, Outcome: Pass}}},
		{ID{"ants", "b", "v"}, assertions("x", "y"), []Check{{I: 0, Outcome: Pass}, {I: 1, Outcome: Pass}}},
		{ID{"ants", "c", "w"}, assertions("x"), []Check{{I: 0, Outcome: Pass, Score: &score}}},
		{ID{"bees", "d", ""}, assertions("x", "z"), []Check{{I: 0, Outcome: Pass}, {I: 1, Outcome: Skip}}},
		{ID{"bees", "e", ""}, assertions("x", "z"), []Check{{I: 0, Outcome: Pass}, {I: 1, Outcome: Pass, Why: "w"}}},
	}
	lines := []Line{header}
	for _, c := range cases {
		line := caseLine(c.id, 1, 1)
		line.Assertions = c.assertions
		sample := sampleLine(c.id, 1, Pass)
		sample.Assertions = c.checks
		lines = append(lines, line, sample)
	}
	i := 0
	for got, err := range mustOpen(t, write(t, lines...)).Cases() {
		if err != nil {
			t.Fatal(err)
		}
		want := cases[i]
		i++
		if got.Case.ID() != want.id || got.Samples[0].Case != want.id.Case || got.Samples[0].Variant != want.id.Variant {
			t.Errorf("case %d is %v with a sample of %s, want %v", i, got.Case.ID(), got.Samples[0].Case, want.id)
		}
		if diff := cmp.Diff(want.assertions, got.Case.Assertions) + cmp.Diff(want.checks, got.Samples[0].Assertions); diff != "" {
			t.Errorf("case %d (-want +got):\n%s", i, diff)
		}
	}
}
