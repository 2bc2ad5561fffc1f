package compare

import (
	"fmt"
	"math"
	"testing"
)

// measured are cases with a metric, and with a cost and a latency that grow
// with it; NaN is no value.
func measured(cases int, better string, value func(i int) float64) []question {
	var out []question
	for i := range cases {
		x := value(i)
		q := question{name: fmt.Sprintf("case %02d", i), samples: "p", better: better, metrics: map[string]float64{"length": x}}
		if !math.IsNaN(x) {
			q.cost, q.latency, q.output = x/1000, 10*x, int(x)
		}
		out = append(out, q)
	}
	return out
}

func TestMetrics(t *testing.T) {
	base := func(i int) float64 { return 100 + float64(i%5) }
	for _, test := range []struct {
		name, better string
		new          func(i int) float64
		verdict      Verdict
		overall      Verdict
	}{
		{"longer, lower is better", "lower", func(i int) float64 { return base(i) + 40 + float64(i%3) }, Regressed, Regressed},
		{"longer, higher is better", "higher", func(i int) float64 { return base(i) + 40 + float64(i%3) }, Improved, Inconclusive},
		{"longer, neither is better", "", func(i int) float64 { return base(i) + 40 + float64(i%3) }, "", Inconclusive},
		{"the same but for noise", "lower", func(i int) float64 { return base(i) + float64(i%2*2-1) }, Inconclusive, Inconclusive},
		{"wild", "lower", func(i int) float64 { return base(i) + float64((i%2*2-1)*60) }, Inconclusive, Inconclusive},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := mustCompare(t, measured(20, test.better, base), measured(20, test.better, test.new))
			m := c.Metrics["length"]
			if m.Verdict != test.verdict || c.Verdict != test.overall {
				t.Errorf("the metric is %q, all %s, want %q and %s (p %g)", m.Verdict, c.Verdict, test.verdict, test.overall, m.PValue)
			}
		})
	}
}

// 100 cases leave possible that few others get much longer, or shorter.
func TestADropThatNoCaseShowed(t *testing.T) {
	base := func(i int) float64 { return 100 + float64(i%5) }
	same := func(i int) float64 { return base(i) + float64(i%2*2-1) }
	c := mustCompare(t, measured(100, "lower", base), measured(100, "lower", same))
	if m := c.Metrics["length"]; m.Verdict != NotWorse || m.Interval[0] > -4 || m.Interval[1] < 4 {
		t.Errorf("%s, %v", m.Verdict, m.Interval)
	}
}

// A verdict says how few cases that were not seen would undo it.
func TestAMetricThatCasesNotSeenWouldUndo(t *testing.T) {
	base := func(i int) float64 { return 100 + float64(i%5) }
	for _, test := range []struct {
		cases   int
		factor  float64
		verdict Verdict
		warning string
	}{
		{30, .9, NotWorse, ""},
		{30, 1.08, Inconclusive, ""},
		{60, .9, Improved, "the metric length is IMPROVED over 60 cases, which need not show what 1 case in 14 does: if it rose by 134.6 in such cases, its mean did not change"},
		{30, .5, Improved, ""},
		{300, .9, Improved, ""},
	} {
		c := mustCompare(t, measured(test.cases, "lower", base), measured(test.cases, "lower", func(i int) float64 { return test.factor * base(i) }))
		found := ""
		for _, w := range c.Warnings {
			if w.Code == "unseen" {
				found = w.Message
			}
		}
		if m := c.Metrics["length"]; m.Verdict != test.verdict || found != test.warning {
			t.Errorf("%d cases, %g times: %s, %q; want %s, %q", test.cases, test.factor, m.Verdict, found, test.verdict, test.warning)
		}
	}
}

