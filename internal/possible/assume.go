package possible

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/evalrun/evalrun/internal/exprlang"
)

// assumption is what is known of a term because a condition around it was
// true or false. They form a list, the newest first.
type assumption struct {
	next  *assumption
	key   string
	value value
	// from is the comparison that says so.
	from ast.Node
	// bar ends what is known of the elements of lists.
	bar bool
}

// of finds what is assumed of a term.
func (a *assumption) of(key string) *assumption {
	element := strings.Contains(key, pointer)
	for ; a != nil; a = a.next {
		switch {
		case a.bar && element:
			return nil
		case a.key == key && !a.bar:
			return a
		}
	}
	return nil
}

// barred are the assumptions as the body of a predicate may use them.
func (a *assumption) barred() *assumption { return &assumption{next: a, bar: true} }

// assume adds what follows from a condition being true or false. It tells
// whether that can be.
func (j *judge) assume(n ast.Node, want bool, under *assumption) (*assumption, bool) {
	if j.spent() {
		return under, true
	}
	switch n := n.(type) {
	case *ast.UnaryNode:
		if n.Operator == "!" || n.Operator == "not" {
			return j.assume(n.Node, !want, under)
		}
	case *ast.BinaryNode:
		switch n.Operator {
		case "&&", "and":
			return j.assumeBoth(n, true, want, under)
		case "||", "or":
			return j.assumeBoth(n, false, want, under)
		}
		out, ok := j.assumeComparison(n, want, under)
		if !ok {
			return out, false
		}
		return j.note(n, n, constant(want), out)
	}
	return j.note(n, n, constant(want), under)
}

// assumeBoth takes both sides of && that is true, or of || that is false. Of
// the other two something follows only where one side is decided.
func (j *judge) assumeBoth(n *ast.BinaryNode, and, want bool, under *assumption) (*assumption, bool) {
	if and != want {
		return under, true
	}
	out, ok := j.assume(n.Left, want, under)
	if !ok {
		return out, false
	}
	return j.assume(n.Right, want, out)
}

// note adds that a part has a value; false where it cannot.
func (j *judge) note(from, of ast.Node, v value, under *assumption) (*assumption, bool) {
	key := j.key(of)
	if key == "" {
		return under, !v.dead()
	}
	if a := under.of(key); a != nil {
		v = v.meet(a.value)
	}
	return &assumption{next: under, key: key, value: v, from: from}, !v.dead()
}

// negated are the operators that hold where others do not.
var negated = map[string]string{"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}

// mirrored are the operators with their sides changed.
var mirrored = map[string]string{"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}

// assumeComparison narrows both sides of a comparison.
func (j *judge) assumeComparison(n *ast.BinaryNode, want bool, under *assumption) (*assumption, bool) {
	if n.Operator == "in" {
		return j.assumeIn(n, want, under)
	}
	operator := n.Operator
	if !want {
		ordered := operator != "==" && operator != "!="
		if ordered && (j.mayBeNaN(n.Left) || j.mayBeNaN(n.Right)) {
			return under, true
		}
		operator = negated[operator]
	}
	if operator == "" || mirrored[operator] == "" {
		return under, true
	}
	left, right := j.eval(n.Left, under), j.eval(n.Right, under)
	out, ok := j.note(n, n.Left, left.narrow(operator, right), under)
	if !ok {
		return out, false
	}
	return j.note(n, n.Right, right.narrow(mirrored[operator], left), out)
}

// narrow is the value where it stands so to another one.
func (v value) narrow(operator string, other value) value {
	switch operator {
	case "==":
		if v.only == nil && other.only == nil {
			other.not, other.fixed = nil, nil
		}
		return v.meet(other)
	case "!=":
		if len(other.only) == 1 {
			return v.without(other.only[0])
		}
		return v
	}
	const ordered = numberKind | stringKind | durationKind
	v = v.restrict(other.kinds & ordered)
	if v.kinds&stringKind != 0 {
		return v
	}
	equal := len(operator) == 2
	if operator[0] == '<' {
		v.span = v.span.meet(other.span.below(equal))
	} else {
		v.span = v.span.meet(other.span.above(equal))
	}
	return v.tidy()
}

// assumeIn narrows what is, or is not, in a list of constants.
func (j *judge) assumeIn(n *ast.BinaryNode, want bool, under *assumption) (*assumption, bool) {
	list, ok := n.Right.(*ast.ArrayNode)
	if !ok || len(list.Nodes) > maxSet {
		return under, true
	}
	v := j.eval(n.Left, under)
	var members []any
	for _, item := range list.Nodes {
		c, literal := exprlang.Literal(item)
		if !literal || kindOf(c) == otherKind {
			return under, true
		}
		members = append(members, c)
	}
	if !want {
		for _, c := range members {
			v = v.without(c)
		}
		return j.note(n, n.Left, v, under)
	}
	if v.only == nil {
		v.only = members
	} else {
		v.only = slices.DeleteFunc(slices.Clone(v.only), func(c any) bool {
			return !slices.ContainsFunc(members, func(m any) bool { return exprlang.Equal(m, c) })
		})
	}
	return j.note(n, n.Left, v.tidy(), under)
}
