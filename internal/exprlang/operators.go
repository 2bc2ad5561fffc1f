package exprlang

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/checker/nature"
	"github.com/expr-lang/expr/vm/runtime"
)

// operators are the binary operators on values of any type. What they cannot
// do is errOperands.
var operators = map[string]func(f *frame, a, b any) (any, error){
	"==":         func(_ *frame, a, b any) (any, error) { return Equal(a, b), nil },
	"!=":         func(_ *frame, a, b any) (any, error) { return !Equal(a, b), nil },
	"<":          ordered(runtime.Less),
	"<=":         ordered(runtime.LessOrEqual),
	">":          ordered(runtime.More),
	">=":         ordered(runtime.MoreOrEqual),
	"contains":   onStrings(strings.Contains),
	"startsWith": onStrings(strings.HasPrefix),
	"endsWith":   onStrings(strings.HasSuffix),
	"in":         within,
	"+":          add,
	"-":          arithmetic(runtime.Subtract),
	"*":          arithmetic(runtime.Multiply),
	"/":          divide,
	"%":          modulo,
	"..":         intRange,
}

// errOperands says that an operator does not take such operands. The caller
// knows their source and makes a sentence of it.
var errOperands = &sentence{message: "mismatched operands"}

// unary rewrites !x, not x and -x.
func (r *rewriter) unary(n *ast.UnaryNode) ast.Node {
	c := *n
	switch {
	case n.Operator == "!" || n.Operator == "not":
		c.Node = r.condition(n.Node)
	case isNumber(n.Node):
		c.Node = r.rewrite(n.Node)
	default:
		text := r.text(n.Node)
		c.Node = r.call(n.Node, func(_ *frame, args []any) (any, error) {
			if !isNumeric(args[0]) {
				return nil, &sentence{message: fmt.Sprintf("%s is %s: %s needs a number", text, describeValue(args[0]), n.Operator)}
			}
			return args[0], nil
		}, r.rewrite(n.Node))
	}
	return &c
}

// binary leaves an operator to expr-lang where the types are known to fit and
// nothing can grow, and else puts ours in its place.
func (r *rewriter) binary(n *ast.BinaryNode) ast.Node {
	c := *n
	switch n.Operator {
	case "&&", "and", "||", "or":
		c.Left, c.Right = r.condition(n.Left), r.condition(n.Right)
		return &c
	case "??":
		c.Left, c.Right = r.softly(n.Left, true), r.rewrite(n.Right)
		return &c
	case "matches":
		return r.matches(n)
	}
	c.Left, c.Right = r.rewrite(n.Left), r.rewrite(n.Right)
	op := operators[n.Operator]
	if op == nil || r.native(n) {
		return &c
	}
	left, right := r.text(n.Left), r.text(n.Right)
	nils := []string{r.nilMeaning(n.Left), r.nilMeaning(n.Right)}
	return r.call(n, func(f *frame, args []any) (any, error) {
		if err := f.walkAll(args); err != nil {
			return nil, err
		}
		v, err := op(f, args[0], args[1])
		if err == errOperands {
			err = mismatch(n.Operator, left, right, args[0], args[1])
			for i, meaning := range nils {
				if args[i] == nil && meaning != "" {
					err = &sentence{message: meaning}
				}
			}
		}
		return v, err
	}, c.Left, c.Right)
}

// native reports whether expr-lang's own operator does.
func (r *rewriter) native(n *ast.BinaryNode) bool {
	numbers := isNumber(n.Left) && isNumber(n.Right)
	strings := isString(n.Left) && isString(n.Right) && r.loops == 0
	switch n.Operator {
	case "==", "!=", "<", "<=", ">", ">=":
		return numbers || strings
	case "contains", "startsWith", "endsWith":
		return strings
	case "+", "-", "*":
		return numbers
	case "**", "^":
		return true
	}
	return false
}

// isNumber reports whether a node is known to be a number, isString a string.
func isNumber(n ast.Node) bool { return n.Nature().IsNumber() }
func isString(n ast.Node) bool { return n.Nature().Type == reflect.TypeFor[string]() }