// An improvement that the answers without a value could undo is none, and so is
// a drop that they do not rule out.
func TestAMetricOfSurvivors(t *testing.T) {
	nan := math.NaN()
	const name = "length"
	all := func(value float64) func(int) float64 { return func(i int) float64 { return value + float64(i%3)/100 } }
	lacking := func(n int, value float64) func(int) float64 {
		return func(i int) float64 {
			if i < n {
				return nan
			}
			return all(value)(i)
		}
	}
	for _, test := range []struct {
		what, better string
		old, new     func(int) float64
		pairs        int
		missing      Missing
		verdict      Verdict
	}{
		{"all improve", "higher", all(.7), all(.85), 100, Missing{}, Improved},
		{"half lack it", "higher", all(.7), lacking(40, .85), 60, Missing{New: 40}, Inconclusive},
		{"half of the base lack it", "higher", lacking(40, .7), all(.85), 60, Missing{Base: 40}, Inconclusive},
		{"the same half lacks it", "higher", lacking(40, .7), lacking(40, .85), 60, Missing{40, 40}, Improved},
		{"one lacks it", "higher", all(.7), lacking(1, .85), 99, Missing{New: 1}, Improved},
		{"lower is better", "lower", all(.85), lacking(40, .7), 60, Missing{New: 40}, Inconclusive},
		{"nothing changes and half lack it", "higher", all(.7), lacking(40, .7), 60, Missing{New: 40}, Inconclusive},
		{"nothing changes and the same half lacks it", "higher", lacking(5, .7), lacking(5, .7), 95, Missing{5, 5}, NotWorse},
		{"the survivors drop", "higher", all(.85), lacking(40, .7), 60, Missing{New: 40}, Inconclusive},
		{"no better side", "", all(.7), lacking(40, .85), 60, Missing{New: 40}, ""},
	} {
		old, new := sideOf(t, measured(100, test.better, test.old)...), sideOf(t, measured(100, test.better, test.new)...)
		baseline, err := fromText(t, baselineOf(t, old))
		if err != nil {
			t.Fatal(err)
		}
		for kind, base := range map[string]*Side{"record": old, "baseline": baseline} {
			c, err := Compare(base, new, Options{})
			if err != nil {
				t.Fatal(err)
			}
			m := c.Metrics[name]
			if m.Pairs != test.pairs || m.Of != 100 || m.Missing != test.missing || m.Verdict != test.verdict {
				t.Errorf("%s, %s: %d of %d pairs, %+v missing, %s; want %d, %+v, %s", test.what, kind, m.Pairs, m.Of, m.Missing, m.Verdict, test.pairs, test.missing, test.verdict)
			}
			if warns(c, "missing") != (test.missing != Missing{}) {
				t.Errorf("%s, %s: the warnings are %v", test.what, kind, c.Warnings)
			}
			want := 1 - float64(test.missing.New)/100
			near(t, test.what+": coverage", c.Totals.New.Coverage[name], want, 1e-9)
		}
	}
}

// A score that is missing may be 0, also where none was seen.
func TestAScoreOfSurvivors(t *testing.T) {
	scored := func(missing int, score float64) []question {
		var out []question
		for i := range 40 {
			q := question{name: fmt.Sprint(i), samples: "p", better: "higher", metrics: map[string]float64{"kind.score": score + float64(i%3)/100}}
			if i < missing {
				q.metrics["kind.score"] = math.NaN()
			}
			out = append(out, q)
		}
		return out
	}
	for missing, want := range map[int]Verdict{0: Improved, 1: Improved, 10: Inconclusive} {
		if m := mustCompare(t, scored(0, .7), scored(missing, .9)).Metrics["kind.score"]; m.Verdict != want {
			t.Errorf("%d scores are missing: %s, want %s", missing, m.Verdict, want)
		}
	}
}

// A metric that no new answer has is not passed over in silence.
func TestAMetricThatIsLost(t *testing.T) {
	c := mustCompare(t, measured(3, "higher", func(int) float64 { return 1 }), measured(3, "higher", func(int) float64 { return math.NaN() }))
	if len(c.Metrics) > 0 || !warns(c, "missing") || c.Warnings[len(c.Warnings)-1].Message != "the metric length cannot be compared: no value in 3 new answers" {
		t.Errorf("%+v, %v", c.Metrics, c.Warnings)
	}
}

