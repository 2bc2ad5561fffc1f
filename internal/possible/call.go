package possible

import (
	"slices"

	"github.com/expr-lang/expr/ast"
)

// conditions are the functions whose predicate is a condition; of them these
// give true or false, or a count.
var conditions = []string{"all", "none", "any", "one", "count", "filter", "find", "findIndex", "findLast", "findLastIndex"}

// safe are functions that give a result for every argument that their types
// allow.
var safe = []string{"len", "lower", "upper", "trim", "words", "lines", "normalize", "is_json", "abs", "ceil", "floor", "round", "type", "string"}

// call is what a function gives.
func (j *judge) call(n ast.Node, args []ast.Node, name string, under *assumption) value {
	if slices.Contains(conditions, name) && len(args) > 0 {
		return j.predicate(n, args, name, under)
	}
	var values []value
	for _, arg := range args {
		if p, ok := arg.(*ast.PredicateNode); ok {
			j.body(p, under)
			continue
		}
		values = append(values, j.eval(arg, under))
	}
	if c, ok := n.(*ast.CallNode); ok && name == "" {
		if m, isMethod := c.Callee.(*ast.MemberNode); isMethod {
			j.eval(m.Node, under)
		}
	}
	out := j.result(n, name, values)
	if name == "len" && len(args) == 1 && j.isEmpty(args[0]) {
		out.span = span{}
	}
	if r, ok := j.facts.Calls[name]; ok {
		out = out.within(r)
	}
	if r, ok := j.facts.Terms[j.key(n)]; ok {
		out = out.within(r)
	}
	return out
}

// result is what a function gives for its arguments.
func (j *judge) result(n ast.Node, name string, args []value) value {
	out := typed(n.Nature())
	takes := stringKind
	switch name {
	case "len":
		takes = stringKind | otherKind
		out = value{kinds: numberKind, whole: true, span: span{low: 0, high: everything.high}}
	case "abs":
		takes = numberKind
		out = out.within(NotNegative)
	case "indexOf", "lastIndexOf":
		out = out.within(Range{Min: -1, Max: everything.high})
	case "lower", "upper", "trim":
		if len(args) == 1 {
			out = value{kinds: stringKind, fixed: j.fixedBy(name, args[0])}
		}
	}
	if f := j.facts.Fixed[name]; f != nil && len(args) == 1 {
		out = value{kinds: stringKind, fixed: []fixed{{name: name, apply: f}}}
	}
	if !slices.Contains(safe, name) {
		j.mayFail(n)
	}
	for _, v := range args {
		if v.dead() {
			return nothing
		}
		if v.kinds&^takes != 0 && name != "type" && name != "string" {
			j.mayFail(n)
		}
	}
	return out
}

// fixedBy are the functions that do not change what lower, upper or trim
// gives.
func (j *judge) fixedBy(name string, of value) []fixed {
	kept := func(names ...string) []fixed {
		return slices.DeleteFunc(slices.Clone(of.fixed), func(f fixed) bool { return !slices.Contains(names, f.name) })
	}
	switch name {
	case "lower":
		return append(kept("trim"), lower)
	case "upper":
		return append(kept("trim"), upper)
	}
	return append(kept("lower", "upper"), trim)
}

// predicate is a function that asks a condition of each element.
func (j *judge) predicate(n ast.Node, args []ast.Node, name string, under *assumption) value {
	list := j.eval(args[0], under)
	if list.kinds&^otherKind != 0 {
		j.mayFail(args[0])
	}
	body := truth(true, true)
	if len(args) > 1 {
		if p, ok := args[1].(*ast.PredicateNode); ok {
			body = j.condition(p.Node, j.body(p, under))
		}
	}
	if j.isEmpty(args[0]) {
		body = nothing
	}
	switch name {
	case "any":
		return truth(body.yes, true)
	case "all":
		return truth(true, body.no)
	case "none":
		return truth(true, body.yes)
	case "one":
		return truth(body.yes, true)
	case "count":
		out := value{kinds: numberKind, whole: true, span: span{low: 0, high: everything.high}}
		if !body.yes {
			out.span.high = 0
		}
		return out
	}
	j.mayFail(n)
	return typed(n.Nature())
}

// body is what the body of a predicate gives for an element. What is assumed
// of an element outside is of another one.
func (j *judge) body(p *ast.PredicateNode, under *assumption) value {
	j.depth++
	v := j.eval(p.Node, under.barred())
	j.depth--
	return v
}

// constant evaluates a part that uses nothing but constants.
func (j *judge) constant(n ast.Node) (value, bool) {
	switch n := n.(type) {
	case *ast.NilNode:
		return constant(nil), true
	case *ast.BoolNode:
		return constant(n.Value), true
	case *ast.IntegerNode:
		return constant(n.Value), true
	case *ast.FloatNode:
		return constant(n.Value), true
	case *ast.StringNode:
		return constant(n.Value), true
	case *ast.IdentifierNode, *ast.ArrayNode, *ast.MapNode:
		return value{}, false
	}
	if v, ok := j.constants[n]; ok {
		return v, !v.dead()
	}
	out := nothing
	if j.isConstant(n) {
		result, err := j.program.Constant(n)
		switch {
		case err != nil:
			j.mayFail(n)
		case kindOf(result) != otherKind:
			out = constant(result)
		}
	}
	j.constants[n] = out
	return out, !out.dead()
}

// computed are the functions that are evaluated where all that they are
// given is constant: those whose work is small.
var computed = []string{"duration", "len", "lower", "upper", "trim", "abs", "ceil", "floor", "round", "int", "float", "max", "min"}

// isConstant tells whether a part is an operator or one of the functions
// above on constants.
func (j *judge) isConstant(n ast.Node) bool {
	if j.spent() {
		return false
	}
	switch n := n.(type) {
	case *ast.NilNode, *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode, *ast.StringNode:
		return true
	case *ast.UnaryNode:
		return j.isConstant(n.Node)
	case *ast.BinaryNode:
		return n.Operator != ".." && n.Operator != "matches" && j.isConstant(n.Left) && j.isConstant(n.Right)
	case *ast.BuiltinNode:
		return slices.Contains(computed, n.Name) && !slices.ContainsFunc(n.Arguments, func(a ast.Node) bool { return !j.isConstant(a) })
	}
	return false
}
