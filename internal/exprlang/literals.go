package exprlang

import "github.com/expr-lang/expr/ast"

// Comparison is a text that an expression compares with something: by ==, !=
// or in. Offset and Length are the text's own place, in bytes.
type Comparison struct {
	Subject        ast.Node
	Text           string
	Offset, Length int
}

// Comparisons lists the texts that the expression compares, in the order of
// the source. A let variable is compared as what it was set to.
func (p *Program) Comparisons() []Comparison {
	c := &comparer{program: p}
	c.visit(p.checked)
	return c.found
}

// TextArgument is a text that is written out as an argument of a function.
// Offset and Length are its place in the source, in bytes.
type TextArgument struct {
	Function       string
	Index          int
	Text           string
	Offset, Length int
}

// TextArguments lists the texts that functions of the Env are called with, in
// the order of the source.
func (p *Program) TextArguments() []TextArgument {
	var found []TextArgument
	Inspect(p.checked, func(n ast.Node) {
		call, ok := n.(*ast.CallNode)
		if !ok {
			return
		}
		name, ok := call.Callee.(*ast.IdentifierNode)
		if !ok {
			return
		}
		for i, argument := range call.Arguments {
			if text, ok := argument.(*ast.StringNode); ok {
				at, length := p.Span(text)
				found = append(found, TextArgument{name.Value, i, text.Value, at, length})
			}
		}
	})
	return found
}

type comparer struct {
	program *Program
	found   []Comparison
	locals  []declaration
}

type declaration struct {
	name  string
	value ast.Node
}

func (c *comparer) visit(n ast.Node) {
	switch n := n.(type) {
	case *ast.BinaryNode:
		c.binary(n)
	case *ast.VariableDeclaratorNode:
		c.visit(n.Value)
		c.locals = append(c.locals, declaration{n.Name, c.subject(n.Value)})
		c.visit(n.Expr)
		c.locals = c.locals[:len(c.locals)-1]
		return
	}
	for _, child := range children(n) {
		c.visit(child)
	}
}

func (c *comparer) binary(n *ast.BinaryNode) {
	switch n.Operator {
	case "==", "!=":
		c.add(n.Left, n.Right)
		c.add(n.Right, n.Left)
	case "in":
		if list, ok := n.Right.(*ast.ArrayNode); ok {
			for _, item := range list.Nodes {
				c.add(n.Left, item)
			}
			return
		}
		if m, ok := n.Right.(*ast.BuiltinNode); ok && m.Name == "map" && len(m.Arguments) == 2 {
			if body, ok := m.Arguments[1].(*ast.PredicateNode); ok {
				c.add(body.Node, n.Left)
			}
		}
	}
}

func (c *comparer) add(subject, literal ast.Node) {
	if text, ok := literal.(*ast.StringNode); ok {
		at, length := c.program.Span(text)
		c.found = append(c.found, Comparison{c.subject(subject), text.Value, at, length})
	}
}

// subject takes away what does not change what a text is compared with.
func (c *comparer) subject(n ast.Node) ast.Node {
	switch n := n.(type) {
	case *ast.ChainNode:
		return c.subject(n.Node)
	case *ast.BinaryNode:
		if n.Operator == "??" {
			return c.subject(n.Left)
		}
	case *ast.IdentifierNode:
		for i := len(c.locals) - 1; i >= 0; i-- {
			if c.locals[i].name == n.Value {
				return c.locals[i].value
			}
		}
	}
	return n
}
