package exprlang

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/wording"
)

// names finds the top-level names that a tree uses and the first that is
// none. Variables declared with let are local to the expression.
type names struct {
	env    *Env
	source string
	used   map[string]bool
	locals []string
	first  *Error
	at     int // where first is, in runes
}

// resolveNames reports which names of the Env a tree uses.
func resolveNames(root ast.Node, source string, env *Env) (map[string]bool, *Error) {
	r := &names{env: env, source: source, used: map[string]bool{}}
	r.visit(root)
	return r.used, r.first
}

func (r *names) visit(n ast.Node) {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		r.identifier(n)
		return
	case *ast.CallNode:
		r.callee(n)
		for _, arg := range n.Arguments {
			r.visit(arg)
		}
		return
	case *ast.VariableDeclaratorNode:
		r.visit(n.Value)
		r.locals = append(r.locals, n.Name)
		if strings.HasPrefix(n.Name, "$") {
			r.fail(n, fmt.Sprintf("a variable's name cannot begin with $: %s", n.Name), "")
		}
		r.visit(n.Expr)
		r.locals = r.locals[:len(r.locals)-1]
		return
	}
	for _, c := range children(n) {
		r.visit(c)
	}
}

func (r *names) identifier(n *ast.IdentifierNode) {
	if slices.Contains(r.locals, n.Value) || r.isLater(n) {
		return
	}
	if r.env.isFunction(n.Value) {
		r.fail(n, fmt.Sprintf("%s is a function; call it as %s(…)", n.Value, n.Value), r.shadowed(n.Value))
		return
	}
	if _, ok := r.env.vars[n.Value]; ok {
		r.used[n.Value] = true
		return
	}
	hint := r.unwritable(n)
	if hint == "" {
		hint = r.env.nameElsewhere(n.Value)
	}
	if hint != "" {
		r.fail(n, fmt.Sprintf("unknown name %q", n.Value), hint)
		return
	}
	r.fail(n, unknown("name", n.Value, r.env.Names()), "")
}

// callee checks that what is called is a function. Methods exist only on
// durations and times; whether the value is one, the type check knows.
func (r *names) callee(n *ast.CallNode) {
	switch c := n.Callee.(type) {
	case *ast.IdentifierNode:
		switch {
		case r.env.funcs[c.Value] != nil || r.isLater(c):
			if subject := r.env.subjects[c.Value]; subject != "" {
				r.used[subject] = true
			}
		case r.env.vars[c.Value] != nil || slices.Contains(r.locals, c.Value):
			r.fail(c, fmt.Sprintf("%s is not a function", c.Value), "")
		default:
			if hint := r.env.functionElsewhere(c.Value); hint != "" {
				r.fail(c, fmt.Sprintf("unknown function %q", c.Value), hint)
			} else {
				r.fail(c, unknown("function", c.Value, r.env.functionNames()), "")
			}
		}
	case *ast.MemberNode:
		r.visit(c.Node)
	default:
		r.fail(n, "only a function can be called", "")
	}
}

// isLater reports whether a problem before the node was found already: the
// first is the one that is reported, and looking for what a name may have been
// takes time for each.
func (r *names) isLater(n ast.Node) bool { return r.first != nil && n.Location().From >= r.at }

// fail keeps the problem that comes first in the source.
func (r *names) fail(at ast.Node, message, hint string) {
	if !r.isLater(at) {
		r.first, r.at = newError(r.source, at.Location(), message, hint), at.Location().From
	}
}

// shadowed is the hint for a variable whose name a function has taken.
func (r *names) shadowed(name string) string {
	if r.env.vars[name] == nil || r.env.vars["vars"] == nil {
		return ""
	}
	return fmt.Sprintf("the variable is vars[%q]", name)
}

// unwritable is the hint for a variable such as a-b, which is read as a minus
// b where it is written bare.
func (r *names) unwritable(n *ast.IdentifierNode) string {
	rest := r.source[spanOf(r.source, n.Location()).from:]
	for name := range r.env.vars {
		if strings.HasPrefix(rest, name) && !writable(name) && r.env.vars["vars"] != nil {
			return fmt.Sprintf("the variable is vars[%q]", name)
		}
	}
	return ""
}

// unknown says that a name is none, and which it may have been.
func unknown(kind, name string, known []string) string {
	if near := diagnostic.Nearest(name, known); near != "" {
		return fmt.Sprintf("unknown %s %q; did you mean %q?", kind, name, near)
	}
	if len(known) == 0 {
		return fmt.Sprintf("unknown %s %q; there is none here", kind, name)
	}
	if len(known) == 1 {
		return fmt.Sprintf("unknown %s %q, expected %s", kind, name, known[0])
	}
	return fmt.Sprintf("unknown %s %q, expected one of %s", kind, name, enumerate(known, 20))
}

// nameWidth bounds a name in a message, in characters: a model's keys are of
// any length.
const nameWidth = 64

// enumerate lists names for a message, not more than limit of them.
func enumerate(list []string, limit int) string {
	shown := make([]string, min(len(list), limit))
	for i := range shown {
		shown[i] = wording.Start(list[i], nameWidth)
	}
	text := strings.Join(shown, ", ")
	if more := len(list) - len(shown); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
