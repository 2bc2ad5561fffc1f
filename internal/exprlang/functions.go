package exprlang

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
)

// predicates are the functions that take a predicate; true are those whose
// predicate is a condition.
var predicates = map[string]bool{
	"all": true, "none": true, "any": true, "one": true, "filter": true, "count": true,
	"find": true, "findIndex": true, "findLast": true, "findLastIndex": true,
	"map": false, "sum": false, "groupBy": false, "sortBy": false, "reduce": false,
}

// constant are the functions whose cost does not depend on their arguments.
var constant = map[string]bool{
	"type": true, "abs": true, "ceil": true, "floor": true, "round": true, "int": true, "float": true,
	"bitand": true, "bitor": true, "bitxor": true, "bitnand": true, "bitnot": true,
	"bitshl": true, "bitshr": true, "bitushr": true, "now": true,
}

// function rewrites the call of a function of the Env, or of a method of a
// duration or time.
func (r *rewriter) function(n *ast.CallNode) ast.Node {
	id, ok := n.Callee.(*ast.IdentifierNode)
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
	}, r.list(n.Arguments)...)
}

// Because is the result of a function that can say why its value is what it
// is. An explanation shows the reasons, which may hold untrusted text, below
// the value. Steps is the work that the call turned out to be, for functions
// that cannot tell before.
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
		lines = append(lines, clip(strings.Map(printable, reason), 200))
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
	c := *n
	_, isPredicate := predicates[n.Name]
	switch {
	case isPredicate:
		c.Arguments = []ast.Node{r.collection(n)}
		for _, arg := range n.Arguments[1:] {
			c.Arguments = append(c.Arguments, r.predicate(n.Name, arg))
		}
		return &c
	case constant[n.Name] || n.Name == "len" && r.loops == 0:
		c.Arguments = r.list(n.Arguments)
		return &c
	case n.Name == "get":
		owner := r.text(n.Arguments[0])
		return r.call(n, func(_ *frame, args []any) (any, error) {
			return softMember(args[0], args[1], owner)
		}, r.list(n.Arguments)...)
	}
	return r.call(n, bounded(builtin.Builtins[builtin.Index[n.Name]]), r.list(n.Arguments)...)
}

// collection rewrites what a predicate goes over and makes sure it is a list.
func (r *rewriter) collection(n *ast.BuiltinNode) ast.Node {
	list := n.Arguments[0]
	if list.Nature().IsArray() {
		return r.rewrite(list)
	}
	text := r.text(list)
	return r.call(list, func(_ *frame, args []any) (any, error) {
		if _, ok := args[0].([]any); ok || isList(reflect.ValueOf(args[0])) {
			return args[0], nil
		}
		return nil, &sentence{message: fmt.Sprintf("%s needs a list: %s is %s", n.Name, text, describeValue(args[0]))}
	}, r.rewrite(list))
}

// bounded is a function of expr-lang within the budgets: what it looks at is
// work, what it is about to build is estimated before it does.
func bounded(fn *builtin.Function) operation {
	return func(f *frame, args []any) (any, error) {
		if err := f.walkAll(args); err != nil {
			return nil, err
		}
		if estimate := estimates[fn.Name]; estimate != nil {
			if err := estimate(f, args); err != nil {
				return nil, err
			}
		}
		v, err := invoke(fn, args)
		if err != nil {
			return nil, asSentence(err)
		}
		return v, f.grow(v)
	}
}

// invoke calls a function of expr-lang, in whichever of its three forms.
func invoke(fn *builtin.Function, args []any) (any, error) {
	switch {
	case fn.Name == "fromJSON":
		return DecodeJSON(args[0].(string))
	case fn.Fast != nil:
		return fn.Fast(args[0]), nil
	case fn.Safe != nil:
		v, _, err := fn.Safe(args...)
		return v, err
	}
	return fn.Func(args...)
}

// estimates charge for the functions that can give much more than they take,
// before they do.
var estimates = map[string]func(f *frame, args []any) error{
	"repeat": func(f *frame, args []any) error {
		s, n := args[0].(string), args[1].(int)
		if n > 0 && len(s) > MaxBytes/n {
			return errBytes
		}
		return nil
	},
	"replace": func(f *frame, args []any) error {
		s, old, new := args[0].(string), args[1].(string), args[2].(string)
		if n := strings.Count(s, old); n > 0 && len(new) > MaxBytes/n {
			return errBytes
		}
		return nil
	},
	"join": func(f *frame, args []any) error {
		if len(args) < 2 {
			return nil
		}
		if n, glue := reflect.ValueOf(args[0]).Len(), args[1].(string); n > 0 && len(glue) > MaxBytes/n {
			return errBytes
		}
		return nil
	},
	"split":      splitEstimate,
	"splitAfter": splitEstimate,
	"toJSON":     func(f *frame, args []any) error { return f.indented(args[0]) },
	"uniq": func(f *frame, args []any) error {
		n := reflect.ValueOf(args[0]).Len()
		return f.work(n * n / 32)
	},
}

// splitEstimate charges for the parts of a text, each of which is a value.
func splitEstimate(f *frame, args []any) error {
	text, okText := args[0].(string)
	separator, okSeparator := args[1].(string)
	if okText && okSeparator && len(args) == 2 && strings.Count(text, separator) > (MaxBytes-f.bytes)/word {
		return errBytes
	}
	return nil
}
