package exprlang

import (
	"strings"
	"testing"
)

// Expressions count as people write numbers: in decimals.
func TestDecimals(t *testing.T) {
	for _, expr := range []string{
		`0.1 + 0.2 == 0.3`, `0.8 - 0.7 == 0.1`, `0.7 * 3 == 2.1`, `0.3 / 0.1 == 3`, `1.2 * 1.05 <= 1.26`,
		`sum([0.1, 0.2]) <= 0.3`, `sum([1, 2], # * 0.1) == 0.3`, `mean([0.7, 0.7, 0.7]) >= 0.7`, `mean(0.9, [0.8, [0.7]]) == 0.8`,
		`median([0.2, 0.1]) == 0.15`, `median([3, 1, 2]) == 2`, `mean([1, 2]) == 1.5`,
		`mean([duration("1s"), duration("3s")]) == duration("2s")`, `median([duration("1s")]) == duration("1s")`,
		`mean(data.list) == 0.7 && sum(data.list) == 2.1`,
	} {
		env := NewEnv()
		env.Var("data", Any)
		p, err := Compile(expr, env)
		if err != nil {
			t.Errorf("%s: %v", expr, err)
			continue
		}
		data, err := DecodeJSON(`{"list": [0.70, 0.7, 7e-1]}`)
		if err != nil {
			t.Fatal(err)
		}
		if v, err := p.Run(map[string]any{"data": data}); err != nil || v != true {
			t.Errorf("%s is %v, %v", expr, v, err)
		}
	}
}

// A mean of nothing is none, and no 0 that passes.
func TestMeansOfWhatHasNone(t *testing.T) {
	for expr, want := range map[string]string{
		`mean([]) < 3`:                      "mean needs a number, and there is none",
		`median(filter([1], # > 5)) < 3`:    "median needs a number, and there is none",
		`mean([1, duration("1s")]) == 1`:    "mean cannot take a duration together with an integer",
		`mean(fromJSON("[1, \"2\"]")) == 1`: "mean needs numbers, found a string",
		`median(fromJSON("[null]")) == 1`:   "median needs numbers, found nil",
	} {
		p, err := Compile(expr, NewEnv())
		if err == nil {
			_, err = p.Run(nil)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", expr, err, want)
		}
	}
}