// mismatch says why an operator cannot be applied.
func mismatch(operator, left, right string, a, b any) error {
	return &sentence{message: fmt.Sprintf("%s is %s and %s is %s: %s cannot be applied to them",
		left, describeValue(a), right, describeValue(b), operator)}
}

func isNumeric(v any) bool {
	switch v.(type) {
	case int, float64, time.Duration:
		return true
	}
	n := nature.FromType(reflect.TypeOf(v))
	return n.IsNumber()
}

func ordered(compare func(a, b any) bool) func(*frame, any, any) (any, error) {
	return func(_ *frame, a, b any) (any, error) {
		if !sameKind(a, b) {
			return nil, errOperands
		}
		return compare(a, b), nil
	}
}

// sameKind reports whether two values have an order: two numbers, two
// strings, two durations or two times.
func sameKind(a, b any) bool {
	switch a.(type) {
	case string:
		_, ok := b.(string)
		return ok
	case time.Duration:
		_, ok := b.(time.Duration)
		return ok
	case time.Time:
		_, ok := b.(time.Time)
		return ok
	}
	_, duration := b.(time.Duration)
	return isNumeric(a) && isNumeric(b) && !duration
}

// onStrings is false where an operand is nil, as in expr-lang.
func onStrings(test func(s, part string) bool) func(*frame, any, any) (any, error) {
	return func(_ *frame, a, b any) (any, error) {
		s, okS := a.(string)
		part, okPart := b.(string)
		switch {
		case okS && okPart:
			return test(s, part), nil
		case (a == nil || okS) && (b == nil || okPart):
			return false, nil
		}
		return nil, errOperands
	}
}

// within is the operator in: an element of a list, a key of a map.
func within(f *frame, a, b any) (any, error) {
	switch b := b.(type) {
	case nil:
		return false, nil
	case []any:
		for _, item := range b {
			if Equal(a, item) {
				return true, nil
			}
		}
		return false, nil
	case map[string]any:
		key, ok := a.(string)
		_, found := b[key]
		return ok && found, nil
	case string:
		return nil, errOperands
	}
	return runtime.In(a, b), nil
}

func add(f *frame, a, b any) (any, error) {
	s, okS := a.(string)
	t, okT := b.(string)
	switch {
	case okS && okT:
		if err := f.build(len(s) + len(t)); err != nil {
			return nil, err
		}
		return s + t, nil
	case okS || okT || a == nil || b == nil:
		return nil, errOperands
	}
	return runtime.Add(a, b), nil
}

func arithmetic(op func(a, b any) any) func(*frame, any, any) (any, error) {
	return func(_ *frame, a, b any) (any, error) {
		if a == nil || b == nil {
			return nil, errOperands
		}
		return op(a, b), nil
	}
}

func divide(_ *frame, a, b any) (any, error) {
	if !sameKind(a, b) || !isNumeric(a) {
		return nil, errOperands
	}
	if runtime.ToFloat64(b) == 0 {
		return nil, &sentence{message: "division by zero"}
	}
	return runtime.Divide(a, b), nil
}

func modulo(_ *frame, a, b any) (any, error) {
	x, okX := a.(int)
	y, okY := b.(int)
	switch {
	case !okX || !okY:
		return nil, errOperands
	case y == 0:
		return nil, &sentence{message: "division by zero"}
	}
	return x % y, nil
}

// intRange is the operator a..b, both ends included.
func intRange(f *frame, a, b any) (any, error) {
	from, okFrom := a.(int)
	to, okTo := b.(int)
	if !okFrom || !okTo {
		return nil, errOperands
	}
	if to < from {
		return []int{}, nil
	}
	if n := to - from; n < 0 || n >= maxElements {
		return nil, &sentence{message: errCount}
	}
	if err := f.build(8 * (to - from + 1)); err != nil {
		return nil, err
	}
	return runtime.MakeRange(from, to), nil
}
