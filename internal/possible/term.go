package possible

import (
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/evalrun/evalrun/internal/exprlang"
)

// maxKey bounds the text of a term.
const maxKey = 500

// pointer begins the element of a list in a term.
const pointer = "#"

// key is the text of a part that has one value wherever it stands in the
// expression: equal keys mean equal values. It is "" where that is not so.
func (j *judge) key(n ast.Node) string {
	if k, ok := j.keys[n]; ok {
		return k
	}
	k := j.spell(n)
	if len(k) > maxKey {
		k = ""
	}
	j.keys[n] = k
	return k
}

func (j *judge) spell(n ast.Node) string {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return j.spellName(n.Value)
	case *ast.PointerNode:
		return pointer + strconv.Itoa(j.depth) + n.Name
	case *ast.StringNode:
		return strconv.Quote(n.Value)
	case *ast.IntegerNode:
		return strconv.FormatFloat(float64(n.Value), 'g', -1, 64)
	case *ast.FloatNode:
		return strconv.FormatFloat(n.Value, 'g', -1, 64)
	case *ast.BoolNode:
		return strconv.FormatBool(n.Value)
	case *ast.NilNode:
		return "nil"
	case *ast.ChainNode:
		return j.key(n.Node)
	case *ast.MemberNode:
		return j.spellMember(n)
	case *ast.UnaryNode:
		return j.join(n.Operator+"(", n.Node)
	case *ast.BinaryNode:
		return j.join(n.Operator+"(", n.Left, n.Right)
	case *ast.BuiltinNode:
		return j.spellCall(n.Name, n.Arguments)
	case *ast.CallNode:
		if name := callName(n); name != "" {
			return j.spellCall(name, n.Arguments)
		}
	case *ast.ArrayNode:
		return j.join("[(", n.Nodes...)
	}
	return ""
}

// spellName is a top-level name, or what a variable of let stands for.
func (j *judge) spellName(name string) string {
	for i := len(j.locals) - 1; i >= 0; i-- {
		if j.locals[i].name == name {
			return j.locals[i].key
		}
	}
	return name
}

func (j *judge) spellMember(n *ast.MemberNode) string {
	of := j.key(n.Node)
	if of == "" || n.Method {
		return ""
	}
	if name, ok := n.Property.(*ast.StringNode); ok {
		return of + "." + strconv.Quote(name.Value)
	}
	return j.join(of+".(", n.Property)
}

// spellCall is a call; that of now differs each time, and a predicate is not
// compared.
func (j *judge) spellCall(name string, args []ast.Node) string {
	if name == "now" {
		return ""
	}
	return j.join(name+"(", args...)
}

// join spells parts behind a beginning that ends in a bracket.
func (j *judge) join(begin string, parts ...ast.Node) string {
	var b strings.Builder
	b.WriteString(begin)
	for i, p := range parts {
		k := j.key(p)
		if k == "" || b.Len() > maxKey {
			return ""
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(k)
	}
	b.WriteByte(')')
	return b.String()
}

// mayBeNaN tells whether a number can be none, which equals nothing: what
// text is read as can be.
func (j *judge) mayBeNaN(n ast.Node) bool {
	found := false
	exprlang.Inspect(n, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.BuiltinNode:
			found = found || n.Name == "float" || n.Name == "fromJSON" || n.Name == "mean" || n.Name == "median" || n.Name == "sum"
		case *ast.CallNode:
			found = found || callName(n) == "" || callName(n) == "float"
		case *ast.BinaryNode:
			found = found || strings.Contains("/ % ** ^", n.Operator)
		}
	})
	return found
}