// A metric that hardly any case changed is unchanged only where there are enough
// cases to have shown those that others would.
func TestAMetricThatFewCasesChange(t *testing.T) {
	for cases, want := range map[int]Verdict{10: Inconclusive, 85: Inconclusive, 86: NotWorse} {
		for changed := range 3 {
			base := func(int) float64 { return 100 }
			c := mustCompare(t, measured(cases, "lower", base), measured(cases, "lower", func(i int) float64 {
				if i < changed {
					return 100.5
				}
				return 100
			}))
			if m := c.Metrics["length"]; m.Verdict != want {
				t.Errorf("%d of %d cases changed a little: %s, want %s", changed, cases, m.Verdict, want)
			}
		}
	}
}

func TestMetricsOfBothSidesOnly(t *testing.T) {
	old := []question{{name: "a", samples: "p"}, {name: "b", samples: "p", metrics: map[string]float64{"n": 1}, better: "lower"}}
	new := []question{{name: "a", samples: "p", metrics: map[string]float64{"n": 5}, better: "lower"},
		{name: "b", samples: "p", metrics: map[string]float64{"n": 3, "other": 1}, better: "lower"}}
	c := mustCompare(t, old, new)
	if len(c.Metrics) != 1 || c.Metrics["n"].Pairs != 1 || c.Metrics["n"].Difference != 2 {
		t.Errorf("metrics: %+v", c.Metrics)
	}
	if low := c.Metrics["n"].Interval[0]; !math.IsInf(low, -1) {
		t.Errorf("one pair bounds the difference by %g", low)
	}
}

func TestMetricThatCasesDisagreeOn(t *testing.T) {
	old, new := measured(8, "lower", func(int) float64 { return 1 }), measured(8, "lower", func(i int) float64 { return 2 })
	new[0].better = "higher"
	c := mustCompare(t, old, new)
	if m := c.Metrics["length"]; m.Better != "" || m.Verdict != "" || !warns(c, "metric") {
		t.Errorf("%+v, %v", m, c.Warnings)
	}
}

// Intervals of a rubric's score hold no score that cannot be, and those of a
// difference none that two scores cannot have; a metric of another kind may be
// anything.
func TestScoresStayWithinTheirBounds(t *testing.T) {
	scored := func(name, expr string, scores ...float64) []question {
		var out []question
		for i, score := range scores {
			out = append(out, question{name: fmt.Sprint(i), samples: "p", better: "higher", expr: expr, metrics: map[string]float64{name: score}})
		}
		return out
	}
	within := func(low, high float64) bool { return low >= 0 && high <= 1 && low < high }
	for _, test := range []struct {
		name, metric, expr string
		old, new           []float64
		score              bool
	}{
		{"near the end", "kind.score", "", []float64{1, .2, 1, 1, .9, 1}, []float64{.1, 1, 1, .8, 1, 1}, true},
		{"all the same", "kind.score", "", []float64{1, 1, 1, 1, 1, 1}, []float64{1, 1, 1, 1, 1, 1}, true},
		{"an expression", "kind.score", "similarity(text, 'a')", []float64{1, .2, 1, 1, 1, 1}, []float64{.1, 1, 1, 1, 1, 1}, false},
		{"values that no judge gives", "kind.score", "", []float64{1, 2, 1, 1, 1, 1}, []float64{.1, 1, 1, 1, 1, 1}, false},
	} {
		m := mustCompare(t, scored(test.metric, test.expr, test.old...), scored(test.metric, test.expr, test.new...)).Metrics[test.metric]
		bounded := m.Interval[0] >= -1 && m.Interval[1] <= 1
		for _, side := range []Mean{m.Base, m.New} {
			bounded = bounded && side.Low != nil && within(*side.Low, *side.High)
		}
		if bounded != test.score {
			t.Errorf("%s: %+v to %+v, difference %v", test.name, m.Base, m.New, m.Interval)
		}
	}
}

