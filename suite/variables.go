package suite

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"

	"github.com/evalrun/evalrun/diagnostic"
	"github.com/evalrun/evalrun/internal/exprlang"
)

// variables are a case's variables by name, each as it was defined last.
type variables map[string]*Value

// variables merges the vars of the layers; inner ones win.
func (ls layers) variables() variables {
	out := variables{}
	for _, vars := range ls.all("vars") {
		for _, m := range vars.Members {
			out[m.Key] = m.Value
		}
	}
	return out
}

// names lists the variables, sorted.
func (vs variables) names() []string { return slices.Sorted(maps.Keys(vs)) }

// shape writes the types of the variables: what is compiled for one set of
// variables serves every other of its shape.
func (vs variables) shape() string {
	var b strings.Builder
	for _, name := range vs.names() {
		b.WriteString(strconv.Quote(name))
		b.WriteByte(':')
		switch v := vs[name]; {
		case hasTemplates(v):
			b.WriteByte('t')
		case v.Kind == String:
			b.WriteByte('s')
		default:
			b.WriteString(exprlang.Shape(exprlang.TypeOf(v.native())))
		}
		b.WriteByte(',')
	}
	return b.String()
}

// hasTemplates tells whether any string in the tree is to be filled in.
func hasTemplates(v *Value) bool {
	switch v.Kind {
	case String:
		return hasTemplate(v)
	case List:
		return slices.ContainsFunc(v.Items, hasTemplates)
	case Map:
		return slices.ContainsFunc(v.Members, func(m Member) bool { return hasTemplates(m.Value) })
	}
	return false
}

// plan is what compiling a case's templates yields for one shape of its
// variables: it serves every row of that shape.
type plan struct {
	env       *environment
	order     []string // variables with templates, dependencies first
	templates map[*Value]*template
	failed    map[*Value]bool
	diags     *diagnostic.List
	wrong     diagnostic.List // with the templates, whatever their values
	// What follows is read once for all cases of the plan.
	fields, extra []Member
	meant         func(key string) bool
	headers       Request
	times, need   int
	tags          []string
	skip          string
	shape         *Shape
	envVars       map[string]any
}

// newPlan compiles the templates of the variables, in the order in which
// they need each other.
func newPlan(vars variables, env map[string]string, rel string, files *fileStore, diags *diagnostic.List) *plan {
	p := &plan{templates: map[*Value]*template{}, failed: map[*Value]bool{}, diags: diags}
	types := map[string]exprlang.Type{}
	if len(env) > 0 {
		p.envVars = variantNative(env)
		types["env"] = exprlang.TypeOf(p.envVars)
	}
	var pending []string
	for _, name := range vars.names() {
		if hasTemplates(vars[name]) {
			pending = append(pending, name)
			continue
		}
		types[name] = exprlang.TypeOf(vars[name].native())
	}
	uses := map[string][]string{}
	for _, name := range pending {
		uses[name] = mentioned(vars[name], pending)
	}
	for len(pending) > 0 {
		i := slices.IndexFunc(pending, func(name string) bool {
			return !slices.ContainsFunc(uses[name], func(u string) bool { return slices.Contains(pending, u) })
		})
		if i < 0 {
			p.cycle(vars, pending, types)
			break
		}
		name := pending[i]
		pending = slices.Delete(pending, i, i+1)
		env := newEnvironment(withVars(types, pending), rel, files)
		p.compile(vars[name], env)
		types[name] = p.typeOf(vars[name])
		p.order = append(p.order, name)
	}
	p.env = newEnvironment(withVars(types, nil), rel, files)
	return p
}

// cycle reports variables that need each other; they are of any type for
// what comes after, so that nothing else is reported because of them.
func (p *plan) cycle(vars variables, names []string, types map[string]exprlang.Type) {
	v := vars[names[0]]
	p.diags.Add(v.problem("variables need each other in a circle: "+strings.Join(names, ", "), ""))
	for _, name := range names {
		p.failed[vars[name]] = true
		types[name] = exprlang.TypeOf(nil)
	}
}

// withVars adds the map of all variables under the name vars, and those
// whose type is not known yet.
func withVars(types map[string]exprlang.Type, untyped []string) map[string]exprlang.Type {
	out := maps.Clone(types)
	for _, name := range untyped {
		out[name] = exprlang.TypeOf(nil)
	}
	out["vars"] = exprlang.Map(maps.Clone(out))
	return out
}

// mentioned lists which of the names the templates of a tree mention.
func mentioned(v *Value, names []string) []string {
	var out []string
	eachString(v, func(s *Value) {
		found, err := spans(s.Text)
		if err != nil {
			return
		}
		for _, sp := range found {
			for _, name := range identifiers(s.Text[sp.start:sp.end]) {
				if slices.Contains(names, name) {
					out = append(out, name)
				}
			}
		}
	})
	return out
}

