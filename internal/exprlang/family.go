package exprlang

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/expr-lang/expr/ast"
)

// Family adds a function of one string literal whose results are known when
// an expression is compiled, so that their parts are checked: f("a") is a
// variable of the type that member gives, and a run finds its value under
// FamilyMember("f", "a"). The error of member is shown as it is; an *Error
// gives a hint with it.
func (e *Env) Family(name string, member func(argument string) (Type, error)) {
	e.families[name] = member
}

// FamilyMember is the name of the value of a Family's function for an argument.
func FamilyMember(name, argument string) string { return name + "(" + strconv.Quote(argument) + ")" }

// Arguments lists what a Family's function is called with, each once, in the
// order of the source.
func (p *Program) Arguments(family string) []string { return p.arguments[family] }

// families puts a variable in the place of every call of a Family's function.
type families struct {
	env       *Env
	source    string
	vars      map[string]Type
	arguments map[string][]string
	first     *Error
}

// resolveFamilies gives the Env in which the calls of a tree are variables,
// and the arguments of the calls by function.
func resolveFamilies(root *ast.Node, source string, env *Env) (*Env, map[string][]string, *Error) {
	if len(env.families) == 0 {
		return env, nil, nil
	}
	f := &families{env: env, source: source, vars: map[string]Type{}, arguments: map[string][]string{}}
	ast.Walk(root, f)
	extended := *env
	extended.vars = maps.Clone(env.vars)
	maps.Copy(extended.vars, f.vars)
	return &extended, f.arguments, f.first
}

// Visit is called by ast.Walk, children first.
func (f *families) Visit(node *ast.Node) {
	call, ok := (*node).(*ast.CallNode)
	if !ok {
		return
	}
	callee, ok := call.Callee.(*ast.IdentifierNode)
	if !ok || f.env.families[callee.Value] == nil {
		return
	}
	if len(call.Arguments) != 1 {
		f.fail(call, fmt.Sprintf("%s takes one argument, found %d", callee.Value, len(call.Arguments)), "")
		return
	}
	argument, ok := call.Arguments[0].(*ast.StringNode)
	if !ok {
		f.fail(call.Arguments[0], fmt.Sprintf("%s takes a string that is written out", callee.Value), "")
		return
	}
	f.resolve(node, callee.Value, argument)
}

func (f *families) resolve(node *ast.Node, family string, argument *ast.StringNode) {
	t, err := f.env.families[family](argument.Value)
	if err != nil {
		var known *Error
		if errors.As(err, &known) {
			f.fail(argument, known.Message, known.Hint)
		} else {
			f.fail(argument, err.Error(), "")
		}
		return
	}
	name := FamilyMember(family, argument.Value)
	f.vars[name] = t
	if !slices.Contains(f.arguments[family], argument.Value) {
		f.arguments[family] = append(f.arguments[family], argument.Value)
	}
	at := (*node).Location()
	*node = &ast.IdentifierNode{Value: name}
	(*node).SetLocation(at)
}

// fail keeps the problem that comes first in the source.
func (f *families) fail(at ast.Node, message, hint string) {
	e := newError(f.source, at.Location(), message, hint)
	if f.first == nil || e.Offset < f.first.Offset {
		f.first = e
	}
}
