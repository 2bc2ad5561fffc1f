package exprlang

import (
	"github.com/expr-lang/expr/ast"
)

// Compare applies a comparing operator to two values as a run does: ==, !=,
// <, <=, >, >=, in, contains, startsWith, endsWith, matches. ok is false where
// that is an error.
func Compare(operator string, a, b any) (result, ok bool) {
	if operator == "matches" {
		return compareMatches(a, b)
	}
	op := operators[operator]
	if op == nil {
		return false, false
	}
	v, err := op(nil, a, b)
	result, ok = v.(bool)
	return result, ok && err == nil
}

func compareMatches(a, b any) (result, ok bool) {
	if a == nil || b == nil {
		return false, true
	}
	text, okText := a.(string)
	source, okSource := b.(string)
	if !okText || !okSource {
		return false, false
	}
	p, err := compilePattern(source)
	if err != nil {
		return false, false
	}
	return p.MatchString(text), true
}

// ShapeOf is the Shape of a part's type.
func ShapeOf(n ast.Node) string { return Shape(natureType{*n.Nature()}) }
