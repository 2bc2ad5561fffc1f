package summary

import (
	"github.com/expr-lang/expr/ast"

	"github.com/evalrun/evalrun/internal/exprlang"
)

// rates are the members of a gate's numbers that are shares, between 0 and 1.
var rates = map[string]bool{
	"pass_rate": true, "coverage": true,
	"corrected": true, "corrected_low": true, "corrected_high": true,
	"accuracy": true, "macro_f1": true, "precision": true, "recall": true, "f1": true,
}

// GateConstants says what of a gate no run changes: whether it uses none of
// the run's numbers, and its comparisons of a rate with a number above 1. The
// error is that of CheckGate.
func GateConstants(expr string, scope GateScope) (constant bool, shares []exprlang.SourceRange, err error) {
	program, err := compileGate(expr, newGateEnv(scope))
	if err != nil {
		return false, nil, err
	}
	constant = !program.Uses(by)
	for name := range gateNumbers {
		constant = constant && !program.Uses(name)
	}
	shares = program.SharesAboveOne(func(n ast.Node) bool { return exprlang.IsMember(n, rates) })
	return constant, shares, nil
}
