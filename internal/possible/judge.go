package possible

import (
	"github.com/expr-lang/expr/ast"

	"github.com/evalrun/evalrun/internal/exprlang"
)

// maxSteps bounds the work on one expression: what takes more stays open.
const maxSteps = 20_000

// judge looks at one expression. What it finds out about a part holds under
// the assumptions that it is given.
type judge struct {
	program *exprlang.Program
	facts   *Facts
	// locals are the variables that let has declared, the innermost last.
	locals []local
	depth  int // predicates around the part
	steps  int
	keys   map[ast.Node]string
	// constants are the values of parts that use nothing.
	constants map[ast.Node]value
	// fails is the first part that was found that can fail in a run.
	fails ast.Node
	// places tells where parts stand, once that is asked.
	places func(ast.Node) (offset, length int)
	// decided are comparisons that are always or never true by themselves.
	decided map[ast.Node]bool
}

// local is a variable of let: its value, and the key of the term that it
// stands for.
type local struct {
	name, key string
	value     value
}

// spent counts a step and tells whether they are used up.
func (j *judge) spent() bool {
	j.steps++
	return j.steps > maxSteps
}

// mayFail notes that a part can fail in a run.
func (j *judge) mayFail(n ast.Node) {
	if j.fails == nil {
		j.fails = n
	}
}

// eval is what a part can be under assumptions.
func (j *judge) eval(n ast.Node, under *assumption) value {
	if j.spent() {
		j.mayFail(n)
		return anything()
	}
	if v, ok := j.constant(n); ok {
		return v
	}
	v := j.part(n, under)
	if key := j.key(n); key != "" && under != nil {
		if a := under.of(key); a != nil {
			v = v.meet(a.value)
		}
	}
	return v
}

// part is eval without what is assumed of the part itself.
func (j *judge) part(n ast.Node, under *assumption) value {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return j.name(n)
	case *ast.UnaryNode:
		return j.unary(n, under)
	case *ast.BinaryNode:
		return j.binary(n, under)
	case *ast.ChainNode:
		v := j.eval(n.Node, under)
		v.kinds |= nilKind
		if v.only != nil {
			v.only = append(v.only[:len(v.only):len(v.only)], nil)
		}
		return v
	case *ast.MemberNode:
		return j.member(n, under)
	case *ast.CallNode:
		return j.call(n, n.Arguments, callName(n), under)
	case *ast.BuiltinNode:
		return j.call(n, n.Arguments, n.Name, under)
	case *ast.ConditionalNode:
		return j.conditional(n, under)
	case *ast.VariableDeclaratorNode:
		return j.let(n, under)
	case *ast.SequenceNode:
		var last value
		for _, c := range n.Nodes {
			last = j.eval(c, under)
		}
		return last
	case *ast.ArrayNode:
		for _, c := range n.Nodes {
			j.eval(c, under)
		}
		return value{kinds: otherKind}
	case *ast.PointerNode:
		return typed(n.Nature())
	}
	j.mayFail(n)
	return typed(n.Nature())
}

// callName is the name of the function that is called, "" for a method.
func callName(n *ast.CallNode) string {
	if id, ok := n.Callee.(*ast.IdentifierNode); ok {
		return id.Value
	}
	return ""
}

// name is a variable of let or a top-level name.
func (j *judge) name(n *ast.IdentifierNode) value {
	for i := len(j.locals) - 1; i >= 0; i-- {
		if j.locals[i].name == n.Value {
			return j.locals[i].value
		}
	}
	v := typed(n.Nature())
	if j.facts.Nil[n.Value] {
		v.kinds |= nilKind
	}
	if j.facts.Unsure[n.Value] {
		j.mayFail(n)
	}
	if r, ok := j.facts.Terms[n.Value]; ok {
		v = v.within(r)
	}
	return j.not(v, Member{Name: n.Value})
}

// not takes away what a name or member never is.
func (j *judge) not(v value, m Member) value {
	for _, c := range j.facts.Never[m] {
		v = v.without(c)
	}
	return v
}

// isEmpty tells whether a part is a list without elements.
func (j *judge) isEmpty(n ast.Node) bool {
	id, ok := n.(*ast.IdentifierNode)
	return ok && j.facts.Empty[id.Value] && !j.isLocal(id.Value)
}

func (j *judge) let(n *ast.VariableDeclaratorNode, under *assumption) value {
	v := j.eval(n.Value, under)
	j.locals = append(j.locals, local{name: n.Name, key: j.key(n.Value), value: v})
	out := j.eval(n.Expr, under)
	j.locals = j.locals[:len(j.locals)-1]
	return out
}

func (j *judge) unary(n *ast.UnaryNode, under *assumption) value {
	v := j.eval(n.Node, under)
	switch n.Operator {
	case "!", "not":
		v = j.condition(n.Node, v)
		return truth(v.no, v.yes)
	case "-":
		v = v.restrict(numberKind | durationKind)
		return value{kinds: v.kinds, span: v.span.negate(), whole: v.whole}.tidy()
	}
	j.mayFail(n)
	return typed(n.Nature())
}

// condition is a value where true or false is needed.
func (j *judge) condition(n ast.Node, v value) value {
	if v.kinds&^boolKind != 0 {
		j.mayFail(n)
	}
	return v.restrict(boolKind)
}

func (j *judge) conditional(n *ast.ConditionalNode, under *assumption) value {
	c := j.condition(n.Cond, j.eval(n.Cond, under))
	out := nothing
	if then, ok := j.assume(n.Cond, true, under); ok && c.yes {
		out = j.eval(n.Exp1, then)
	}
	if otherwise, ok := j.assume(n.Cond, false, under); ok && c.no {
		out = out.join(j.eval(n.Exp2, otherwise))
	}
	return out
}

// member is a part of a map or list.
func (j *judge) member(n *ast.MemberNode, under *assumption) value {
	if j.eval(n.Node, under).dead() {
		return nothing
	}
	v := typed(n.Nature())
	key, isName := n.Property.(*ast.StringNode)
	if !isName {
		j.eval(n.Property, under)
		j.mayFail(n)
		if j.isEmpty(n.Node) {
			return nothing
		}
		v.kinds |= nilKind
		return v
	}
	m := Member{Of: exprlang.ShapeOf(n.Node), Name: key.Value}
	if !j.facts.Sure[m] && !j.complete(n.Node) {
		j.mayFail(n)
		v.kinds |= nilKind
	}
	if r, ok := j.facts.Members[m]; ok {
		v = v.within(r)
	}
	return j.not(v, m)
}

// complete tells whether a map lacks none of the members of its type.
func (j *judge) complete(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return j.facts.Complete[n.Value] && !j.isLocal(n.Value)
	case *ast.MemberNode:
		return !n.Optional && j.complete(n.Node)
	}
	return false
}

func (j *judge) isLocal(name string) bool {
	for _, l := range j.locals {
		if l.name == name {
			return true
		}
	}
	return false
}
