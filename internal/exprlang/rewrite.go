package exprlang

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/checker/nature"
	"github.com/expr-lang/expr/conf"

	"github.com/evalrun/evalrun/internal/wording"
)

// rewriter makes the tree that is compiled from the tree that was parsed and
// type-checked, which it leaves as it is. It puts calls of our own functions
// where expr-lang would be silent, unbounded or unclear. Their last argument
// is always $env, the frame of the run: pushed last, it is never left behind
// on the stack by a ?. that jumps out of the arguments before it.
type rewriter struct {
	source    string
	env       *Env
	functions conf.FunctionsTable
	locals    []string
	loops     int  // predicates around the node
	soft      bool // the node's missing keys are nil: it is left of ??
	probes    *probes
}

// operation is a function of a rewritten tree: its arguments without the
// frame.
type operation func(f *frame, args []any) (any, error)

// rewrite copies a node and all below it, with a probe where they are asked
// for.
func (r *rewriter) rewrite(n ast.Node) ast.Node {
	if r.probes == nil {
		return r.copy(n)
	}
	return r.probed(n)
}

func (r *rewriter) copy(n ast.Node) ast.Node {
	soft := r.soft
	r.soft = false
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return r.identifier(n)
	case *ast.UnaryNode:
		return r.unary(n)
	case *ast.BinaryNode:
		return r.binary(n)
	case *ast.ChainNode:
		c := *n
		c.Node = r.softly(n.Node, soft)
		return &c
	case *ast.MemberNode:
		return r.member(n, soft)
	case *ast.SliceNode:
		return r.slice(n)
	case *ast.FloatNode:
		return r.literal(n)
	case *ast.CallNode:
		return r.function(n)
	case *ast.BuiltinNode:
		return r.builtin(n)
	case *ast.ConditionalNode:
		c := *n
		c.Cond, c.Exp1, c.Exp2 = r.condition(n.Cond), r.rewrite(n.Exp1), r.rewrite(n.Exp2)
		return &c
	case *ast.VariableDeclaratorNode:
		c := *n
		c.Value = r.rewrite(n.Value)
		r.locals = append(r.locals, n.Name)
		c.Expr = r.rewrite(n.Expr)
		r.locals = r.locals[:len(r.locals)-1]
		return &c
	}
	return r.container(n)
}

// container copies the nodes that only hold others, and the literals.
func (r *rewriter) container(n ast.Node) ast.Node {
	switch n := n.(type) {
	case *ast.SequenceNode:
		c := *n
		c.Nodes = r.list(n.Nodes)
		return &c
	case *ast.ArrayNode:
		c := *n
		c.Nodes = r.list(n.Nodes)
		return &c
	case *ast.MapNode:
		c := *n
		c.Pairs = r.list(n.Pairs)
		return &c
	case *ast.PairNode:
		c := *n
		c.Key, c.Value = r.key(n.Key), r.rewrite(n.Value)
		return &c
	}
	return n
}

func (r *rewriter) list(nodes []ast.Node) []ast.Node {
	copies := make([]ast.Node, len(nodes))
	for i, n := range nodes {
		copies[i] = r.rewrite(n)
	}
	return copies
}

func (r *rewriter) softly(n ast.Node, soft bool) ast.Node {
	r.soft = soft
	n = r.rewrite(n)
	r.soft = false
	return n
}

// call makes a node that runs op on the values of the arguments. It has
// the location and the type of at.
func (r *rewriter) call(at ast.Node, op operation, args ...ast.Node) ast.Node {
	name := fmt.Sprintf("#%d", len(r.functions))
	r.functions[name] = &builtin.Function{Name: name, Func: func(args ...any) (any, error) {
		last := len(args) - 1
		return op(args[last].(*frame), args[:last])
	}}
	args = append(slices.Clip(args), &ast.IdentifierNode{Value: "$env"})
	node := &ast.CallNode{Callee: &ast.IdentifierNode{Value: name}, Arguments: args}
	node.SetLocation(at.Location())
	node.SetNature(*at.Nature())
	return node
}