// identifiers lists the names that an expression mentions, members of vars
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
func eachString(v *Value, visit func(*Value)) {
	switch v.Kind {
	case String:
		if hasTemplate(v) {
			visit(v)
		}
	case List:
		for _, item := range v.Items {
			eachString(item, visit)
		}
	case Map:
		for _, m := range v.Members {
			eachString(m.Value, visit)
		}
	}
}

// compile compiles the templates of a tree.
func (p *plan) compile(v *Value, env *environment) {
	eachString(v, func(s *Value) {
		if p.templates[s] != nil || p.failed[s] {
			return
		}
		t, ok := compileTemplate(s, env, p.diags)
		if !ok {
			p.failed[s] = true
			return
		}
		p.templates[s] = t
	})
}

// typeOf gives the type that a variable with templates has once filled in.
func (p *plan) typeOf(v *Value) exprlang.Type {
	t := p.templates[v]
	switch {
	case v.Kind == String && t == nil && hasTemplate(v):
		return exprlang.TypeOf(nil) // it has been reported
	case t != nil && t.whole() != nil:
		return t.whole().program.Type()
	case v.Kind == String:
		return exprlang.TypeOf("")
	case v.Kind == Map:
		members := map[string]exprlang.Type{}
		for _, m := range v.Members {
			members[m.Key] = p.typeOf(m.Value)
		}
		return exprlang.Map(members)
	case v.Kind == List:
		return exprlang.TypeOf([]any{nil})
	}
	return exprlang.TypeOf(v.native())
}

// scope is the variables of one case with their values filled in.
type scope struct {
	plan   *plan
	values variables
	native map[string]any
}

// scope fills the variables in. It reports what goes wrong and then gives
// false.
func (p *plan) scope(vars variables) (*scope, bool) {
	sc := &scope{plan: p, values: maps.Clone(vars), native: make(map[string]any, len(vars)+1)}
	for name, v := range vars {
		if !slices.Contains(p.order, name) {
			sc.native[name] = v.native()
		}
	}
	all := maps.Clone(sc.native)
	sc.native["vars"] = all
	if p.envVars != nil {
		sc.native["env"] = p.envVars
	}
	ok := true
	for _, name := range p.order {
		v, done := sc.render(vars[name])
		ok = ok && done
		sc.values[name] = v
		sc.native[name] = v.native()
		all[name] = sc.native[name]
	}
	return sc, ok
}

// variables gives the variables as native values, for assertions.
func (sc *scope) variables() map[string]any {
	return sc.native["vars"].(map[string]any)
}

// natives are the values that expressions run over.
func (sc *scope) natives() map[string]any { return sc.native }

// render fills the templates of a tree in. Trees without any are shared.
func (sc *scope) render(v *Value) (*Value, bool) {
	switch v.Kind {
	case String:
		return sc.renderString(v)
	case List:
		if !hasTemplates(v) {
			return v, true
		}
		out, ok := v.with(List), true
		for _, item := range v.Items {
			r, done := sc.render(item)
			ok = ok && done
			out.Items = append(out.Items, r)
		}
		return out, ok
	case Map:
		if !hasTemplates(v) {
			return v, true
		}
		out, ok := v.with(Map), true
		for _, m := range v.Members {
			r, done := sc.render(m.Value)
			ok = ok && done
			m.Value = r
			out.Members = append(out.Members, m)
		}
		return out, ok
	}
	return v, true
}

func (sc *scope) renderString(v *Value) (*Value, bool) {
	if !hasTemplate(v) {
		return v, true
	}
	t := sc.plan.templates[v]
	if t == nil {
		return v, false // it did not compile, which has been reported
	}
	out, d := t.render(sc)
	if d != nil {
		sc.plan.diags.Add(*d)
		return v, false
	}
	return out, true
}

// written gives the value of an expression that is a plain path: a variable,
// a member of one, or a data file. It is nil for any other expression.
func (sc *scope) written(node ast.Node, env *environment) *Value {
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

func (sc *scope) member(n *ast.MemberNode, env *environment) *Value {
	if n.Method || n.Optional {
		return nil
	}
	id, isName := n.Node.(*ast.IdentifierNode)
	switch key := n.Property.(type) {
	case *ast.StringNode:
		if isName && id.Value == "vars" {
			return sc.values[key.Value]
		}
		return sc.written(n.Node, env).Get(key.Value)
	case *ast.IntegerNode:
		if base := sc.written(n.Node, env); base != nil && key.Value >= 0 && key.Value < len(base.Items) {
			return base.Items[key.Value]
		}
	}
	return nil
}
