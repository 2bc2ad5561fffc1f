package exprlang

import (
	"cmp"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm/runtime"

	"github.com/evalrun/evalrun/internal/wording"
)

// operators are the binary operators on values of any type. What they cannot
// do is errOperands.
var operators = map[string]func(f *frame, a, b any) (any, error){
	"==":         func(_ *frame, a, b any) (any, error) { return same(a, b) },
	"!=":         func(_ *frame, a, b any) (any, error) { return not(same(a, b)) },
	"<":          ordered(func(order int) bool { return order < 0 }),
	"<=":         ordered(func(order int) bool { return order <= 0 }),
	">":          ordered(func(order int) bool { return order > 0 }),
	">=":         ordered(func(order int) bool { return order >= 0 }),
	"contains":   onStrings(strings.Contains),
	"startsWith": onStrings(strings.HasPrefix),
	"endsWith":   onStrings(strings.HasSuffix),
	"in":         within,
	"+":          add,
	"-":          subtract,
	"*":          multiply,
	"/":          divide,
	"%":          modulo,
	"**":         power,
	"^":          power,
	"..":         intRange,
}

// errOperands says that an operator does not take such operands. The caller
// knows their source and makes a sentence of it.
var errOperands = &sentence{message: "mismatched operands"}

// unary rewrites !x, not x and -x.
func (r *rewriter) unary(n *ast.UnaryNode) ast.Node {
	if n.Operator == "!" || n.Operator == "not" {
		c := *n
		c.Node = r.condition(n.Node)
		return &c
	}
	value := r.call(n.Node, func(_ *frame, args []any) (any, error) {
		if k := kindOf(args[0]); k != kindNumber && k != kindDuration {
			return nil, &sentence{message: fmt.Sprintf("%s is %s: %s needs a number", textOf(n.Node), describeValue(args[0]), n.Operator)}
		}
		if n.Operator == "+" {
			return args[0], nil
		}
		return negate(args[0])
	}, r.rewrite(n.Node))
	value.SetNature(*n.Nature())
	return value
}

// binary leaves an operator to expr-lang where the types are known to fit and
// its work is constant, and else puts ours in its place.
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
	if op == nil || comparesInts(n) {
		return &c
	}
	nils := [2]string{r.nilMeaning(n.Left), r.nilMeaning(n.Right)}
	return r.call(n, func(f *frame, args []any) (any, error) {
		if err := f.walkAll(args); err != nil {
			return nil, err
		}
		v, err := op(f, args[0], args[1])
		if err != errOperands {
			return v, err
		}
		for i, meaning := range nils {
			if args[i] == nil && meaning != "" {
				return nil, &sentence{message: meaning}
			}
		}
		return nil, r.mismatch(n, args[0], args[1])
	}, c.Left, c.Right)
}

// comparesInts reports whether a node compares two whole numbers.
func comparesInts(n *ast.BinaryNode) bool {
	switch n.Operator {
	case "==", "!=", "<", "<=", ">", ">=":
		return isInt(n.Left) && isInt(n.Right)
	}
	return false
}

// isInt reports whether a node is known to be a whole number, and not nil as
// one with a ?. may be.
func isInt(n ast.Node) bool {
	_, isChain := n.(*ast.ChainNode)
	return n.Nature().IsInteger && !isChain
}

// mismatch says why an operator cannot be applied to its operands, or to parts
// of them.
func (r *rewriter) mismatch(n *ast.BinaryNode, a, b any) error {
	left, right := textOf(n.Left), textOf(n.Right)
	switch n.Operator {
	case "==", "!=":
		if g, ok := findGap(a, b); ok && g.path != "" {
			path := wording.Start(g.path, maxPath)
			left, right, a, b = left+path, right+path, g.a, g.b
		}
	case "in":
		if i, item := unlikeElement(a, b); i >= 0 {
			right, b = fmt.Sprintf("%s[%d]", right, i), item
			if g, ok := findGap(a, b); ok && g.path != "" {
				path := wording.Start(g.path, maxPath)
				left, right, a, b = left+path, right+path, g.a, g.b
			}
		}
	}
	return &sentence{
		message: fmt.Sprintf("%s is %s and %s is %s: %s cannot be applied to them",
			left, describeValue(a), right, describeValue(b), n.Operator),
		hint: conversion(left, right, a, b),
	}
}

