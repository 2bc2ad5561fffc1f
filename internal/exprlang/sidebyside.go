package exprlang

import (
	"strings"

	"github.com/expr-lang/expr/ast"
)

// sideBySide looks at values side by side: it shortens them around the place
// that matters, and notes where they differ.
func (e *explainer) sideBySide(n ast.Node) {
	switch n := n.(type) {
	case *ast.MemberNode:
		e.memberSideBySide(n)
	case *ast.BinaryNode:
		if e.slot(n).seen {
			e.operandsSideBySide(n)
		}
	}
}

// memberSideBySide shows, of a long map, the key that is asked for.
func (e *explainer) memberSideBySide(n *ast.MemberNode) {
	m, isMap := e.slot(n.Node).value.(map[string]any)
	key, isName := n.Property.(*ast.StringNode)
	if !isMap || !isName || len(m) < 2 {
		return
	}
	v, ok := m[key.Value]
	if full := e.render(m, partWidth); !ok || len(full) <= ownerWidth {
		return
	}
	w := &renderer{left: ownerWidth}
	w.write("{" + quoteMiddle(key.Value, 40) + ": ")
	w.value(v, 2)
	w.write(", …}")
	e.views[n.Node] = w.String()
}

// maxSearches bounds the texts of one expression that are searched for what is
// nearest to another: each takes milliseconds.
const maxSearches = 20

func (e *explainer) nearestPart(s, part string) int {
	if e.searches--; e.searches < 0 {
		return 0
	}
	return nearestPart(s, part)
}

// ownerWidth is how long a map may be that is shown whole, though only one of
// its keys is asked for.
const ownerWidth = 48

func (e *explainer) operandsSideBySide(b *ast.BinaryNode) {
	left, right := e.operand(b.Left), e.operand(b.Right)
	s, okS := left.(string)
	t, okT := right.(string)
	switch {
	case okS && okT:
		e.stringsSideBySide(b, s, t)
	case b.Operator == "in" && okS && e.slot(b).value == false:
		if note := alikeIn(s, right); note != "" {
			e.notes[b] = []string{note}
		}
	case b.Operator == "==" && e.slot(b).value == false:
		if place := firstDifference(left, right); place != "" {
			e.notes[b] = []string{"they differ at " + place}
		}
	}
}

// operand is the value of an operand, also where it is a literal.
func (e *explainer) operand(n ast.Node) any {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value
	case *ast.MapNode, *ast.ArrayNode:
		v, _ := Literal(n)
		return v
	}
	return e.slot(n).value
}

// Literal is the value of a node that is a literal, or a list or map of
// literals alone.
func Literal(n ast.Node) (v any, ok bool) {
	switch n := n.(type) {
	case *ast.NilNode:
		return nil, true
	case *ast.IntegerNode:
		return n.Value, true
	case *ast.FloatNode:
		return n.Value, true
	case *ast.BoolNode:
		return n.Value, true
	case *ast.StringNode:
		return n.Value, true
	case *ast.ArrayNode:
		list := make([]any, len(n.Nodes))
		for i, item := range n.Nodes {
			if list[i], ok = Literal(item); !ok {
				return nil, false
			}
		}
		return list, true
	case *ast.MapNode:
		return literalMap(n)
	}
	return nil, false
}

func literalMap(n *ast.MapNode) (any, bool) {
	m := map[string]any{}
	for _, item := range n.Pairs {
		pair, isPair := item.(*ast.PairNode)
		if !isPair {
			return nil, false
		}
		key, isName := pair.Key.(*ast.StringNode)
		v, ok := Literal(pair.Value)
		if !ok || !isName {
			return nil, false
		}
		m[key.Value] = v
	}
	return m, true
}

func (e *explainer) stringsSideBySide(b *ast.BinaryNode, s, t string) {
	at := 0
	if note := alike(b.Operator, s, t); note != "" {
		defer func() { e.notes[b] = append([]string{note}, e.notes[b]...) }()
	}
	switch b.Operator {
	case "==", "!=":
		at = commonPrefix(s, t)
		e.views[b.Right] = window(t, at, partWidth)
		if strings.Contains(s, "\n") && strings.Contains(t, "\n") && s != t {
			e.notes[b] = append([]string{"--- " + e.nameOf(b.Left), "+++ " + e.nameOf(b.Right)}, diffLines(s, t)...)
		}
	case "contains":
		at = e.nearestPart(s, t)
	case "matches":
		at = e.nearestPart(s, longestLiteral(t))
	case "startsWith":
		at = min(commonPrefix(s, t), len(s))
	case "endsWith":
		at = len(s)
	default:
		return
	}
	e.views[b.Left] = window(s, at, partWidth)
}
