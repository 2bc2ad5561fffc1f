package exprlang

import (
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/checker/nature"
)

// elementKeepers are the functions that give an element of their list (true)
// or a list of its elements. expr-lang forgets the elements' type there, so
// that first(content).txt would be found only in a run.
var elementKeepers = map[string]bool{
	"first": true, "last": true,
	"reverse": false, "uniq": false, "take": false, "sort": false,
}

// keepElementTypes is a visitor that puts a call with a fixed type in the
// place of the elementKeepers: the type checker leaves such a call as it is.
type keepElementTypes struct{ replaced bool }

// Visit implements ast.Visitor.
func (k *keepElementTypes) Visit(node *ast.Node) {
	b, ok := (*node).(*ast.BuiltinNode)
	if !ok || len(b.Arguments) == 0 {
		return
	}
	givesElement, ok := elementKeepers[b.Name]
	list := b.Arguments[0].Nature()
	if !ok || !list.IsArray() || list.Ref == nil || unknownType(list.Ref) {
		return
	}
	if givesElement && len(b.Arguments) != 1 || !givesElement && !b.Nature().IsArray() {
		return // a type error, which must stay one
	}
	call := &ast.CallNode{Callee: &ast.IdentifierNode{Value: b.Name}, Arguments: b.Arguments}
	call.SetLocation(b.Location())
	if givesElement {
		call.SetNature(*list.Ref)
	} else {
		call.SetNature(*list)
	}
	*node = call
	k.replaced = true
}

// asBuiltin is the call that keepElementTypes has replaced.
func asBuiltin(call *ast.CallNode, name string) *ast.BuiltinNode {
	b := &ast.BuiltinNode{Name: name, Arguments: call.Arguments}
	b.SetLocation(call.Location())
	b.SetNature(*call.Nature())
	return b
}

// unknownType reports whether the type is known only in a run.
func unknownType(n *nature.Nature) bool {
	var cache nature.Cache
	return n.IsUnknown(&cache)
}
