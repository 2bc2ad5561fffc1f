package compare

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// inVariant is a question that passes, in a variant of these axes.
func inVariant(name string, axes ...string) question {
	q := question{name: name, samples: "p", axes: map[string]string{}, variant: strings.Join(axes, " ")}
	for _, axis := range axes {
		key, value, _ := strings.Cut(axis, "=")
		q.axes[key] = value
	}
	return q
}

// asking is the question with a model in its request.
func (q question) asking(model string) question {
	q.request = `{"model":"` + model + `","messages":[{"role":"user","content":"` + q.name + `"}]}`
	return q
}

func TestPairing(t *testing.T) {
	for _, test := range []struct {
		name     string
		old, new []question
		pairs    int
		aside    string
	}{
		{"as written", []question{inVariant("a", "prompt=x"), inVariant("a", "prompt=y")},
			[]question{inVariant("a", "prompt=y"), inVariant("a", "prompt=x")}, 2, ""},
		{"a model that is swapped in the matrix", []question{inVariant("a", "model=m", "prompt=x"), inVariant("a", "model=m", "prompt=y")},
			[]question{inVariant("a", "model=n", "prompt=x"), inVariant("a", "model=n", "prompt=y")}, 2, "model"},
		{"a model that was swapped without a matrix", []question{inVariant("a").asking("m")}, []question{inVariant("a").asking("n")}, 1, ""},
		{"a matrix that is new", []question{inVariant("a").asking("m")}, []question{inVariant("a", "model=n").asking("n")}, 1, "model"},
		{"a matrix that has the old model", []question{inVariant("a").asking("m")},
			[]question{inVariant("a", "model=n").asking("n"), inVariant("a", "model=m").asking("m")}, 1, ""},
		{"a swap beside a pinned case", []question{inVariant("a").asking("m"), inVariant("pinned").asking("p")},
			[]question{inVariant("a", "model=n").asking("n"), inVariant("pinned").asking("p")}, 2, "model"},
		{"one of two models swapped", []question{inVariant("a", "model=m"), inVariant("a", "model=n")},
			[]question{inVariant("a", "model=m"), inVariant("a", "model=o")}, 1, ""},
		{"a variant without axes", []question{{name: "a", variant: "x", samples: "p"}}, []question{{name: "a", variant: "y", samples: "p"}}, 1, "variant"},
		{"other suites", []question{{name: "a", suite: "ants", samples: "p"}}, []question{{name: "a", suite: "bees", samples: "p"}}, 0, ""},
		{"two variants that only the axis set aside tells apart", []question{inVariant("a", "model=m")},
			[]question{inVariant("a", "model=n"), {name: "a", variant: "odd", axes: map[string]string{"model": "n"}, samples: "p"}}, 0, "model"},
	} {
		t.Run(test.name, func(t *testing.T) {
			old, new := sideOf(t, test.old...), sideOf(t, test.new...)
			p := newPairing(old.cases, new.cases, nil)
			if len(p.pairs) != test.pairs {
				t.Errorf("%d pairs, want %d", len(p.pairs), test.pairs)
			}
			if aside := strings.Join(slices.Sorted(maps.Keys(p.aside)), " "); aside != test.aside {
				t.Errorf("set aside %q, want %q", aside, test.aside)
			}
			all := 2*len(p.pairs) + len(p.added) + len(p.removed)
			if all != len(test.old)+len(test.new) {
				t.Errorf("%d cases are accounted for, of %d", all, len(test.old)+len(test.new))
			}
		})
	}
}

func TestChangeUnderTest(t *testing.T) {
	ask := func(name, body string) question {
		return question{name: name, samples: "p", request: `{"model":"m",` + body + `"messages":[{"role":"user","content":"` + name + `"}]}`}
	}
	c := mustCompare(t,
		[]question{ask("a", `"system":"long",`), ask("b", `"system":"long",`), ask("c", ``)},
		[]question{ask("a", `"system":"short",`), ask("b", `"system":"short","stream":true,`), ask("c", `"top_k":3,`)})
	want := []Change{{Field: "system", Pairs: 2, Of: 3, Old: "long", New: "short"}, {Field: "top_k", Pairs: 1, Of: 3, New: "3"}}
	if len(c.Change) != len(want) {
		t.Fatalf("changes: %+v", c.Change)
	}
	for i, got := range c.Change {
		got.Where = nil
		if got.Field != want[i].Field || got.Pairs != want[i].Pairs || got.Of != want[i].Of || got.Old != want[i].Old || got.New != want[i].New {
			t.Errorf("change %d is %+v, want %+v", i, got, want[i])
		}
	}
	same := mustCompare(t, []question{ask("a", "")}, []question{ask("a", `"stream":true,`)})
	for _, change := range same.Change {
		if change.Field == "stream" {
			t.Error("how an answer is delivered is taken for a change of what is asked")
		}
	}
}

func TestChangeOfAnExchangedAxis(t *testing.T) {
	c := mustCompare(t, []question{inVariant("a", "prompt=x").asking("m")}, []question{inVariant("a", "prompt=y").asking("m")})
	if len(c.Change) != 1 || c.Change[0].Field != "prompt" || c.Change[0].Old != "x" || c.Change[0].New != "y" {
		t.Errorf("changes: %+v", c.Change)
	}
}

func TestEvidence(t *testing.T) {
	c := mustCompare(t,
		[]question{{name: "down", samples: "fp", need: 1, text: "30 days"}, {name: "up", samples: "f", text: "30 days"}},
		[]question{{name: "down", samples: "pf", times: 2, need: 2, text: "30 days"}, {name: "up", samples: "p", text: "30 days"}})
	if len(c.Improved) != 1 || len(c.Regressed) != 1 {
		t.Fatalf("%d up, %d down", len(c.Improved), len(c.Regressed))
	}
	up := c.Improved[0]
	if !up.Flipped || up.Evidence.Old.Text != "wrong" || up.Evidence.New.Text != "30 days" || len(up.Evidence.Failed) != 1 {
		t.Errorf("up: %+v", up.Evidence)
	}
	down := c.Regressed[0]
	if down.Evidence.Old.Sample != 2 || down.Evidence.Old.Text != "30 days" || down.Evidence.New.Sample != 2 || down.Evidence.New.Text != "wrong" {
		t.Errorf("down: %+v, %+v", down.Evidence.Old, down.Evidence.New)
	}
	if failed := down.Evidence.Failed; len(failed) != 1 || failed[0].Expr != `text == "right"` || failed[0].Why == "" {
		t.Errorf("failed: %+v", failed)
	}
}

func TestSameAnswersAreNoEvidence(t *testing.T) {
	side := sideOf(t, question{name: "a", samples: "p"})
	side.cases[0].answer = 7
	c, err := Compare(side, side, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !warns(c, "reused") {
		t.Errorf("no word that both sides hold the same answers: %v", c.Warnings)
	}
}

// Cases that sent the same request got the same answer.
func TestSameRequestsAreOneDraw(t *testing.T) {
	var old, new []question
	for _, name := range strings.Fields("a b c d e f") {
		q := question{name: name, samples: "p", request: `{"model":"m"}`}
		old = append(old, q)
		q.samples = "f"
		new = append(new, q)
	}
	if c := mustCompare(t, old, new); c.Overall.Units != 1 || c.Verdict != Inconclusive {
		t.Errorf("%d units, %s", c.Overall.Units, c.Verdict)
	}
}
