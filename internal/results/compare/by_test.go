package compare

import (
	"fmt"
	"strings"
	"testing"
)

// prompts are cases in three variants: x and y alike, z worse.
func prompts(cases int) []question {
	var out []question
	for i := range cases {
		for _, prompt := range []string{"x", "y", "z"} {
			q := inVariant(fmt.Sprintf("case %02d", i), "prompt="+prompt)
			q.request = fmt.Sprintf(`{"model":"m","system":%q,"messages":[{"role":"user","content":%q}]}`, prompt, q.name)
			if prompt == "z" {
				q.samples = "f"
			}
			out = append(out, q)
		}
	}
	return out
}

func TestBy(t *testing.T) {
	side := sideOf(t, append(prompts(8), question{name: "pinned", samples: "p"})...)
	set, err := By(side, "prompt", "", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Comparisons) != 3 || set.Pinned != 1 || !warns(set.Comparisons[0], "pinned") || set.Verdict != Regressed {
		t.Fatalf("%d comparisons, %d pinned, %s", len(set.Comparisons), set.Pinned, set.Verdict)
	}
	for _, c := range set.Comparisons {
		want := Inconclusive // two variants that never differ, over 8 cases
		if c.New == "z" {
			want = Regressed
			near(t, "adjusted p of "+c.Base+" and z", c.Overall.PAdjusted, 3*c.Overall.PValue, 1e-12)
		}
		if c.Verdict != want {
			t.Errorf("%s and %s: %s, want %s", c.Base, c.New, c.Verdict, want)
		}
		if len(c.Change) != 1 || c.Change[0].Field != "system" {
			t.Errorf("%s and %s differ in %+v", c.Base, c.New, c.Change)
		}
	}
	based, err := By(side, "prompt", "z", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(based.Comparisons) != 2 || based.Verdict != Improved {
		t.Errorf("with a base: %d comparisons, %s", len(based.Comparisons), based.Verdict)
	}
}

// A difference that is found once in twenty looks is no finding where three
// variants are looked at, neither over all pairs nor in a suite or a metric.
func TestByAdjustsForAllComparisons(t *testing.T) {
	var questions []question
	for i := range 40 {
		for _, prompt := range []string{"w", "x", "y", "z"} {
			q := inVariant(fmt.Sprintf("case %02d", i), "prompt="+prompt)
			q.request = fmt.Sprintf(`{"model":"m","system":%q,"messages":[{"role":"user","content":%q}]}`, prompt, q.name)
			q.better, q.metrics = "lower", map[string]float64{"length": 100}
			if prompt == "z" && i < 6 { // p = .0143
				q.samples, q.metrics["length"] = "f", 200
			}
			questions = append(questions, q)
		}
	}
	set, err := By(sideOf(t, questions...), "prompt", "w", Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := set.Comparisons[2]
	for what, p := range map[string][2]float64{
		"over all pairs": {c.Overall.PValue, c.Overall.PAdjusted}, "in the suite": {c.Suites[0].PValue, c.Suites[0].PAdjusted},
		"in the metric": {c.Metrics["length"].PValue, c.Metrics["length"].PAdjusted},
	} {
		if p[0] > .025 || p[1] < 6*p[0]-1e-12 && p[1] < 6*.01235 {
			t.Errorf("p %s is %g, adjusted %g; want under .025, and over .05 for six tests", what, p[0], p[1])
		}
	}
	if set.Verdict == Regressed || c.Verdict == Regressed || c.Suites[0].Verdict == Regressed {
		t.Errorf("%s, of z %s, its suite %s", set.Verdict, c.Verdict, c.Suites[0].Verdict)
	}
}

func TestByOfManyLabels(t *testing.T) {
	var questions []question
	for i := range 33 {
		questions = append(questions, inVariant("a", fmt.Sprint("prompt=", i)))
	}
	side := sideOf(t, questions...)
	if _, err := By(side, "prompt", "", Options{}); err == nil || !strings.Contains(err.Error(), "33 labels") {
		t.Errorf("528 comparisons: %v", err)
	}
	if set, err := By(side, "prompt", "0", Options{}); err != nil || len(set.Comparisons) != 32 {
		t.Errorf("with a base: %v", err)
	}
}

func TestByErrors(t *testing.T) {
	side := sideOf(t, prompts(1)...)
	for _, test := range []struct{ axis, base, want string }{
		{"moon", "", "its axes are: model, prompt"},
		{"model", "", "all cases of"},
		{"prompt", "w", "its labels are: x, y, z"},
	} {
		if _, err := By(side, test.axis, test.base, Options{}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("by %s, base %q: %v, want %q in it", test.axis, test.base, err, test.want)
		}
	}
}
