package exprlang

import (
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/parser"
)

const (
	// maxSource bounds an expression's source, in bytes.
	maxSource = 16 << 10
	// maxDepth bounds how deep an expression nests.
	maxDepth = 1000
	// maxOverloads bounds the type checker's work: it tries the arguments of
	// a function once for each of its signatures, nested calls exponentially.
	maxOverloads = 100_000
)

// children lists the nodes directly below a node, in the order of the source.
func children(n ast.Node) []ast.Node {
	switch n := n.(type) {
	case *ast.UnaryNode:
		return []ast.Node{n.Node}
	case *ast.BinaryNode:
		return []ast.Node{n.Left, n.Right}
	case *ast.ChainNode:
		return []ast.Node{n.Node}
	case *ast.MemberNode:
		return []ast.Node{n.Node, n.Property}
	case *ast.SliceNode:
		return present(n.Node, n.From, n.To)
	case *ast.CallNode:
		return append([]ast.Node{n.Callee}, n.Arguments...)
	case *ast.BuiltinNode:
		return n.Arguments
	case *ast.PredicateNode:
		return []ast.Node{n.Node}
	case *ast.VariableDeclaratorNode:
		return []ast.Node{n.Value, n.Expr}
	case *ast.SequenceNode:
		return n.Nodes
	case *ast.ConditionalNode:
		return []ast.Node{n.Cond, n.Exp1, n.Exp2}
	case *ast.ArrayNode:
		return n.Nodes
	case *ast.MapNode:
		return n.Pairs
	case *ast.PairNode:
		return []ast.Node{n.Key, n.Value}
	}
	return nil
}

// Inspect visits a node and all below it, parents first.
func Inspect(n ast.Node, visit func(ast.Node)) {
	visit(n)
	for _, c := range children(n) {
		Inspect(c, visit)
	}
}

// Mentions lists the names, members and strings that an expression holds, in
// no order; none where it cannot be parsed.
func Mentions(source string) []string {
	tree, err := parser.Parse(source)
	if err != nil {
		return nil
	}
	var out []string
	Inspect(tree.Node, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.IdentifierNode:
			out = append(out, n.Value)
		case *ast.StringNode: // a member's name is one
			out = append(out, n.Value)
		}
	})
	return out
}

// present leaves out the nodes that a slice does not have.
func present(nodes ...ast.Node) []ast.Node {
	var list []ast.Node
	for _, n := range nodes {
		if n != nil {
			list = append(list, n)
		}
	}
	return list
}

// depth is how deep a tree nests; it stops at the limit.
func depth(n ast.Node, limit int) int {
	deepest := 0
	if limit > 0 {
		for _, c := range children(n) {
			deepest = max(deepest, depth(c, limit-1))
		}
	}
	return deepest + 1
}

// overloads is how often the type checker looks at a node, saturating.
func overloads(n ast.Node, env *Env) int {
	sum := 1
	for _, c := range children(n) {
		sum = min(sum+overloads(c, env), maxOverloads+1)
	}
	return min(sum*max(1, signatures(n, env)), maxOverloads+1)
}

// signatures counts the signatures of the function that a node calls.
func signatures(n ast.Node, env *Env) int {
	switch n := n.(type) {
	case *ast.BuiltinNode:
		if id, ok := builtin.Index[n.Name]; ok {
			return len(builtin.Builtins[id].Types)
		}
	case *ast.CallNode:
		if id, ok := n.Callee.(*ast.IdentifierNode); ok && env.funcs[id.Value] != nil {
			return len(env.funcs[id.Value].Types)
		}
	}
	return 0
}