// conversion is how a text and a number, or true or false, can be compared.
func conversion(left, right string, a, b any) string {
	if kindOf(a) == kindText {
		left, right, a, b = right, left, b, a
	}
	text, isText := b.(string)
	k := kindOf(a)
	spelled := k == kindNumber && isNumeral(text) || k == kindBool && (text == "true" || text == "false")
	switch {
	case !isText || k != kindNumber && k != kindBool:
		return ""
	case spelled && strings.ContainsAny(right[:1], "\"'`"):
		return fmt.Sprintf("write %s without quotes", text)
	case left == "true" || left == "false" || isNumeral(left):
		return fmt.Sprintf("write \"%s\" with quotes", left)
	case spelled && k == kindNumber:
		return numberHint(right)
	case spelled && strings.HasPrefix(right, "vars."):
		return strings.TrimPrefix(columnHint(right, "boolean"), "; ")
	}
	return fmt.Sprintf("string(%s) is the text", left)
}

// numberHint says how a text becomes a number.
func numberHint(text string) string {
	return fmt.Sprintf("float(%s) is the number", text) + columnHint(text, "number")
}

// columnHint says how a variable gets another type where it is a column of a
// CSV file; "" for what is no variable.
func columnHint(name, kind string) string {
	column, ok := strings.CutPrefix(name, "vars.")
	if !ok || strings.ContainsAny(column, ".[(") {
		return ""
	}
	return fmt.Sprintf("; a CSV column has a type by `types: {%s: %s}`", column, kind)
}

// same is ==.
func same(a, b any) (bool, error) {
	e := compareValues(a, b)
	if e == unlike {
		return false, errOperands
	}
	return e == equal, nil
}

func not(v bool, err error) (bool, error) { return !v, err }

// order compares two numbers, texts, durations or times. ok is false for NaN.
func order(a, b any) (order int, ok bool, err error) {
	k := kindOf(a)
	if k != kindOf(b) {
		return 0, false, errOperands
	}
	switch k {
	case kindNumber:
		order, ok = compareNumbers(a, b)
		return order, ok, nil
	case kindText:
		return strings.Compare(a.(string), b.(string)), true, nil
	case kindDuration:
		return cmp.Compare(a.(time.Duration), b.(time.Duration)), true, nil
	case kindTime:
		return a.(time.Time).Compare(b.(time.Time)), true, nil
	}
	return 0, false, errOperands
}

func ordered(test func(order int) bool) func(*frame, any, any) (any, error) {
	return func(_ *frame, a, b any) (any, error) {
		order, ok, err := order(a, b)
		return ok && test(order), err
	}
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

// within is the operator in: an element of a list, a key of a map. An element
// that a value can never equal is an error, unless another equals it.
func within(_ *frame, a, b any) (any, error) {
	if b == nil {
		return false, nil
	}
	if m, ok := b.(map[string]any); ok {
		key, isText := a.(string)
		if !isText && a != nil {
			return nil, errOperands
		}
		_, found := m[key]
		return isText && found, nil
	}
	list := reflect.ValueOf(b)
	switch {
	case list.Kind() == reflect.Map:
		return runtime.In(a, b), nil
	case !isList(list):
		return nil, errOperands
	}
	anyUnlike := false
	for i := range list.Len() {
		switch compareValues(a, list.Index(i).Interface()) {
		case equal:
			return true, nil
		case unlike:
			anyUnlike = true
		}
	}
	if anyUnlike {
		return nil, errOperands
	}
	return false, nil
}

// unlikeElement is the first element of a list that a value can never equal;
// i is below 0 where there is none.
func unlikeElement(a, b any) (i int, element any) {
	list := reflect.ValueOf(b)
	if b == nil || !isList(list) {
		return -1, nil
	}
	for i := range list.Len() {
		if element := list.Index(i).Interface(); compareValues(a, element) == unlike {
			return i, element
		}
	}
	return -1, nil
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
