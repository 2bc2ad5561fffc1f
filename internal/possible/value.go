package possible

import (
	"math"
	"reflect"
	"slices"
	"time"

	"github.com/expr-lang/expr/checker/nature"

	"github.com/evalrun/evalrun/internal/exprlang"
)

// kind is a set of what values can be.
type kind uint8

const (
	nilKind kind = 1 << iota
	boolKind
	numberKind
	stringKind
	durationKind
	otherKind
	anyKind = nilKind | boolKind | numberKind | stringKind | durationKind | otherKind
)

// value is what a part of an expression can be. It can be nothing: the part
// is never reached, or always fails.
type value struct {
	kinds kind
	// yes and no: as a boolean it can be true, and false.
	yes, no bool
	// span bounds numbers and durations; whole says that numbers are whole.
	span  span
	whole bool
	// only, unless nil, are all that it can be; not are what it cannot be.
	only, not []any
	// fixed are functions of Facts.Fixed that do not change it as a text.
	fixed []fixed
}

// maxSet bounds how many values are told apart.
const maxSet = 64

var nothing = value{}

func anything() value {
	return value{kinds: anyKind, yes: true, no: true, span: everything}
}

// truth is a boolean that can be true or false as said.
func truth(yes, no bool) value {
	if !yes && !no {
		return nothing
	}
	return value{kinds: boolKind, yes: yes, no: no}
}

// constant is the one value.
func constant(v any) value {
	out := value{kinds: kindOf(v), only: []any{v}}
	switch v := v.(type) {
	case bool:
		out.yes, out.no = v, !v
	case int:
		out.span, out.whole = span{low: float64(v), high: float64(v)}, true
	case float64:
		out.span, out.whole = span{low: v, high: v}, v == math.Trunc(v)
	case time.Duration:
		out.span = span{low: float64(v), high: float64(v)}
	}
	if out.kinds == otherKind {
		out.only = nil
	}
	return out
}

func kindOf(v any) kind {
	switch v.(type) {
	case nil:
		return nilKind
	case bool:
		return boolKind
	case int, float64:
		return numberKind
	case string:
		return stringKind
	case time.Duration:
		return durationKind
	}
	return otherKind
}

// typed is any value of a static type.
func typed(n *nature.Nature) value {
	out := anything()
	var cache nature.Cache
	switch {
	case n.IsUnknown(&cache):
		return out
	case n.IsPointer():
		of := nature.FromType(n.Type.Elem())
		out = typed(&of)
		out.kinds |= nilKind
		return out
	case n.Nil:
		return constant(nil)
	case n.IsDuration():
		out.kinds = durationKind
	case n.IsNumber():
		out.kinds, out.whole = numberKind, n.IsInteger
	case n.IsString():
		out.kinds = stringKind
	case n.IsBool():
		out.kinds = boolKind
	case n.Kind == reflect.Interface:
		return out
	default:
		out.kinds = otherKind
	}
	if out.kinds != boolKind {
		out.yes, out.no = false, false
	}
	return out
}

// dead tells whether it can be nothing at all.
func (v value) dead() bool { return v.kinds == 0 }

// restrict keeps some kinds.
func (v value) restrict(kinds kind) value {
	v.kinds &= kinds
	if v.only != nil {
		v.only = slices.DeleteFunc(slices.Clone(v.only), func(c any) bool { return kindOf(c)&kinds == 0 })
	}
	return v.tidy()
}

// tidy drops the kinds of which nothing is left.
func (v value) tidy() value {
	if v.kinds&boolKind == 0 {
		v.yes, v.no = false, false
	} else if !v.yes && !v.no {
		v.kinds &^= boolKind
	}
	if v.whole && v.kinds&numberKind != 0 {
		v.span = v.span.whole()
	}
	if v.span.empty() {
		v.kinds &^= numberKind | durationKind
	}
	if v.only != nil {
		v.only = slices.DeleteFunc(slices.Clone(v.only), func(c any) bool { return !v.holds(c) })
		kinds := kind(0)
		for _, c := range v.only {
			kinds |= kindOf(c)
		}
		v.kinds &= kinds
	}
	if v.dead() {
		return nothing
	}
	return v
}

// holds tells whether it can be a constant.
func (v value) holds(c any) bool {
	k := kindOf(c)
	if v.kinds&k == 0 || slices.ContainsFunc(v.not, func(n any) bool { return exprlang.Equal(n, c) }) {
		return false
	}
	if v.only != nil && !slices.ContainsFunc(v.only, func(o any) bool { return exprlang.Equal(o, c) }) {
		return false
	}
	switch c := c.(type) {
	case bool:
		return c && v.yes || !c && v.no
	case int:
		return v.span.holds(float64(c))
	case float64:
		return v.span.holds(c) && (!v.whole || c == math.Trunc(c))
	case time.Duration:
		return v.span.holds(float64(c))
	}
	return true
}

// without is the value where it is not the constant.
func (v value) without(c any) value {
	if len(v.not) >= maxSet {
		return v
	}
	switch c := c.(type) {
	case bool:
		v.yes, v.no = v.yes && !c, v.no && c
	case nil:
		return v.restrict(anyKind &^ nilKind)
	case int:
		if v.kinds&durationKind == 0 {
			v.span = v.span.without(float64(c))
		}
	case float64:
		if v.kinds&durationKind == 0 {
			v.span = v.span.without(c)
		}
	}
	v.not = append(v.not[:len(v.not):len(v.not)], c)
	return v.tidy()
}

// meet is what both can be.
func (v value) meet(w value) value {
	out := v
	out.kinds &= w.kinds
	out.yes, out.no = v.yes && w.yes, v.no && w.no
	out.span = v.span.meet(w.span)
	out.whole = v.whole || w.whole
	out.not = union(v.not, w.not, exprlang.Equal)
	out.fixed = union(v.fixed, w.fixed, func(a, b fixed) bool { return a.name == b.name })
	switch {
	case w.only == nil:
	case v.only == nil:
		out.only = w.only
	default:
		out.only = slices.DeleteFunc(slices.Clone(v.only), func(c any) bool { return !w.holds(c) })
	}
	if out.only != nil {
		out.only = slices.DeleteFunc(slices.Clone(out.only), func(c any) bool { return !v.holds(c) || !w.holds(c) })
	}
	return out.tidy()
}

// union are the elements of both lists, each once, up to maxSet: what is known
// of a term is met with itself as often as conditions stand in each other.
func union[T any](a, b []T, equal func(a, b T) bool) []T {
	out := a[:len(a):len(a)]
	for _, x := range b {
		if len(out) < maxSet && !slices.ContainsFunc(out, func(y T) bool { return equal(x, y) }) {
			out = append(out, x)
		}
	}
	return out
}

// join is what one or the other can be.
func (v value) join(w value) value {
	switch {
	case v.dead():
		return w
	case w.dead():
		return v
	}
	out := value{
		kinds: v.kinds | w.kinds, yes: v.yes || w.yes, no: v.no || w.no,
		span: v.span.join(w.span), whole: v.isWhole() && w.isWhole(),
	}
	if v.only != nil && w.only != nil && len(v.only)+len(w.only) <= maxSet {
		out.only = append(slices.Clone(v.only), w.only...)
	}
	return out
}

// isWhole tells whether what numbers it can be are whole.
func (v value) isWhole() bool { return v.whole || v.kinds&numberKind == 0 }

// within is the value in a range.
func (v value) within(r Range) value {
	v.span = v.span.meet(span{low: r.Min, high: r.Max})
	return v.tidy()
}
