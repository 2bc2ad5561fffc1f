package exprlang

import (
	"slices"

	"github.com/expr-lang/expr/ast"
)

// SourceRange is a part of an expression's source: where it begins and how long it
// is, in bytes.
type SourceRange struct{ Offset, Length int }

// SharesAboveOne lists the comparisons of a share with a number above 1, such
// as pass_rate >= 95: no share is that large, so each has one outcome. isShare
// reports whether a node is a share, between 0 and 1.
func (p *Program) SharesAboveOne(isShare func(ast.Node) bool) []SourceRange {
	var found []SourceRange
	var spans *spans // few expressions need it
	Inspect(p.checked, func(n ast.Node) {
		b, ok := n.(*ast.BinaryNode)
		if !ok || !orders[b.Operator] {
			return
		}
		if isShare(b.Left) && aboveOne(b.Right) || isShare(b.Right) && aboveOne(b.Left) {
			if spans == nil {
				spans = newSpans(p.source)
			}
			at := spans.whole(b)
			found = append(found, SourceRange{at.from, at.to - at.from})
		}
	})
	return found
}

// orders are the operators that compare two numbers.
var orders = map[string]bool{"<": true, "<=": true, ">": true, ">=": true, "==": true, "!=": true}

// aboveOne reports whether a node is a literal number above 1.
func aboveOne(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.IntegerNode:
		return n.Value > 1
	case *ast.FloatNode:
		return n.Value > 1
	}
	return false
}

// IsCallOf reports whether a node calls a function of one of the names.
func IsCallOf(n ast.Node, names map[string]bool) bool {
	call, ok := n.(*ast.CallNode)
	if !ok {
		return false
	}
	callee, ok := call.Callee.(*ast.IdentifierNode)
	return ok && names[callee.Value]
}

// IsMember reports whether a node is a member of one of the names, such as
// cases.pass_rate.
func IsMember(n ast.Node, names map[string]bool) bool {
	m, ok := n.(*ast.MemberNode)
	if !ok {
		return false
	}
	name, ok := m.Property.(*ast.StringNode)
	return ok && names[name.Value]
}

// IsShare reports whether the expression gives a number between 0 and 1
// whatever it is asked about: what one of the functions gives, a number in
// between, one of such numbers, their product, or 1 less such a number.
func (p *Program) IsShare(functions map[string]bool) bool { return isShare(p.checked, functions) }

func isShare(n ast.Node, functions map[string]bool) bool {
	all := func(nodes ...ast.Node) bool {
		return len(nodes) > 0 && !slices.ContainsFunc(nodes, func(n ast.Node) bool { return !isShare(n, functions) })
	}
	switch n := n.(type) {
	case *ast.IntegerNode:
		return n.Value == 0 || n.Value == 1
	case *ast.FloatNode:
		return n.Value >= 0 && n.Value <= 1
	case *ast.ConditionalNode:
		return all(n.Exp1, n.Exp2)
	case *ast.BinaryNode:
		one, isInteger := n.Left.(*ast.IntegerNode)
		return n.Operator == "*" && all(n.Left, n.Right) || n.Operator == "-" && isInteger && one.Value == 1 && all(n.Right)
	case *ast.BuiltinNode:
		return extremes[n.Name] && all(n.Arguments...)
	case *ast.CallNode:
		return IsCallOf(n, functions) || IsCallOf(n, extremes) && all(n.Arguments...)
	}
	return false
}

// extremes give one of their arguments.
var extremes = map[string]bool{"min": true, "max": true}
