package exprlang

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/checker/nature"
	"github.com/expr-lang/expr/types"
)

// Type is the static type of a name or of an expression's result.
type Type = types.Type

// Map is a map whose keys are known: a key that it lacks is an error when an
// expression is compiled. Values are map[string]any.
type Map = types.Map

// The types of plain values. Any is checked when an expression runs; the
// Nullable ones are nil or the value.
var (
	Any              Type = types.Any
	Bool                  = types.Bool
	Int                   = types.Int
	Float                 = types.Float64
	String                = types.String
	Duration              = types.TypeOf(time.Duration(0))
	NullableString        = types.TypeOf((*string)(nil))
	NullableFloat         = types.TypeOf((*float64)(nil))
	NullableDuration      = types.TypeOf((*time.Duration)(nil))
)

// List is a list whose elements have one type. Values are []any.
func List(of Type) Type { return types.Array(of) }

// MapOf is a map of unknown keys whose values have one type. A key that it
// lacks is an error when an expression runs.
func MapOf(of Type) Type { return types.Map{types.Extra: of} }

// TypeOf is the type of a native value: string, int, float64, Number, bool,
// nil, []any and map[string]any, of any depth. A map's type knows its keys. Nil,
// and a list whose elements differ, leave the check to the run (Any).
func TypeOf(v any) Type {
	switch v := v.(type) {
	case nil:
		return Any
	case map[string]any:
		m := make(Map, len(v))
		for key, value := range v {
			m[key] = TypeOf(value)
		}
		return m
	case []any:
		return List(elementType(v))
	case Number:
		return Float
	}
	return types.TypeOf(v)
}

// elementType is the one type of all elements, or Any.
func elementType(list []any) Type {
	if len(list) == 0 {
		return Any
	}
	first := TypeOf(list[0])
	shape := Shape(first)
	for _, v := range list[1:] {
		if Shape(TypeOf(v)) != shape {
			return Any
		}
	}
	return first
}

// Shape writes a type in one canonical way, so that equal types have equal
// shapes: a cache of compiled programs is keyed by it.
func Shape(t Type) string {
	var b strings.Builder
	n := t.Nature()
	writeShape(&b, &n)
	return b.String()
}

func writeShape(b *strings.Builder, n *nature.Nature) {
	switch {
	case n.Kind == reflect.Map && n.TypeData != nil && n.Fields != nil:
		b.WriteByte('{')
		for _, key := range slices.Sorted(maps.Keys(n.Fields)) {
			field := n.Fields[key]
			b.WriteString(strconv.Quote(key))
			b.WriteByte(':')
			writeShape(b, &field)
			b.WriteByte(',')
		}
		if n.DefaultMapValue != nil {
			b.WriteString("*:")
			writeShape(b, n.DefaultMapValue)
		}
		b.WriteByte('}')
	case n.Kind == reflect.Slice && n.Ref != nil:
		b.WriteByte('[')
		writeShape(b, n.Ref)
		b.WriteByte(']')
	default:
		b.WriteString(n.String())
	}
}

// natureType is the type of a node of a compiled expression.
type natureType struct{ nature nature.Nature }

func (t natureType) Nature() nature.Nature { return t.nature }
func (t natureType) Equal(u Type) bool     { return Shape(t) == Shape(u) }
func (t natureType) String() string        { return describe(&t.nature) }

// describe names a type as messages do.
func describe(n *nature.Nature) string {
	switch {
	case n.Nil:
		return "nil"
	case n.Type == nil:
		return "any value"
	case n.IsDuration():
		return "a duration"
	case n.IsTime():
		return "a time"
	}
	return describeKind(n.Type)
}

func describeKind(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Map:
		return "a map"
	case reflect.Func:
		return "a function"
	case reflect.Interface:
		return "any value"
	case reflect.Pointer:
		return describeKind(t.Elem()) + " or nil"
	case reflect.Struct:
		return t.String()
	}
	return "an integer"
}

// describeValue names what a value is at run time.
func describeValue(v any) string {
	switch v.(type) {
	case nil:
		return "nil"
	case Number:
		return "a number"
	}
	n := nature.FromType(reflect.TypeOf(v))
	return describe(&n)
}

// ShapeOf is the Shape of a part's type.
func ShapeOf(n ast.Node) string { return Shape(natureType{*n.Nature()}) }
