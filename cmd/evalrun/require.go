package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/record"
)

// countsType and sideType are what --require sees of a side.
var (
	countsType = exprlang.Map{
		"pass": exprlang.Int, "fail": exprlang.Int, "error": exprlang.Int, "skip": exprlang.Int, "pass_rate": exprlang.Float, "pass_rate_of_all": exprlang.Float,
	}
	sideType = exprlang.Map{
		"cases": countsType, "samples": countsType,
		"cost":    exprlang.Map{"total": exprlang.Float, "judges": exprlang.Float},
		"latency": exprlang.Map{"mean": exprlang.Duration},
		"tokens":  exprlang.Map{"input": exprlang.Float, "output": exprlang.Float},
		"metrics": exprlang.MapOf(exprlang.Map{"mean": exprlang.Float, "coverage": exprlang.Float}),
	}
)

// compileRequire compiles a --require expression over both sides. Which
// metrics there are is known only with the records.
func compileRequire(source string) (*exprlang.Program, error) {
	env := exprlang.NewEnv()
	env.Var("old", sideType)
	env.Var("new", sideType)
	program, err := exprlang.Compile(source, env)
	if err != nil {
		return nil, err
	}
	if !program.IsBool() {
		return nil, &exprlang.Error{Message: "it is not a condition", Hint: "compare something: new.cost.total <= 1.2 * old.cost.total"}
	}
	return program, nil
}

// checkRequire says what is wrong with a --require expression, before anything
// is read or sent.
func checkRequire(source string) *diagnostic.Diagnostic {
	if _, err := compileRequire(source); err != nil {
		return requireError(source, err)
	}
	return nil
}

// required evaluates a --require expression over both sides and gives why it
// does not hold, or "". Its error is why that is not known.
func required(source string, both compare.BothTotals) (string, error) {
	program, err := compileRequire(source)
	var result any
	if err == nil {
		named := allowed(program)
		result, err = program.Run(map[string]any{"old": sideValues(both.Base, named["old"]), "new": sideValues(both.New, named["new"])})
	}
	switch {
	case err != nil:
		return "", errors.New(requireError(source, err).Message)
	case result == true:
		return "", nil
	}
	return "--require does not hold: " + source, nil
}

func requireError(source string, err error) *diagnostic.Diagnostic {
	d := &diagnostic.Diagnostic{Message: fmt.Sprintf("--require %s: %v", source, err)}
	var e *exprlang.Error
	if errors.As(err, &e) {
		d.Hint = e.Hint
	}
	return d
}

// missing is what an expression allows to be missing of a side: values of the
// metrics whose coverage it names, answers of the cases or samples whose errors
// it names.
type missing struct{ metrics, errors map[string]bool }

// allowed lists what an expression allows to be missing, by side.
func allowed(program *exprlang.Program) map[string]missing {
	named := map[string]missing{}
	for _, side := range []string{"old", "new"} {
		named[side] = missing{map[string]bool{}, map[string]bool{}}
	}
	for _, path := range program.Paths() {
		switch {
		case len(path) == 4 && path[1] == "metrics" && path[3] == "coverage":
			named[path[0]].metrics[path[2]] = true
		case len(path) == 3 && path[2] == "error":
			named[path[0]].errors[path[1]] = true
		}
	}
	return named
}

// metricValues are the metrics of a side. A mean over the samples that have a
// value is an error where others lack one, unless the expression names the
// metric's coverage.
func metricValues(t compare.Totals, covered map[string]bool) map[string]any {
	metrics := map[string]any{}
	for name, coverage := range t.Coverage {
		mean, measured := t.Metrics[name]
		metrics[name] = map[string]any{
			"coverage": coverage,
			"mean": func() (any, error) {
				switch {
				case !measured:
					return nil, fmt.Errorf("no sample has a value of the metric %s", name)
				case coverage < 1 && !covered[name]:
					return nil, fmt.Errorf("the metric %s has a value in %.4g %% of the samples only; a condition that allows this names its coverage too", name, 100*coverage)
				}
				return mean, nil
			},
		}
	}
	return metrics
}

// sideValues is a side as expressions see it. Asking for what is unknown is an
// error, and no pass.
func sideValues(t compare.Totals, may missing) map[string]any {
	unpriced := fmt.Sprintf("the cost of %s is not known", wording.Count(t.Unpriced, "answer"))
	uncounted := fmt.Sprintf("the tokens of %s are not known", wording.Count(t.Uncounted, "answer"))
	latency := func(ms float64) any { return time.Duration(record.Duration(ms)) }
	number := func(x float64) any { return x }
	return map[string]any{
		"cases":   countsValues(t.Cases, "case", may.errors["cases"]),
		"samples": countsValues(t.Samples, "sample", may.errors["samples"]),
		"tokens":  map[string]any{"input": known(t.InputTokens, number, uncounted), "output": known(t.OutputTokens, number, uncounted)},
		"metrics": metricValues(t, may.metrics),
		"cost": map[string]any{
			"total": known(t.CostUSD, number, unpriced), "judges": known(t.JudgesUSD, number, unpriced),
		},
		"latency": map[string]any{"mean": known(t.LatencyMS, latency, "there is no latency: no sample has an answer")},
	}
}

// countsValues are counts and rates. A pass rate leaves out what has no answer,
// and is an error where there is such, unless the expression names it.
func countsValues(c compare.Counts, what string, mayLack bool) map[string]any {
	number := func(x float64) any { return x }
	rate, why := c.PassRate, "there is no pass_rate: no "+what+" was asked"
	if c.Error > 0 && !mayLack {
		rate, why = nil, fmt.Sprintf("pass_rate leaves out %[1]s without an answer; pass_rate_of_all counts them as not passed, and a condition that names %[2]ss.error too may leave them out", wording.Count(c.Error, what), what)
	}
	return map[string]any{
		"pass": c.Pass, "fail": c.Fail, "error": c.Error, "skip": c.Skip,
		"pass_rate": known(rate, number, why), "pass_rate_of_all": known(c.PassRateOfAll, number, "there is no pass_rate_of_all: no "+what+" was asked"),
	}
}

// known is a number as expressions have it, or an error where it is not known.
func known(value *float64, as func(float64) any, otherwise string) func() (any, error) {
	return func() (any, error) {
		if value == nil {
			return nil, errors.New(otherwise)
		}
		return as(*value), nil
	}
}