// identifier reads a top-level name from the frame. A value that is a
// function is made when, and only when, the name is evaluated.
func (r *rewriter) identifier(n *ast.IdentifierNode) ast.Node {
	if slices.Contains(r.locals, n.Value) {
		return n
	}
	return r.value(n, n.Value)
}

// value is the value of a top-level name, for the node at.
func (r *rewriter) value(at ast.Node, name string) ast.Node {
	return r.call(at, func(f *frame, _ []any) (any, error) {
		v, ok := f.values[name]
		if !ok {
			return nil, &sentence{message: fmt.Sprintf("%s has no value here", name)}
		}
		v, err := evaluated(v)
		if err != nil {
			return nil, asSentence(err)
		}
		return v, nil
	})
}

// condition makes sure that what decides a branch is true or false.
func (r *rewriter) condition(n ast.Node) ast.Node {
	c := r.rewrite(n)
	if n.Nature().IsBool() {
		return c
	}
	check := r.call(n, func(_ *frame, args []any) (any, error) {
		if b, ok := args[0].(bool); ok {
			return b, nil
		}
		return nil, &sentence{message: fmt.Sprintf("expected true or false, found %s%s", describeValue(args[0]), ofText(textOf(n)))}
	}, c)
	check.SetNature(nature.FromType(reflect.TypeFor[bool]()))
	return check
}

// ofText names the piece of source that a message is about.
func ofText(text string) string {
	if text == "" {
		return ""
	}
	return ": " + text
}

// textOf names a node in a message.
func textOf(n ast.Node) string {
	if p, ok := n.(*ast.PointerNode); ok && p.Name == "" {
		return "the element"
	}
	return wording.Start(spell(n), 60)
}

// spell writes a node as source. It fails on nothing that was parsed.
func spell(n ast.Node) (text string) {
	defer func() {
		if recover() != nil {
			text = ""
		}
	}()
	return n.String()
}

// predicate counts the turns of a predicate's body as steps.
func (r *rewriter) predicate(function string, n ast.Node) ast.Node {
	p, ok := n.(*ast.PredicateNode)
	if !ok {
		return r.rewrite(n)
	}
	c := *p
	first := r.probes.next()
	r.loops++
	var body ast.Node
	if predicates[function] {
		body = r.condition(p.Node)
	} else {
		body = r.rewrite(p.Node)
	}
	r.loops--
	if r.probes != nil {
		body = r.turns(function, p, body, first)
	}
	nodes := 0
	Inspect(p, func(ast.Node) { nodes++ })
	c.Node = r.call(body, func(f *frame, args []any) (any, error) {
		v, steps, err := turnOf(function, args[0])
		if err != nil {
			return nil, err
		}
		return v, f.work(1 + nodes/nodesPerStep + steps)
	}, body)
	return &c
}

// nodesPerStep is how many parts of an expression are evaluated in one step
// beside the functions among them, which count for themselves.
const nodesPerStep = 16

// turnOf is the value that a turn of a predicate gives to its function, and
// what the function does with it in steps.
func turnOf(function string, v any) (_ any, steps int, err error) {
	switch function {
	case "groupBy", "sortBy": // expr-lang hashes or orders them
		if n, ok := v.(Number); ok {
			v, err = n.plain()
		}
		text, _ := v.(string)
		return v, len(text) / bytesPerCell, err
	}
	return v, 0, nil
}

// literal keeps the value of a number that is written out and that no float64
// is.
func (r *rewriter) literal(n *ast.FloatNode) ast.Node {
	if math.Abs(n.Value) < exactFloats {
		return n
	}
	at := spanOf(r.source, n.Location())
	text := strings.ReplaceAll(r.source[at.from:at.to], "_", "")
	if !isNumeral(text) {
		return n
	}
	c := &ast.ConstantNode{Value: NewNumber(text)}
	c.SetLocation(n.Location())
	c.SetNature(*n.Nature())
	return c
}
