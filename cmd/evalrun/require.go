package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/record"
)

// countsType and sideType are what --require sees of a side.
var (
	countsType = exprlang.Map{
		"pass": exprlang.Int, "fail": exprlang.Int, "error": exprlang.Int, "skip": exprlang.Int, "pass_rate": exprlang.Float,
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
		covered := coverageNamed(program)
		result, err = program.Run(map[string]any{"old": sideValues(both.Base, covered["old"]), "new": sideValues(both.New, covered["new"])})
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

// coverageNamed lists the metrics whose coverage an expression names, by side.
func coverageNamed(program *exprlang.Program) map[string]map[string]bool {
	named := map[string]map[string]bool{"old": {}, "new": {}}
	for _, path := range program.Paths() {
		if len(path) == 4 && path[1] == "metrics" && path[3] == "coverage" {
			named[path[0]][path[2]] = true
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

// sideValues is a side as expressions see it; covered are the metrics whose
// coverage they name. Asking for what is unknown is an error, and no pass.
func sideValues(t compare.Totals, covered map[string]bool) map[string]any {
	unpriced := fmt.Sprintf("the cost of %s is not known", count(t.Unpriced, "answer"))
	uncounted := fmt.Sprintf("the tokens of %s are not known", count(t.Uncounted, "answer"))
	latency := func(ms float64) any { return time.Duration(record.Duration(ms)) }
	number := func(x float64) any { return x }
	return map[string]any{
		"cases":   countsValues(t.Cases, "case"),
		"samples": countsValues(t.Samples, "sample"),
		"tokens":  map[string]any{"input": known(t.InputTokens, number, uncounted), "output": known(t.OutputTokens, number, uncounted)},
		"metrics": metricValues(t, covered),
		"cost": map[string]any{
			"total": known(t.CostUSD, number, unpriced), "judges": known(t.JudgesUSD, number, unpriced),
		},
		"latency": map[string]any{"mean": known(t.LatencyMS, latency, "there is no latency: no sample has an answer")},
	}
}

func countsValues(c compare.Counts, what string) map[string]any {
	number := func(x float64) any { return x }
	return map[string]any{
		"pass": c.Pass, "fail": c.Fail, "error": c.Error, "skip": c.Skip,
		"pass_rate": known(c.PassRate, number, "there is no pass_rate: no "+what+" was asked"),
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
