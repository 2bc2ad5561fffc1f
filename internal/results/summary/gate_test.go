package summary

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/record"
)

// gated reads a record of a suite with these gates.
func gated(t testing.TB, gates []string, lines ...record.Line) *Run {
	t.Helper()
	header := record.Run{Suites: []record.Suite{{Name: "ants", Gates: gates}}}
	return read(t, append([]record.Line{header}, lines...)...)
}

// cases gives a case for each letter, asked once, in a variant of the axis
// prompt.
func cases(label, outcomes string) []record.Line {
	var out []record.Line
	for i, letter := range outcomes {
		lines := samples("ants", fmt.Sprint("c", i), 1, 1, string(letter))
		c, s := lines[0].(record.Case), lines[1].(record.Sample)
		if label != "" {
			c.Variant, c.Axes = "prompt="+label, map[string]string{"prompt": label}
			s.Variant = c.Variant
		}
		out = append(out, c, s)
	}
	return out
}

// rescored makes the metric of a measured case the score of a rubric.
func rescored(lines []record.Line) []record.Line {
	c, s := lines[0].(record.Case), lines[1].(record.Sample)
	c.Metrics = map[string]record.Metric{"is kind.score": {}}
	if score, ok := s.Metrics["length"]; ok {
		s.Metrics = map[string]float64{"is kind.score": score}
	}
	s.MetricErrors = nil
	return []record.Line{c, s}
}

