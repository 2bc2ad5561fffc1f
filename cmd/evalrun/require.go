package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/evalrun/evalrun/compare"
	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/record"
)

// required evaluates a --require expression over both sides and gives why it
// does not hold, or "". Its error is one of the expression.
func required(source string, both compare.BothTotals) (string, error) {
	values := map[string]any{"old": totalsMap(both.Base), "new": totalsMap(both.New)}
	env := exprlang.NewEnv()
	for name, value := range values {
		env.Var(name, exprlang.TypeOf(value))
	}
	program, err := exprlang.Compile(source, env)
	if err != nil {
		return "", requireError(source, err)
	}
	if !program.IsBool() {
		return "", usage(fmt.Sprintf("--require %s: it is no condition", source), "compare something: new.cost.total <= 1.2 * old.cost.total")
	}
	result, err := program.Run(values)
	if err != nil {
		return "", requireError(source, err)
	}
	if result == true {
		return "", nil
	}
	return "--require does not hold: " + source, nil
}

func requireError(source string, err error) error {
	hint := ""
	var e *exprlang.Error
	if errors.As(err, &e) {
		hint = e.Hint
	}
	return usage(fmt.Sprintf("--require %s: %v", source, err), hint)
}

// totalsMap is a side as expressions see it. What is unknown is no name, so
// that asking for it is an error and not a pass.
func totalsMap(t compare.Totals) map[string]any {
	m := map[string]any{
		"cases":   countsMap(t.Cases),
		"samples": countsMap(t.Samples),
		"tokens":  map[string]any{"input": t.InputTokens, "output": t.OutputTokens},
	}
	metrics := map[string]any{}
	for name, mean := range t.Metrics {
		metrics[name] = map[string]any{"mean": mean}
	}
	m["metrics"] = metrics
	if t.CostUSD != nil {
		m["cost"] = map[string]any{"total": *t.CostUSD}
	}
	if t.LatencyMS != nil {
		m["latency"] = map[string]any{"mean": time.Duration(record.Duration(*t.LatencyMS))}
	}
	return m
}

func countsMap(c compare.Counts) map[string]any {
	m := map[string]any{"pass": c.Pass, "fail": c.Fail, "error": c.Error, "skip": c.Skip}
	if c.PassRate != nil {
		m["pass_rate"] = *c.PassRate
	}
	return m
}
