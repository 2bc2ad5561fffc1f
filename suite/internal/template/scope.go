package template

import (
	"fmt"
	"maps"
	"slices"

	"github.com/expr-lang/expr/ast"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite/internal/source"
	"github.com/evalrun/evalrun/suite/internal/work"
)

// maxFilled bounds what the templates of one case are filled in to, in bytes.
const maxFilled = 64 << 20

// Scope is the variables of one case with their values filled in.
type Scope struct {
	// Diags takes what goes wrong.
	Diags  *diagnostic.List
	set    *Set
	values Variables
	vars   map[string]any // the same as expressions see them
	native map[string]any // what expressions run over; nil until one runs
	left   int            // bytes that may still be filled in
}

// Fill fills the variables in, which are its own from then on. It adds what
// goes wrong to diags, as all that the Scope does later, and then gives false.
func (ts *Set) Fill(vars Variables, diags *diagnostic.List) (*Scope, bool) {
	sc := &Scope{Diags: diags, set: ts, values: vars, vars: make(map[string]any, len(vars)), left: maxFilled}
	for name, v := range vars {
		if !slices.Contains(ts.order, name) {
			sc.vars[name] = v.Native()
			ts.env.files.work.Spend(work.Weigh(v, maxFilled) / work.ValueBytes)
		}
	}
	ok := true
	for _, name := range ts.order {
		v, done := sc.Render(vars[name])
		ok = ok && done
		sc.values[name], sc.vars[name] = v, v.Native()
		if sc.native != nil {
			sc.native[name] = sc.vars[name]
		}
	}
	return sc, ok
}

// spend takes bytes for a part of a template from what may be filled in.
func (sc *Scope) spend(t *template, p *part, bytes int) *diagnostic.Diagnostic {
	sc.left -= bytes
	budget := t.env.files.work
	if sc.left >= 0 && budget.Spend(1+bytes/work.BytesPerStep) {
		return nil
	}
	message := fmt.Sprintf("the templates of the case fill in more than %d MB", maxFilled>>20)
	if budget.Exhausted() {
		message = work.TooMuch
	}
	d := t.origin.DiagnosticAt(p.at, 0, message, "")
	return &d
}

// Variables gives the variables as native values, for assertions.
func (sc *Scope) Variables() map[string]any { return sc.vars }

// natives are the values that expressions run over.
func (sc *Scope) natives() map[string]any {
	if sc.native == nil {
		sc.native = maps.Clone(sc.vars)
		sc.native["vars"] = sc.vars
		if sc.set.envVars != nil {
			sc.native["env"] = sc.set.envVars
		}
	}
	return sc.native
}

// Render fills the templates of a tree in. Trees without any are shared.
func (sc *Scope) Render(v *source.Value) (*source.Value, bool) {
	switch v.Kind {
	case source.String:
		return sc.renderString(v)
	case source.List:
		if !HasAny(v) {
			return v, true
		}
		out, ok := v.Empty(source.List), true
		for _, item := range v.Items {
			r, done := sc.Render(item)
			ok = ok && done
			out.Items = append(out.Items, r)
		}
		return out, ok
	case source.Map:
		if !HasAny(v) {
			return v, true
		}
		out, ok := v.Empty(source.Map), true
		for _, m := range v.Members {
			r, done := sc.Render(m.Value)
			ok = ok && done
			m.Value = r
			out.Members = append(out.Members, m)
		}
		return out, ok
	}
	return v, true
}

func (sc *Scope) renderString(v *source.Value) (*source.Value, bool) {
	if !Has(v) {
		return v, true
	}
	t := sc.set.compiled[v]
	if t == nil {
		return v, false // it did not compile, which has been reported
	}
	out, d := t.render(sc)
	if d != nil {
		sc.Diags.Add(*d)
		return v, false
	}
	return out, true
}

// sourceValue gives the value of an expression that is a plain path: a variable,
// a member of one, or a data file. It is nil for any other expression.
func (sc *Scope) sourceValue(node ast.Node, env *environment) *source.Value {
	switch n := node.(type) {
	case *ast.IdentifierNode:
		return sc.values[n.Value]
	case *ast.MemberNode:
		return sc.member(n, env)
	case *ast.CallNode:
		id, ok := n.Callee.(*ast.IdentifierNode)
		if ok && id.Value == "data" && len(n.Arguments) == 1 {
			if lit, ok := n.Arguments[0].(*ast.StringNode); ok {
				return env.data[lit.Value]
			}
		}
	}
	return nil
}

func (sc *Scope) member(n *ast.MemberNode, env *environment) *source.Value {
	if n.Method || n.Optional {
		return nil
	}
	id, isName := n.Node.(*ast.IdentifierNode)
	switch key := n.Property.(type) {
	case *ast.StringNode:
		if isName && id.Value == "vars" {
			return sc.values[key.Value]
		}
		return sc.sourceValue(n.Node, env).Get(key.Value)
	case *ast.IntegerNode:
		if base := sc.sourceValue(n.Node, env); base != nil && key.Value >= 0 && key.Value < len(base.Items) {
			return base.Items[key.Value]
		}
	}
	return nil
}
