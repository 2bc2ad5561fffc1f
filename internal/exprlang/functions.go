package exprlang

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"

	"github.com/evalrun/evalrun/internal/wording"
)

// predicates are the functions that take a predicate; true are those whose
// predicate is a condition.
var predicates = map[string]bool{
	"all": true, "none": true, "any": true, "one": true, "filter": true, "count": true,
	"find": true, "findIndex": true, "findLast": true, "findLastIndex": true,
	"map": false, "sum": false, "groupBy": false, "sortBy": false, "reduce": false,
}

// function rewrites the call of a function of the Env, or of a method of a
// duration or time.
func (r *rewriter) function(n *ast.CallNode) ast.Node {
	id, ok := n.Callee.(*ast.IdentifierNode)
	if m, isMember := n.Callee.(*ast.MemberNode); isMember && m.Optional {
		return r.optionalMethod(n, m)
	}
	if !ok {
		c := *n
		c.Callee, c.Arguments = r.copy(n.Callee), r.list(n.Arguments)
		return &c
	}
	own := r.env.funcs[id.Value]
	if own == nil {
		return r.builtin(asBuiltin(n, id.Value))
	}
	fn, cost := own.Func, r.env.costs[id.Value]
	arguments := r.list(n.Arguments)
	if subject := r.env.subjects[id.Value]; subject != "" {
		arguments = append([]ast.Node{r.value(n, subject)}, arguments...)
	}
	return r.call(n, func(f *frame, args []any) (any, error) {
		if err := f.walkAll(args); err != nil {
			return nil, err
		}
		if cost != nil {
			if err := f.work(cost(args)); err != nil {
				return nil, err
			}
		}
		v, err := fn(args...)
		if err != nil {
			return nil, asSentence(err)
		}
		if because, ok := v.(Because); ok {
			v = because.Value
			if err := f.work(because.Steps); err != nil {
				return nil, err
			}
			if f.record != nil {
				f.record.reason = because.reasons()
			}
		}
		return v, f.grow(v)
	}, arguments...)
}

// optionalMethod rewrites the call of a method by ?., which expr-lang calls on
// nil too: it is nil there.
func (r *rewriter) optionalMethod(n *ast.CallNode, m *ast.MemberNode) ast.Node {
	name, ok := m.Property.(*ast.StringNode)
	if !ok || !isMethodOwner(m.Node) {
		c := *n
		c.Callee, c.Arguments = r.copy(n.Callee), r.list(n.Arguments)
		return &c
	}
	args := append([]ast.Node{r.softly(m.Node, false)}, r.list(n.Arguments)...)
	return r.call(n, func(_ *frame, args []any) (any, error) {
		if args[0] == nil {
			return nil, nil
		}
		in := make([]reflect.Value, len(args)-1)
		for i, arg := range args[1:] {
			in[i] = reflect.ValueOf(arg)
		}
		return reflect.ValueOf(args[0]).MethodByName(name.Value).Call(in)[0].Interface(), nil
	}, args...)
}

// Because is the result of a function that can say why its value is what it
// is. An explanation shows the reasons, which may hold untrusted text, below
// the value. Steps is the work that the call turned out to be, for functions
// that is not known before.
type Because struct {
	Value   any
	Reasons []string
	Steps   int
}

// reasons makes the reasons fit to be shown.
func (b Because) reasons() []string {
	const shown = 10
	var lines []string
	for i, reason := range b.Reasons {
		if i == shown {
			return append(lines, fmt.Sprintf("… %d more", len(b.Reasons)-shown))
		}
		lines = append(lines, wording.Start(strings.Map(printable, reason), 200))
	}
	return lines
}

// asSentence keeps the text of an error of a function as it is.
func asSentence(err error) error {
	var s *sentence
	if errors.As(err, &s) {
		return err
	}
	return &sentence{message: err.Error()}
}

// builtin rewrites the call of a function of expr-lang.
func (r *rewriter) builtin(n *ast.BuiltinNode) ast.Node {
	if _, ok := predicates[n.Name]; ok {
		return r.overList(n)
	}
	args := r.list(n.Arguments)
	if n.Name == "get" {
		owner := textOf(n.Arguments[0])
		return r.call(n, func(f *frame, args []any) (any, error) {
			return softMember(f, args[0], args[1], owner)
		}, args...)
	}
	op := ours[n.Name]
	if op == nil {
		op = theirs(builtin.Builtins[builtin.Index[n.Name]])
	}
	return r.call(n, func(f *frame, args []any) (any, error) {
		if err := f.walkAll(args); err != nil {
			return nil, err
		}
		v, err := op(f, args)
		if err != nil {
			return nil, asSentence(err)
		}
		return v, f.grow(v)
	}, args...)
}

// overList rewrites the call of a function that takes a predicate. A sum is
// one of the predicate's values: expr-lang's own lets whole numbers wrap.
func (r *rewriter) overList(n *ast.BuiltinNode) ast.Node {
	c := *n
	c.Arguments = []ast.Node{r.collection(n)}
	for _, arg := range n.Arguments[1:] {
		c.Arguments = append(c.Arguments, r.predicate(n.Name, arg))
	}
	if n.Name != "sum" {
		return &c
	}
	values := c.Arguments[0]
	if len(c.Arguments) > 1 {
		c.Name = "map"
		values = &c
	}
	return r.call(n, total, values)
}

// collection rewrites what a predicate goes over and makes sure it is a list.
func (r *rewriter) collection(n *ast.BuiltinNode) ast.Node {
	list := n.Arguments[0]
	if list.Nature().IsArray() {
		return r.rewrite(list)
	}
	return r.call(list, func(_ *frame, args []any) (any, error) {
		if _, ok := args[0].([]any); ok || isList(reflect.ValueOf(args[0])) {
			return args[0], nil
		}
		return nil, &sentence{message: fmt.Sprintf("%s needs a list: %s is %s", n.Name, textOf(list), describeValue(args[0]))}
	}, r.rewrite(list))
}
