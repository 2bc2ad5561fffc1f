package exprlang

import (
	"reflect"
	"time"
)

// maxNesting bounds how deep a value nests that is looked at as a whole.
const maxNesting = 1000

// word is about what a value costs in memory beside the text that it holds.
const word = 48

// measure counts the bytes of a value, every part as often as it occurs
// there, until left is used up.
type measure struct {
	left   int
	indent int  // bytes that every level of nesting adds to a part
	deep   bool // the value nests too deep
}

// value reports whether the value is within the measure.
func (m *measure) value(v any, nesting int) bool {
	m.left -= word + m.indent*(maxNesting-nesting)
	if m.left < 0 || nesting == 0 {
		m.deep = nesting == 0
		return false
	}
	switch v := v.(type) {
	case nil, bool, int, float64, time.Duration:
		return true
	case string:
		m.left -= len(v)
	case Number:
		m.left -= len(v.text)
	case []any:
		for _, item := range v {
			if !m.value(item, nesting-1) {
				return false
			}
		}
	case map[string]any:
		for key, item := range v {
			m.left -= len(key)
			if !m.value(item, nesting-1) {
				return false
			}
		}
	default:
		return m.other(reflect.ValueOf(v), nesting)
	}
	return m.left >= 0
}

// other measures what only expr-lang's own functions give: typed lists, and
// maps whose keys are not strings.
func (m *measure) other(v reflect.Value, nesting int) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if !m.value(v.Index(i).Interface(), nesting-1) {
				return false
			}
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			if !m.value(it.Key().Interface(), nesting-1) || !m.value(it.Value().Interface(), nesting-1) {
				return false
			}
		}
	}
	return m.left >= 0
}
