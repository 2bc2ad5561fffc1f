package exprlang

import "github.com/expr-lang/expr/ast"

// Paths lists the members that the expression names by names that are written
// out, each with all that it is a member of: metrics.length.mean and
// metrics["length"].mean are ["metrics", "length", "mean"], and a part of that
// is in the list too. The call of a Family's function is one name, as
// FamilyMember has it, and a let variable is what it was set to.
func (p *Program) Paths() [][]string {
	var r paths
	r.visit(p.checked)
	return r.found
}

type paths struct {
	found  [][]string
	locals []local
}

// local is a let variable and what it names; nil where it is no member.
type local struct {
	name string
	path []string
}

func (r *paths) visit(n ast.Node) {
	if d, ok := n.(*ast.VariableDeclaratorNode); ok {
		r.visit(d.Value)
		r.locals = append(r.locals, local{d.Name, r.path(d.Value)})
		r.visit(d.Expr)
		r.locals = r.locals[:len(r.locals)-1]
		return
	}
	if m, ok := n.(*ast.MemberNode); ok {
		if path := r.path(m); path != nil {
			r.found = append(r.found, path)
		}
	}
	for _, c := range children(n) {
		r.visit(c)
	}
}

// path is what a node names; nil where it is no chain of written names.
func (r *paths) path(n ast.Node) []string {
	switch n := n.(type) {
	case *ast.ChainNode:
		return r.path(n.Node)
	case *ast.IdentifierNode:
		for i := len(r.locals) - 1; i >= 0; i-- {
			if r.locals[i].name == n.Value {
				return r.locals[i].path
			}
		}
		return []string{n.Value}
	case *ast.MemberNode:
		name, ok := n.Property.(*ast.StringNode)
		owner := r.path(n.Node)
		if !ok || owner == nil {
			return nil
		}
		return append(owner[:len(owner):len(owner)], name.Value)
	}
	return nil
}
