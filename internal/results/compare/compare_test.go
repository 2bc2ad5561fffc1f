package compare

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// The values of the specification, through records: the verdicts by Tango's
// interval, and its p-value, which is McNemar's.
func TestVerdicts(t *testing.T) {
	for _, test := range []struct {
		name                            string
		both, oldOnly, newOnly, neither int
		verdict                         Verdict
		p                               float64
		broke, fixed                    int
	}{
		{"nothing differs, 72", 72, 0, 0, 0, Inconclusive, 1, 0, 0},
		{"nothing differs, 73", 73, 0, 0, 0, NotWorse, 1, 0, 0},
		{"nothing differs and all fail", 0, 0, 0, 73, NotWorse, 1, 0, 0},
		{"six down", 30, 6, 0, 4, Regressed, .0143059, 6, 0},
		{"six up", 30, 0, 6, 4, Improved, .0143059, 0, 6},
		{"four down", 30, 4, 0, 6, Regressed, .0455003, 4, 0},
		{"three down", 30, 3, 0, 7, Inconclusive, .0832645, 3, 0},
		{"five cases, all down", 0, 5, 0, 0, Inconclusive, 1, 5, 0},
		{"down, but within the margin", 990, 9, 1, 0, NotWorse, .0114120, 9, 1},
		{"nine down, three up", 20, 9, 3, 8, Inconclusive, .0832645, 9, 3},
		{"twenty-five and fifteen", 100, 25, 15, 60, Inconclusive, .1138463, 25, 15},
		{"three and three", 10, 3, 3, 10, Inconclusive, 1, 3, 3},
		{"one flip in many", 399, 1, 0, 0, NotWorse, .3173105, 1, 0},
		{"one case", 1, 0, 0, 0, Inconclusive, 1, 0, 0},
		{"no case", 0, 0, 0, 0, Incomparable, 1, 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			old, new := table(test.both, test.oldOnly, test.newOnly, test.neither)
			c := mustCompare(t, old, new)
			if c.Verdict != test.verdict || c.Overall.Verdict != test.verdict {
				t.Errorf("the verdict is %s, overall %s, want %s", c.Verdict, c.Overall.Verdict, test.verdict)
			}
			near(t, "p", c.Overall.PValue, test.p, 1e-6)
			if c.Overall.NewlyFailing != test.broke || c.Overall.NewlyPassing != test.fixed {
				t.Errorf("broke %d, fixed %d, want %d, %d", c.Overall.NewlyFailing, c.Overall.NewlyPassing, test.broke, test.fixed)
			}
			if c.Advice == "" {
				t.Errorf("%s ends in no advice", c.Verdict)
			}
			if _, err := json.Marshal(c); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestRatesHaveTheExactInterval(t *testing.T) {
	old, new := table(34, 0, 6, 0)
	c := mustCompare(t, old, new)
	near(t, "base rate", c.Overall.BaseRate.Value, .85, 1e-12)
	near(t, "low", c.Overall.BaseRate.Low, .7016, .0005)
	near(t, "high", c.Overall.BaseRate.High, .9429, .0005)
	near(t, "new rate", c.Overall.NewRate.High, 1, 0)
}

// Ten answers to one question are one unit: as many passes and fails as in a
// clear regression, but all in two cases.
func TestSamplesAreNotUnits(t *testing.T) {
	c := mustCompare(t,
		[]question{{name: "a", samples: strings.Repeat("p", 50), need: 1}, {name: "b", samples: strings.Repeat("p", 50), need: 1}},
		[]question{{name: "a", samples: strings.Repeat("f", 50), need: 1}, {name: "b", samples: strings.Repeat("f", 50), need: 1}})
	if c.Overall.Pairs != 2 || c.Verdict != Inconclusive {
		t.Errorf("%d pairs, %s, p %g", c.Overall.Pairs, c.Verdict, c.Overall.PValue)
	}
}

func TestClustersAreOneDraw(t *testing.T) {
	old, new := table(0, 12, 0, 0)
	if c := mustCompare(t, old, new); c.Verdict != Regressed {
		t.Fatalf("without clusters: %s", c.Verdict)
	}
	for i := range old {
		old[i].cluster = []string{"a", "b", "c"}[i%3]
		new[i].cluster = old[i].cluster
	}
	c := mustCompare(t, old, new)
	near(t, "p of three clusters that all fall", c.Overall.PValue, 1, 0)
	if c.Verdict != Inconclusive || c.Overall.Units != 3 || !warns(c, "few") {
		t.Errorf("%s over %d units", c.Verdict, c.Overall.Units)
	}
}

// Variants of one case are answers to one question.
func TestVariantsOfACaseAreOneDraw(t *testing.T) {
	var old, new []question
	for _, variant := range []string{"a", "b", "c", "d", "e", "f"} {
		q := question{name: "one", variant: "prompt=" + variant, axes: map[string]string{"prompt": variant}, samples: "p"}
		old = append(old, q)
		q.samples = "f"
		new = append(new, q)
	}
	c := mustCompare(t, old, new)
	if c.Overall.Pairs != 6 || c.Overall.Units != 1 || c.Verdict != Inconclusive {
		t.Errorf("%d pairs, %d units, %s", c.Overall.Pairs, c.Overall.Units, c.Verdict)
	}
}

func TestWhatCannotBeComparedIsListed(t *testing.T) {
	c := mustCompare(t,
		[]question{{name: "same", samples: "p"}, {name: "reworded", samples: "p", digest: "sha256:1"}, {name: "gone", samples: "p"},
			{name: "silent", samples: "p"}, {name: "left out", samples: "", skip: "later"}},
		[]question{{name: "same", samples: "p"}, {name: "reworded", samples: "f", digest: "sha256:2"}, {name: "fresh", samples: "p"},
			{name: "silent", samples: "e"}, {name: "left out", samples: "", skip: "later"}})
	names := func(refs []CaseRef) string {
		var out []string
		for _, r := range refs {
			out = append(out, r.Case)
		}
		return strings.Join(out, " ")
	}
	for what, pair := range map[string][2]string{
		"changed": {names(c.Changed), "reworded"}, "added": {names(c.Added), "fresh"},
		"removed": {names(c.Removed), "gone"}, "not comparable": {names(c.NotComparable), "silent"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %q, want %q", what, pair[0], pair[1])
		}
	}
	if c.Overall.Pairs != 1 || c.Skipped != 1 {
		t.Errorf("%d pairs, %d skipped", c.Overall.Pairs, c.Skipped)
	}
	if c.Dropped != 1 {
		t.Errorf("%d cases passed and do not pass now, want the silent one", c.Dropped)
	}
}

func TestErrorsAreBounds(t *testing.T) {
	c := mustCompare(t,
		[]question{{name: "a", samples: "pppp", need: 1}, {name: "b", samples: "pppp", need: 1}},
		[]question{{name: "a", samples: "ppfe", need: 1}, {name: "b", samples: "eeee", need: 1}})
	r := c.Overall.NewRate
	near(t, "rate", r.Value, 2./3, 1e-12)
	if r.Errors != 5 || r.Bounds == nil {
		t.Fatalf("errors %d, bounds %v", r.Errors, r.Bounds)
	}
	near(t, "lowest", r.Bounds[0], .25, 1e-12)
	near(t, "highest", r.Bounds[1], (.75+1)/2, 1e-12)
}

// Enough errors to hide a regression are said.
func TestErrorsThatCouldDecide(t *testing.T) {
	old, new := table(40, 0, 0, 0)
	for i := range 10 {
		new[i].samples = "e"
	}
	if c := mustCompare(t, old, new); c.Warnings[0].Code != "missing-answers" || c.Verdict != Inconclusive {
		t.Errorf("%s, %v", c.Verdict, c.Warnings)
	}
	old, new = table(100, 0, 0, 0)
	new[0].samples = "e"
	if c := mustCompare(t, old, new); !warns(c, "errors") || c.Verdict != Inconclusive {
		t.Errorf("one error of a hundred, which may be the second drop that is beyond the margin: %s, %v", c.Verdict, c.Warnings)
	}
	old, new = table(200, 0, 0, 0)
	new[0].samples = "e"
	if c := mustCompare(t, old, new); warns(c, "errors") {
		t.Errorf("one error of two hundred is taken to decide: %v", c.Warnings)
	}
}

func warns(c *Comparison, code string) bool {
	for _, w := range c.Warnings {
		if w.Code == code {
			return true
		}
	}
	return false
}

func TestStoppedSamplesCompareByVerdict(t *testing.T) {
	c := mustCompare(t,
		[]question{{name: "a", times: 10, need: 9, samples: "pppppppppf"}},
		[]question{{name: "a", times: 10, need: 9, samples: "pff"}})
	near(t, "difference", c.Overall.Difference, -1, 1e-12)
	near(t, "base rate", c.Overall.BaseRate.Value, 1, 1e-12)
	if !warns(c, "stopped-early") {
		t.Errorf("no word of it: %v", c.Warnings)
	}
}

// A suite can fall where all pairs together do not show it, but only by its
// adjusted p-value.
func TestASuiteThatRegresses(t *testing.T) {
	old, new := table(0, 9, 0, 0)
	for i := range old {
		old[i].suite, new[i].suite = "small", "small"
	}
	oldMore, newMore := table(200, 5, 9, 0)
	c := mustCompare(t, append(old, oldMore...), append(new, newMore...))
	if c.Overall.Verdict == Regressed || c.Verdict != Regressed {
		t.Errorf("overall %s, verdict %s", c.Overall.Verdict, c.Verdict)
	}
	for _, s := range c.Suites {
		if s.Name == "small" {
			near(t, "adjusted p, of three tests", s.PAdjusted, 3*s.PValue, 1e-12)
		}
	}
}
