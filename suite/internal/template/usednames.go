package template

import (
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"

	"github.com/evalrun/evalrun/suite/internal/source"
)

// UsedNames lists which of the names the templates of a tree use.
func UsedNames(v *source.Value, names map[string]bool) []string {
	var out []string
	eachString(v, func(s *source.Value) {
		found, err := spans(s.Text)
		if err != nil {
			return
		}
		for _, sp := range found {
			for _, name := range identifiers(s.Text[sp.start:sp.end]) {
				if names[name] {
					out = append(out, name)
				}
			}
		}
	})
	return out
}

// Expressions lists the expressions of a text, without their braces; the text
// itself where one of them is not closed.
func Expressions(text string) []string {
	found, err := spans(text)
	if err != nil {
		return []string{text}
	}
	out := make([]string, len(found))
	for i, s := range found {
		out[i] = text[s.start:s.end]
	}
	return out
}

// identifiers lists the names that an expression uses, members of vars
// among them; none where it does not parse, which compiling it reports.
func identifiers(source string) []string {
	tree, err := parser.Parse(source)
	if err != nil {
		return nil
	}
	names := &nameFinder{}
	ast.Walk(&tree.Node, names)
	return names.found
}

// nameFinder collects identifiers and literal members.
type nameFinder struct{ found []string }

// Visit implements ast.Visitor.
func (f *nameFinder) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.IdentifierNode:
		f.found = append(f.found, n.Value)
	case *ast.StringNode:
		f.found = append(f.found, n.Value)
	}
}

// eachString visits the strings of a tree that hold templates.
func eachString(v *source.Value, visit func(*source.Value)) {
	switch v.Kind {
	case source.String:
		if Has(v) {
			visit(v)
		}
	case source.List:
		for _, item := range v.Items {
			eachString(item, visit)
		}
	case source.Map:
		for _, m := range v.Members {
			eachString(m.Value, visit)
		}
	}
}