// Scores that are all 0 on both sides leave it open that some are not.
func TestScoresThatDoNotDiffer(t *testing.T) {
	var run []question
	for i := range 20 {
		run = append(run, question{name: fmt.Sprint(i), samples: "p", better: "higher", metrics: map[string]float64{"kind.score": 0}})
	}
	m := mustCompare(t, run, run).Metrics["kind.score"]
	z := 2.2414027 // of half of alpha: the cases are tested too
	if hidden := z * z / (20 + z*z); math.Abs(m.Interval[1]-hidden) > 1e-6 || m.Interval[0] != -m.Interval[1] || m.Verdict != Inconclusive {
		t.Errorf("the interval is %v and the verdict %s, want ±%g", m.Interval, m.Verdict, hidden)
	}
}

// A metric that was written anew is another metric, in a baseline too.
func TestMetricThatMeasuresSomethingElse(t *testing.T) {
	old, new := measured(12, "lower", func(int) float64 { return 1 }), measured(12, "lower", func(i int) float64 { return 2 })
	for i := range old {
		old[i].expr, new[i].expr = "len(text)", "len(text)"
		if i < 9 {
			new[i].expr = "len(words(text))"
		}
	}
	base := sideOf(t, old...)
	baseline, err := fromText(t, baselineOf(t, base))
	if err != nil {
		t.Fatal(err)
	}
	for name, side := range map[string]*Side{"record": base, "baseline": baseline} {
		c, err := Compare(side, sideOf(t, new...), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if m := c.Metrics["length"]; m.Pairs != 3 || m.Verdict == Regressed || !warns(c, "metric") {
			t.Errorf("%s: %+v, %v", name, m, c.Warnings)
		}
	}
}

// Where one side was asked more often, as many answers are tested, so that
// chance in the few is not taken for a change.
func TestMetricOfUnequalSamples(t *testing.T) {
	var old, new []question
	for i := range 12 {
		q := question{name: fmt.Sprint("case ", i), better: "lower", samples: "p", need: 1}
		few, many := q, q
		few.perSample = []map[string]float64{{"length": float64(100 + i%3)}}
		many.samples = "ppp"
		many.perSample = []map[string]float64{{"length": float64(100 + i%3)}, {"length": 150}, {"length": 160}}
		old, new = append(old, few), append(new, many)
	}
	m := mustCompare(t, old, new).Metrics["length"]
	if m.PValue != 1 || m.Difference != 0 {
		t.Errorf("p %g, a difference of %g, which the first samples do not show", m.PValue, m.Difference)
	}
}

// Two cases that measure the same say little of all there are.
func TestMetricThatNeverDiffers(t *testing.T) {
	same := func(int) float64 { return 100 }
	for n, want := range map[int]Verdict{2: Inconclusive, 85: Inconclusive, 86: NotWorse} {
		m := mustCompare(t, measured(n, "lower", same), measured(n, "lower", same)).Metrics["length"]
		if m.Verdict != want || m.Interval[1] <= 0 {
			t.Errorf("%d cases: %s, interval %v, want %s", n, m.Verdict, m.Interval, want)
		}
	}
}

func TestAmounts(t *testing.T) {
	base := func(i int) float64 { return 100 + float64(i%5) }
	c := mustCompare(t, measured(20, "", base), measured(20, "", func(i int) float64 { return 1.5 * base(i) }))
	for name, r := range map[string]*Ratio{"cost": c.Cost, "latency": c.Latency, "output tokens": c.Tokens.Output} {
		if r == nil {
			t.Fatalf("no %s", name)
		}
		near(t, name, r.Ratio, 1.5, .01)
		if !r.Significant() || r.Pairs != 20 {
			t.Errorf("%s: %+v", name, r)
		}
	}
	near(t, "base cost", c.Cost.Base, .102, 1e-9)
	near(t, "cost of all", *c.Totals.Base.CostUSD, 2.04, 1e-9)

	free := mustCompare(t, []question{{name: "a", samples: "p"}, {name: "b", samples: "p"}}, []question{{name: "a", samples: "p"}, {name: "b", samples: "p"}})
	if free.Cost != nil || free.Totals.Base.CostUSD != nil || free.Totals.Base.Unpriced != 2 {
		t.Errorf("a cost that no sample has: %+v", free.Cost)
	}
}

// Tokens that an answer does not say are not known, and never 0.
func TestTokensThatAreNotKnown(t *testing.T) {
	for usage, known := range map[string]bool{
		`{"input_tokens":12,"output_tokens":6.0}`:  true,
		`{"input_tokens":12,"output_tokens":null}`: false,
		`{"input_tokens":12,"output_tokens":"6"}`:  false,
		`{"input_tokens":12,"output_tokens":-6}`:   false,
		`{"output_tokens":6}`:                      false,
		`null`:                                     false,
	} {
		run := []question{{name: "a", samples: "pp", output: 6, cost: 1}, {name: "b", samples: "p", usage: usage}}
		baseline, err := fromText(t, baselineOf(t, sideOf(t, run...)))
		if err != nil {
			t.Fatal(err)
		}
		c, err := Compare(baseline, sideOf(t, run...), Options{})
		if err != nil {
			t.Fatal(err)
		}
		for name, side := range map[string]Totals{"baseline": c.Totals.Base, "record": c.Totals.New} {
			switch {
			case known && (side.OutputTokens == nil || *side.OutputTokens != 18 || *side.InputTokens != 36):
				t.Errorf("%s: the %s has %v output tokens, want 18", usage, name, side.OutputTokens)
			case !known && (side.OutputTokens != nil || side.InputTokens != nil || side.Uncounted != 1):
				t.Errorf("%s: the %s has %v output tokens of %d uncounted answers", usage, name, side.OutputTokens, side.Uncounted)
			}
			if side.CostUSD != nil || side.Unpriced != 1 {
				t.Errorf("the %s costs %v, %d unpriced", name, side.CostUSD, side.Unpriced)
			}
		}
	}
}

// A baseline keeps that some answers of a case are of unknown cost and tokens.
func TestABaselineKeepsWhatIsNotKnown(t *testing.T) {
	old := sideOf(t, question{name: "a", samples: "pp", output: 6, cost: 1})
	old.cases[0].unpriced, old.cases[0].uncounted = 1, 1
	baseline, err := fromText(t, baselineOf(t, old))
	if err != nil {
		t.Fatal(err)
	}
	got := newTotals(baseline.cases)
	if got.CostUSD != nil || got.OutputTokens != nil || got.Unpriced != 1 || got.Uncounted != 1 {
		t.Errorf("%+v", got)
	}
}

// Rounding is no change: of answers in another order, of a baseline, and of
// cases that were asked more often, the means are the same.
func TestRoundingIsNoChange(t *testing.T) {
	ask := func(values ...float64) []question {
		var out []question
		for i := range 20 {
			q := question{name: fmt.Sprint(i), samples: "ppppppp"[:len(values)], need: 1, better: "higher"}
			for _, v := range values {
				q.perSample = append(q.perSample, map[string]float64{"length": v})
			}
			out = append(out, q)
		}
		return out
	}
	baseline := func(questions []question) *Side {
		side, err := fromText(t, baselineOf(t, sideOf(t, questions...)))
		if err != nil {
			t.Fatal(err)
		}
		return side
	}
	for name, sides := range map[string][2]*Side{
		"another order":  {sideOf(t, ask(.1, .2, .3)...), sideOf(t, ask(.3, .2, .1)...)},
		"more often":     {sideOf(t, ask(.7)...), sideOf(t, ask(.7, .7, .7)...)},
		"a baseline":     {baseline(ask(.7, .7, .7)), sideOf(t, ask(.7, .7, .7)...)},
		"of another run": {baseline(ask(.7, .7, .7, .7, .7, .7, .7)), sideOf(t, ask(.7)...)},
	} {
		c, err := Compare(sides[0], sides[1], Options{})
		if err != nil {
			t.Fatal(err)
		}
		if m := c.Metrics["length"]; m.Difference != 0 || m.PValue != 1 || m.Base.Value != m.New.Value || m.Verdict == Regressed || m.Verdict == Improved {
			t.Errorf("%s: %v to %v, %g, p %g, %s", name, m.Base.Value, m.New.Value, m.Difference, m.PValue, m.Verdict)
		}
		if old, new := c.Totals.Base.Metrics["length"], c.Totals.New.Metrics["length"]; old != new {
			t.Errorf("%s: the totals are %v and %v", name, old, new)
		}
	}
}
