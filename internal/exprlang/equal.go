package exprlang

import (
	"reflect"

	"github.com/expr-lang/expr/vm/runtime"
)

// Equal compares two values by what they are: numbers by their value, lists
// by their elements in order, maps by their keys and values. 5 equals 5.0,
// alone and inside of lists and maps.
func Equal(a, b any) bool {
	switch a := a.(type) {
	case nil:
		return b == nil
	case string:
		s, ok := b.(string)
		return ok && a == s
	case bool:
		t, ok := b.(bool)
		return ok && a == t
	case int:
		if i, ok := b.(int); ok {
			return a == i
		}
	case []any:
		if list, ok := b.([]any); ok {
			return equalLists(a, list)
		}
	case map[string]any:
		if m, ok := b.(map[string]any); ok {
			return equalMaps(a, m)
		}
	}
	return equalOther(a, b)
}

func equalLists(a, b []any) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !Equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

func equalMaps(a, b map[string]any) bool {
	if len(a) != len(b) {
		return false
	}
	for key, v := range a {
		w, ok := b[key]
		if !ok || !Equal(v, w) {
			return false
		}
	}
	return true
}

// equalOther compares what only expr-lang's own functions give.
func equalOther(a, b any) bool {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	if !x.IsValid() || !y.IsValid() {
		return false
	}
	if !isList(x) || !isList(y) {
		return runtime.Equal(a, b)
	}
	if x.Len() != y.Len() {
		return false
	}
	for i := range x.Len() {
		if !Equal(x.Index(i).Interface(), y.Index(i).Interface()) {
			return false
		}
	}
	return true
}

func isList(v reflect.Value) bool {
	return v.Kind() == reflect.Slice || v.Kind() == reflect.Array
}