func TestGates(t *testing.T) {
	priced := exchange("ants", "c0", 1, 1)
	priced.CostUSD = usd(0.5)
	unpriced := exchange("ants", "c0", 1, 1)
	streamed := exchange("ants", "c0", 1, 1)
	streamed.TTFTMS, streamed.TokensPerSecond = new(90.5), new(31.25)
	used := func(usages ...string) []record.Line {
		lines := cases("", "p")
		for i, usage := range usages {
			e := exchange("ants", "c0", 1, i+1)
			e.Usage = json.RawMessage(usage)
			lines = append(lines, e)
		}
		return lines
	}
	nan := math.NaN()
	survivors := slices.Concat(measuredCase("a", "", "", 1), measuredCase("b", "", "", nan), measuredCase("c", "", "", nan), measuredCase("d", "", "", nan))
	byVariant := slices.Concat(measuredCase("a", "prompt=x", "", 1), measuredCase("b", "prompt=x", "", nan), measuredCase("a", "prompt=y", "", 2))
	scored := slices.Concat(rescored(measuredCase("a", "", "", 0.5)), rescored(measuredCase("b", "", "", nan)))
	unanswered := measuredCase("z", "", "", 1)
	unanswered[1] = record.Sample{Suite: "ants", Case: "z", Sample: 1, Outcome: record.Errored}
	variants := append(cases("terse", "pppf"), cases("polite", "pp")...)
	for _, test := range []struct {
		expr    string
		lines   []record.Line
		outcome string
		value   string
	}{
		{`cases.pass_rate >= 0.75`, cases("", "pppf"), record.Pass, "cases.pass_rate = 0.75"},
		{`cases.pass_rate > 0.75`, cases("", "pppf"), record.Fail, "cases.pass_rate = 0.75"},
		{`cases.pass_rate > 0.6`, cases("", "ppf"), record.Pass, "cases.pass_rate = 0.6667"},
		{`cases.pass_rate < 0.6667`, cases("", "ppf"), record.Pass, "cases.pass_rate = 0.6666666666666666"},
		{`cases.total == 5 && cases.skip == 1 && cases.fail == 1`, cases("", "pppfs"), record.Pass, "cases.total = 5, cases.skip = 1, cases.fail = 1"},
		{`cases.pass_rate >= 0.75`, cases("", "pppfs"), record.Pass, "cases.pass_rate = 0.75"},

		// Both bounds.
		{`cases.pass_rate >= 0.5`, cases("", "ppfe"), record.Pass, "with errors as failures cases.pass_rate = 0.5; as passes cases.pass_rate = 0.75"},
		{`cases.pass_rate >= 0.75`, cases("", "ppfe"), record.Errored, "with errors as failures cases.pass_rate = 0.5; as passes cases.pass_rate = 0.75"},
		{`cases.pass_rate >= 0.8`, cases("", "ppfe"), record.Fail, "with errors as failures cases.pass_rate = 0.5; as passes cases.pass_rate = 0.75"},
		{`cases.error <= 1`, cases("", "ppfe"), record.Pass, "cases.error = 1"},
		{`samples.pass_rate >= 0.5`, samples("ants", "a", 4, 1, "pf"), record.Errored, "with errors as failures samples.pass_rate = 0.25; as passes samples.pass_rate = 0.75"},

		// Fail closed.
		{`cases.pass_rate >= 0`, nil, record.Errored, "there is no pass_rate: no case was asked"},
		{`cases.pass_rate >= 0`, cases("", "ss"), record.Errored, "there is no pass_rate: no case was asked"},
		{`cases.fail == 0`, cases("", "ss"), record.Pass, "cases.fail = 0"},
		{`latency.max < duration("1h")`, cases("", "e"), record.Errored, "there is no latency: no sample has an answer"},
		{`ttft.p95 < duration("1h")`, append(cases("", "p"), unpriced), record.Errored, "there is no ttft: no answer was streamed"},
		{`tokens_per_second.p5 > 1`, append(cases("", "p"), unpriced), record.Errored, "there is no tokens_per_second: no answer of two tokens was streamed"},
		{`cost.total < 1`, append(cases("", "p"), unpriced), record.Errored, "the cost of an answer is not known"},
		{`cost.mean < 1`, cases("", "e"), record.Errored, "there is no mean cost: no sample has an answer"},
		{`tokens.output < 3`, used(`null`), record.Errored, "tokens.output is not known: the usage of an answer does not say it"},
		{`tokens.output < 3`, used(`{"input_tokens":1,"output_tokens":"1"}`), record.Errored, "tokens.output is not known: the usage of an answer does not say it"},
		{`tokens.input < 3`, used(`{"input_tokens":-1,"output_tokens":1}`, `{"input_tokens":1,"output_tokens":1}`), record.Errored, "tokens.input is not known: the usage of an answer does not say it"},
		{`tokens.total < 3`, used(`{"input_tokens":1}`, `{}`), record.Errored, "tokens.total is not known: the usage of 2 answers does not say it"},
		{`tokens.input == 1`, used(`{"input_tokens":1.0}`), record.Pass, "tokens.input = 1"},
		{`tokens.total == 0`, cases("", "e"), record.Pass, "tokens.total = 0"},
		{`cost.totl < 1`, cases("", "p"), record.Errored, `cost has no "totl"; did you mean "total"?`},
		{`cases.pass / 0 > 1 && cases.pass`, cases("", "p"), record.Errored, ""},
		{`metrics.length.mean < 10`, measuredCase("a", "", "", math.NaN()), record.Errored, "the metric length has no value in 1 of 1 samples, such as a: division by zero in sample 1"},
		{`metrics.length.low > 0`, measuredCase("a", "", "", 1), record.Errored, "the interval of the metric length is not known: it takes 6 independent cases that differ"},

		// Samples without a value.
		{`metrics.length.mean < 10`, survivors, record.Errored,
			"the metric length has no value in 3 of 4 samples, such as b; a gate that allows this names its coverage too"},
		{`metrics.length.low < 10`, survivors, record.Errored,
			"the metric length has no value in 3 of 4 samples, such as b; a gate that allows this names its coverage too"},
		{`metrics.length.coverage >= 0.25 && metrics.length.mean < 10`, survivors, record.Pass, "metrics.length.coverage = 0.25, metrics.length.mean = 1"},
		{`metrics.length.mean < 10 && metrics["length"].coverage > 0.25`, survivors, record.Fail, `metrics["length"].coverage = 0.25`},
		{`let m = metrics.length; m.mean < 10 && m.coverage > 0.2`, survivors, record.Pass, "m.mean = 1, m.coverage = 0.25"},
		{`metrics.length.coverage == 1 && metrics.length.max == 3`, measuredCase("a", "", "", 3), record.Pass, "metrics.length.coverage = 1, metrics.length.max = 3"},
		{`metrics.length.coverage >= 0`, cases("", "p"), record.Errored, `metrics has no "length": it is empty`},
		{`cases.pass_rate > 0.5`, survivors, record.Pass, "cases.pass_rate = 1"},
		{`metrics.length.mean < 10 && cases.total > 0 || metrics.other.coverage > 0`, survivors, record.Errored, ""},
		// An answer that did not come has no value either.
		{`metrics.length.mean < 10 && cases.pass_rate > 0.4`, append(measuredCase("a", "", "", 1), unanswered...), record.Errored,
			"the metric length has no value in 1 of 2 samples, such as z; a gate that allows this names its coverage too"},
		{`metrics["is kind"].score.mean >= 0.5`, scored, record.Errored,
			"the metric is kind.score has no value in 1 of 2 samples, such as b; a gate that allows this names its coverage too"},
		{`metrics["is kind"].score.mean >= 0.5 && metrics["is kind"].score.coverage >= 0.5`, scored, record.Pass,
			`metrics["is kind"].score.mean = 0.5, metrics["is kind"].score.coverage = 0.5`},
		// The coverage is that of the same variants.
		{`by("prompt=x").metrics.length.mean < 10 && metrics.length.coverage > 0`, byVariant, record.Errored,
			"the metric length has no value in 1 of 2 samples, such as b · prompt=x; a gate that allows this names its coverage too"},
		{`by("prompt=x").metrics.length.mean < 10 && by("prompt=x").metrics.length.coverage == 0.5`, byVariant, record.Pass,
			`by("prompt=x").metrics.length.mean = 1, by("prompt=x").metrics.length.coverage = 0.5`},
		{`by("prompt=y").metrics.length.mean < 10`, byVariant, record.Pass, `by("prompt=y").metrics.length.mean = 2`},

		// Each number.
		{`cost.total <= 0.5 && cost.mean == 0.5`, append(cases("", "p"), priced), record.Pass, "cost.total = 0.5, cost.mean = 0.5"},
		{`latency.p95 < duration("1s")`, append(cases("", "p"), priced), record.Pass, "latency.p95 = 251ms"},
		{`ttft.p95 < duration("1s") && tokens_per_second.p50 > 20`, append(cases("", "p"), streamed), record.Pass,
			"ttft.p95 = 91ms, tokens_per_second.p50 = 31.25"},
		{`tokens.total == 18 && tokens.input > tokens.output && requests == 1`, append(cases("", "p"), priced), record.Pass,
			"tokens.total = 18, tokens.input = 12, tokens.output = 6, requests = 1"},
		{`metrics.length.mean < 10 || metrics["length"].max > 3`, append(measuredCase("a", "", "", 1, 3), measuredCase("b", "", "", 4)...), record.Pass,
			"metrics.length.mean = 3"},
		{`metrics.length.low < 3 && metrics.length.high > 3`, six(false), record.Pass,
			"metrics.length.low = 2.537, metrics.length.high = 6.463"},

		// Variants.
		{`by("prompt=terse").cases.pass_rate < by("prompt=polite").cases.pass_rate`, variants, record.Pass,
			`by("prompt=terse").cases.pass_rate = 0.75, by("prompt=polite").cases.pass_rate = 1`},
		{`by("prompt=rude").cases.pass_rate > 0`, variants, record.Errored, `the axis prompt has no label "rude"`},
	} {
		run := gated(t, []string{test.expr}, test.lines...)
		want := Gate{test.expr, test.outcome, test.value}
		got := run.Suites[0].Gates[0]
		if test.value == "" {
			got.Value = ""
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// A bound that is reached exactly is reached, and a mean lies within what it is
// the mean of: for equal values of two decimals, and for values around a third.
func TestGatesOverDecimals(t *testing.T) {
	check := func(values []float64, mean string) {
		t.Helper()
		var lines []record.Line
		for i, v := range values {
			lines = append(lines, measuredCase(fmt.Sprint("c", i), "", "", v)...)
		}
		exprs := []string{"metrics.length.mean >= metrics.length.min", "metrics.length.mean <= metrics.length.max"}
		if mean != "" {
			exprs = append(exprs, "metrics.length.mean >= "+mean, "metrics.length.mean <= "+mean, "metrics.length.p50 >= metrics.length.min")
		}
		for _, g := range gated(t, exprs, lines...).Suites[0].Gates {
			if g.Outcome != record.Pass {
				t.Errorf("%v: %s is %s: %s", values, g.Expr, g.Outcome, g.Value)
			}
		}
	}
	for _, hundredths := range []int{7, 29, 35, 57, 70, 80, 95, 99} {
		x := float64(hundredths) / 100
		for _, n := range []int{1, 2, 3, 6, 7, 10, 50} {
			check(slices.Repeat([]float64{x}, n), fmt.Sprint(x))
		}
	}
	check([]float64{0.9, 0.8, 0.7}, "0.8")
	check([]float64{0.1, 0.2, 0.3}, "0.2")
	check([]float64{0.3, 0.2, 0.1}, "0.2")
	check([]float64{0.7, 0.1, 0.1, 0.1}, "0.25")
	for i := range 50 {
		third := float64(i+1) / 3
		check(slices.Repeat([]float64{third}, i+1), "")
	}
}

// The value of a case is a mean too, and so are percentiles and the ends of an
// interval that has no width.
func TestOtherNumbersOverDecimals(t *testing.T) {
	lines := slices.Concat(measuredCase("a", "", "", .7, .7, .7), measuredCase("b", "", "", .9, .5, .7), measuredCase("c", "", "", .7))
	for _, expr := range []string{
		"metrics.length.mean == 0.7", "metrics.length.min == 0.7", "metrics.length.max == 0.7",
		"metrics.length.p95 == 0.7",
	} {
		if g := gated(t, []string{expr}, lines...).Suites[0].Gates[0]; g.Outcome != record.Pass {
			t.Errorf("%s: %s", expr, g.Value)
		}
	}
	halves := slices.Concat(measuredCase("a", "", "", .1), measuredCase("b", "", "", .2))
	if g := gated(t, []string{"metrics.length.p50 == 0.15 && metrics.length.p95 == 0.195"}, halves...).Suites[0].Gates[0]; g.Outcome != record.Pass {
		t.Errorf("%s", g.Value)
	}
}

// A sum of dollars is what the answers' prices add up to.
func TestGatesOverDollars(t *testing.T) {
	lines := slices.Concat(cases("", "ppp"))
	for i, usd := range []float64{.1, .2, .000035} {
		e := exchange("ants", fmt.Sprint("c", i), 1, 1)
		e.CostUSD = &usd
		lines = append(lines, e)
	}
	for _, expr := range []string{"cost.total <= 0.300035", "cost.total >= 0.300035", "cost.mean < 0.1001"} {
		if g := gated(t, []string{expr}, lines...).Suites[0].Gates[0]; g.Outcome != record.Pass {
			t.Errorf("%s: %s", expr, g.Value)
		}
	}
	var c Cost
	for range 100_000 {
		c.addAnswer(&record.Exchange{Measured: record.Measured{CostUSD: usd(0.000035)}})
	}
	if c.USD != 3.5 {
		t.Errorf("100,000 answers of $0.000035 cost %v", c.USD)
	}
}

func TestWhatTheGatesDecide(t *testing.T) {
	for gates, want := range map[string]bool{
		"":                                      false,
		"cost.total < 2":                        false,
		"cases.fail == 0":                       false,
		"cost.total < 2; cases.pass_rate > 0.9": true,
		"samples.pass_rate > 0.9":               true,
		`by("prompt=x").cases.pass_rate > 0.9`:  true,
		`let c = cases; c.pass_rate > 0.9`:      true,
		"cases.pass_rate > 0.9 && cases.no_such_thing > 1": false, // it is no gate
	} {
		var exprs []string
		if gates != "" {
			exprs = strings.Split(gates, "; ")
		}
		if gates == `let c = cases; c.pass_rate > 0.9` {
			exprs = []string{gates}
		}
		run := gated(t, exprs, cases("x", "p")...)
		if got := run.Suites[0].Gated; got != want {
			t.Errorf("%s: %t", gates, got)
		}
	}
}

func TestCheckGate(t *testing.T) {
	scope := GateScope{Metrics: []string{"length"}, Axes: map[string][]string{"prompt": {"terse", "polite"}, "model": {"claude-opus-4-6"}}}
	for _, expr := range []string{
		`cases.pass_rate >= 0.95`, `cost.total < 2`, `latency.p95 < duration("8s")`, `metrics.length.mean < 300`,
		`by("prompt=terse").cases.pass_rate > 0.9`, `by("model=claude-opus-4-6 prompt=polite").metrics.length.p95 < 3`,
	} {
		if err := CheckGate(expr, scope); err != nil {
			t.Errorf("%s: %v", expr, err)
		}
	}
	for expr, want := range map[string]string{
		`cases.pass_rat >= 0.95`:                        `6+8: cases has no "pass_rat"; did you mean "pass_rate"?`,
		`case.pass_rate >= 0.95`:                        `0+4: unknown name "case"; did you mean "cases"?`,
		`cases.pass_rate`:                               `0+15: a gate gives true or false, this gives a number / compare it: cases.pass_rate >= 0.95`,
		`latency.p95 < 8`:                               `12+1: latency.p95 is a duration and 8 is an integer: < cannot be applied to them / a duration is written duration("5s")`,
		`metrics.lenght.mean < 3`:                       `8+6: metrics has no "lenght"; did you mean "length"?`,
		`by("prompt=rude").cases.pass > 1`:              `3+13: the axis prompt has no label "rude" / there is model=claude-opus-4-6, prompt=polite, prompt=terse`,
		`by("prmpt=terse").cases.pass > 1`:              `3+13: unknown axis "prmpt" / there is model=claude-opus-4-6, prompt=polite, prompt=terse`,
		`by("terse").cases.pass > 1`:                    `3+7: expected axis=label, found "terse" / there is model=claude-opus-4-6, prompt=polite, prompt=terse`,
		`by(" ").cases.pass > 1`:                        `3+3: no label is named / there is model=claude-opus-4-6, prompt=polite, prompt=terse`,
		`by("prompt=terse").by("x").cases > 1`:          `19+2: by("prompt=terse") has no "by"; it has cases, cost, latency, metrics, requests, samples, tokens, tokens_per_second, ttft`,
		`by("prompt=terse prompt=polite").requests > 1`: `3+28: no variant has two labels of the axis prompt`,
		`stop_reason == "x"`:                            `0+11: unknown name "stop_reason", expected one of cases, cost, latency, metrics, requests, samples, tokens, tokens_per_second, ttft`,
	} {
		err, ok := CheckGate(expr, scope).(*exprlang.Error)
		if !ok {
			t.Errorf("%s: no error", expr)
			continue
		}
		got := fmt.Sprintf("%d+%d: %s", err.Offset, err.Length, err.Message)
		if err.Hint != "" {
			got += " / " + err.Hint
		}
		if got != want {
			t.Errorf("%s\n got %s\nwant %s", expr, got, want)
		}
	}
	if err := CheckGate(`by("prompt=terse").requests > 1`, GateScope{}).(*exprlang.Error); err.Hint != "the suite has no matrix" {
		t.Errorf("without a matrix: %s / %s", err.Message, err.Hint)
	}
}

func TestGateNumbers(t *testing.T) {
	for expr, want := range map[string]string{
		`cases.pass_rate > 0.9`:                     "[cases]",
		`by("prompt=terse").cases.fail == 0`:        "[cases]",
		`samples.pass_rate > 0.9`:                   "[samples]",
		`cases.pass_rate > 0.9 && cost.total < 1`:   "[cases cost]",
		`by("prompt=terse").metrics.length.max < 3`: "[metrics]",
		`by("prompt=terse")["latency"].max < x`:     "[latency]",
		`(`:                                         "[]",
	} {
		if got := fmt.Sprint(GateNumbers(expr)); got != want {
			t.Errorf("%s: %s, want %s", expr, got, want)
		}
	}
}

// FuzzGate evaluates any text as a gate.
func FuzzGate(f *testing.F) {
	for _, seed := range []string{`cases.pass_rate > 0.9`, `by("prompt=x").cost.total < 1`, `metrics.length.mean > 1 ? true : false`, `by(`, "1..9999999 | all(true)"} {
		f.Add(seed)
	}
	lines := append(append([]record.Line{record.Run{}}, cases("x", "pfe")...), measuredCase("m", "", "", 1, 2)...)
	r, err := readCases(open(f, lines...))
	if err != nil {
		f.Fatal(err)
	}
	g := group(r.suites[0].parts)
	f.Fuzz(func(t *testing.T, expr string) {
		gates, _ := g.gates([]string{expr}, g.numbers(), nil)
		switch gates[0].Outcome {
		case record.Pass, record.Fail, record.Errored:
		default:
			t.Errorf("outcome %q", gates[0].Outcome)
		}
		if CheckGate(expr, g.scope()) != nil && gates[0].Outcome != record.Errored {
			t.Error("what is no gate has an outcome")
		}
	})
}
