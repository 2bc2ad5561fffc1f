package exprlang

import "github.com/expr-lang/expr/ast"

// probes are the places of a traced tree whose values are recorded. The
// probes inside of a predicate's body have consecutive numbers.
type probes struct {
	number map[ast.Node]int // of the checked tree's nodes
	bodies map[*ast.PredicateNode]body
}

// body is the probes of a predicate's body: first up to, not including, end.
type body struct{ first, end int }

func newProbes() *probes {
	return &probes{number: map[ast.Node]int{}, bodies: map[*ast.PredicateNode]body{}}
}

// next is the number that the next probe gets.
func (p *probes) next() int {
	if p == nil {
		return 0
	}
	return len(p.number)
}

// probed rewrites a node and records its value in the run.
func (r *rewriter) probed(n ast.Node) ast.Node {
	if !probeable(n) {
		return r.copy(n)
	}
	c := r.copy(n)
	id, shared := r.probes.number[n]
	if !shared { // 1 < x < 3 has one node for x, below two parents
		id = r.probes.next()
		r.probes.number[n] = id
	}
	if p, ok := n.(*ast.PointerNode); ok && p.Name == "" {
		return r.call(n, func(f *frame, args []any) (any, error) {
			f.record.slots[id] = slot{seen: true, value: args[0], element: true, index: args[1].(int)}
			return args[0], nil
		}, c, &ast.PointerNode{Name: "index"})
	}
	bodies := r.bodiesOf(n)
	return r.call(n, func(f *frame, args []any) (any, error) {
		for _, b := range bodies {
			f.record.close(b)
		}
		f.record.slots[id] = slot{seen: true, value: args[0], reason: f.record.reason}
		f.record.reason = nil
		return args[0], nil
	}, c)
}

// bodiesOf are the bodies of a function's predicates.
func (r *rewriter) bodiesOf(n ast.Node) []body {
	var bodies []body
	if call, ok := n.(*ast.BuiltinNode); ok {
		for _, arg := range call.Arguments {
			if p, ok := arg.(*ast.PredicateNode); ok {
				bodies = append(bodies, r.probes.bodies[p])
			}
		}
	}
	return bodies
}

// probeable reports whether a node has a value that its source does not show.
func probeable(n ast.Node) bool {
	switch n.(type) {
	case *ast.IdentifierNode, *ast.PointerNode, *ast.MemberNode, *ast.ChainNode, *ast.SliceNode,
		*ast.CallNode, *ast.BuiltinNode, *ast.BinaryNode, *ast.UnaryNode:
		return !isConstant(n)
	}
	return false
}

// isConstant reports whether a node is a literal, or made of literals alone.
func isConstant(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.NilNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.StringNode, *ast.BytesNode:
		return true
	case *ast.UnaryNode:
		return isConstant(n.Node)
	case *ast.BinaryNode:
		return isConstant(n.Left) && isConstant(n.Right)
	case *ast.BuiltinNode:
		return n.Name == "duration" && len(n.Arguments) == 1 && isConstant(n.Arguments[0])
	}
	return false
}

// decisive is the value of its predicate at which a function is decided, or,
// where it looks at all elements, the one that explains its result best.
var decisive = map[string]bool{
	"all": false, "filter": false, "count": false,
	"any": true, "none": true, "one": true,
	"find": true, "findIndex": true, "findLast": true, "findLastIndex": true,
}

// slotsPerStep is how many slots are cleared in one step.
const slotsPerStep = 64

// turns makes the record keep, of all turns of a predicate's body, the one
// that decided. node is the rewritten body.
func (r *rewriter) turns(function string, p *ast.PredicateNode, node ast.Node, first int) ast.Node {
	b, shared := r.probes.bodies[p]
	if !shared {
		b = body{first, r.probes.next()}
		r.probes.bodies[p] = b
	}
	decides, hasDecisive := decisive[function]
	begin := r.call(node, func(f *frame, _ []any) (any, error) {
		clear(f.record.slots[b.first:b.end])
		return nil, f.work((b.end - b.first) / slotsPerStep)
	})
	return r.call(node, func(f *frame, args []any) (any, error) {
		f.record.turn(b, hasDecisive && args[1] == decides)
		return args[1], nil
	}, begin, node)
}
