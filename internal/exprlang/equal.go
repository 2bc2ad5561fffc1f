package exprlang

import (
	"reflect"
	"time"

	"github.com/expr-lang/expr/vm/runtime"
)

// isEqual compares two values by what they are: numbers by their value, lists
// by their elements in order, maps by their keys and values. 5 equals 5.0,
// alone and inside of lists and maps.
func isEqual(a, b any) bool { return compareValues(a, b) == equal }

// Compare reports whether two values are equal, as == has it, and whether they
// can be: a text never equals a number, nor true or false.
func Compare(a, b any) (equals, comparable bool) {
	e := compareValues(a, b)
	return e == equal, e != unlike
}

// equality is what comes of comparing two values.
type equality uint8

const (
	different equality = iota
	equal
	// unlike says that a text was compared with a number, or true or false with
	// either, and that all else is equal. Such a pair never is, so != between
	// them is no answer but a mistake.
	unlike
)

// and is the equality of lists and maps with two parts.
func (e equality) and(other equality) equality {
	switch {
	case e == different || other == different:
		return different
	case e == unlike || other == unlike:
		return unlike
	}
	return equal
}

// is is the equality of values of one kind.
func is(equals bool) equality {
	if equals {
		return equal
	}
	return different
}

func compareValues(a, b any) equality {
	switch a := a.(type) {
	case nil:
		return is(b == nil)
	case string:
		if s, ok := b.(string); ok {
			return is(a == s)
		}
	case bool:
		if t, ok := b.(bool); ok {
			return is(a == t)
		}
	case int:
		if i, ok := b.(int); ok {
			return is(a == i)
		}
	case []any:
		if list, ok := b.([]any); ok {
			return compareLists(a, list)
		}
	case map[string]any:
		if m, ok := b.(map[string]any); ok {
			return compareMaps(a, m)
		}
	}
	return compareOthers(a, b)
}

func compareLists(a, b []any) equality {
	if len(a) != len(b) {
		return different
	}
	all := equal
	for i := range a {
		if all = all.and(compareValues(a[i], b[i])); all == different {
			break
		}
	}
	return all
}

func compareMaps(a, b map[string]any) equality {
	if len(a) != len(b) {
		return different
	}
	all := equal
	for key, v := range a {
		w, ok := b[key]
		if !ok {
			return different
		}
		if all = all.and(compareValues(v, w)); all == different {
			break
		}
	}
	return all
}

// compareOthers compares scalars of different types, and what only expr-lang's
// own functions give.
func compareOthers(a, b any) equality {
	k, l := kindOf(a), kindOf(b)
	switch {
	case k == kindNumber && l == kindNumber:
		order, ok := compareNumbers(a, b)
		return is(ok && order == 0)
	case k != kindOther && l != kindOther && k != l:
		return unlike
	}
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	if !x.IsValid() || !y.IsValid() {
		return different
	}
	if !isList(x) || !isList(y) {
		return is(runtime.Equal(a, b))
	}
	if x.Len() != y.Len() {
		return different
	}
	all := equal
	for i := range x.Len() {
		if all = all.and(compareValues(x.Index(i).Interface(), y.Index(i).Interface())); all == different {
			break
		}
	}
	return all
}

// kind is what a value is as far as comparing it goes.
type kind uint8

const (
	kindOther kind = iota // lists, maps, nil
	kindNumber
	kindText
	kindBool
	kindDuration
	kindTime
)

func kindOf(v any) kind {
	switch v.(type) {
	case int, float64, Number:
		return kindNumber
	case string:
		return kindText
	case bool:
		return kindBool
	case time.Duration:
		return kindDuration
	case time.Time:
		return kindTime
	}
	if _, ok := floatOf(v); ok {
		return kindNumber
	}
	return kindOther
}

func isList(v reflect.Value) bool {
	return v.Kind() == reflect.Slice || v.Kind() == reflect.Array
}
