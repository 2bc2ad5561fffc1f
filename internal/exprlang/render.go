package exprlang

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/evalrun/evalrun/internal/wording"
)

// Render writes a value as a literal of about width characters at most: long
// strings lose their middle, long lists and maps their end. Control
// characters are escaped.
func Render(v any, width int) string {
	if s, ok := v.(string); ok {
		return quoteMiddle(s, width)
	}
	w := &renderer{left: width}
	w.value(v, 6)
	return w.String()
}

// renderer writes a value until its width is used up.
type renderer struct {
	strings.Builder
	left int
}

func (w *renderer) write(s string) {
	w.left -= utf8.RuneCountInString(s)
	w.WriteString(s)
}

func (w *renderer) value(v any, nesting int) {
	switch v := v.(type) {
	case nil:
		w.write("nil")
	case string:
		w.write(quoteMiddle(v, max(w.left, 12)))
	case float64:
		w.write(wording.Start(FormatFloat(v), max(w.left, 40)))
	case Number:
		w.write(wording.Start(v.text, max(w.left, 40)))
	case time.Duration:
		w.write(v.String())
	case []any:
		w.list(len(v), nesting, func(i int) any { return v[i] })
	case map[string]any:
		w.object(v, nesting)
	case func() (any, error):
		w.write("…")
	default:
		w.other(reflect.ValueOf(v), nesting)
	}
}

func (w *renderer) list(length, nesting int, at func(int) any) {
	w.write("[")
	for i := range length {
		if i > 0 {
			w.write(", ")
		}
		if w.left < 8 || nesting == 0 {
			w.write("…")
			break
		}
		w.value(at(i), nesting-1)
	}
	w.write("]")
}

func (w *renderer) object(m map[string]any, nesting int) {
	w.write("{")
	for i, key := range firstKeys(m, w.left/minMember+2) {
		if i > 0 {
			w.write(", ")
		}
		if w.left < 8 || nesting == 0 {
			w.write("…")
			break
		}
		w.write(quoteMiddle(key, 40) + ": ")
		w.value(m[key], nesting-1)
	}
	w.write("}")
}

// minMember is how many characters a member of a map takes at least.
const minMember = 5

// firstKeys are the n first keys of a map in their order, without sorting them
// all: a model's map has any number.
func firstKeys(m map[string]any, n int) []string {
	if len(m) <= n {
		return slices.Sorted(maps.Keys(m))
	}
	first := make([]string, 0, n+1)
	for key := range m {
		if len(first) == n && key >= first[n-1] {
			continue
		}
		at, _ := slices.BinarySearch(first, key)
		first = slices.Insert(first, at, key)
		first = first[:min(len(first), n)]
	}
	return first
}

// other writes what only expr-lang's own functions give.
func (w *renderer) other(v reflect.Value, nesting int) {
	switch {
	case isList(v):
		w.list(v.Len(), nesting, func(i int) any { return v.Index(i).Interface() })
	case v.Kind() == reflect.Map:
		w.write("{")
		for i, key := range v.MapKeys() {
			if i > 0 {
				w.write(", ")
			}
			if w.left < 8 || nesting == 0 {
				w.write("…")
				break
			}
			w.value(key.Interface(), nesting-1)
			w.write(": ")
			w.value(v.MapIndex(key).Interface(), nesting-1)
		}
		w.write("}")
	default:
		w.write(wording.Start(strings.Map(printable, fmt.Sprint(v)), 60))
	}
}

func printable(r rune) rune {
	if strconv.IsPrint(r) {
		return r
	}
	return '�'
}

// quoteMiddle quotes a string, without its middle where it is too long.
func quoteMiddle(s string, width int) string {
	const quotes = 2
	if wording.Fits(s, width-quotes) {
		return strconv.Quote(s)
	}
	tail := (width - quotes - 1) / 3
	head := width - quotes - 1 - tail
	return unquoted(wording.First(s, head), wording.Last(s, tail))
}

// unquoted joins pieces of one string with … where something is left out.
func unquoted(pieces ...string) string {
	for i, p := range pieces {
		q := strconv.Quote(p)
		pieces[i] = q[1 : len(q)-1]
	}
	return `"` + strings.Join(pieces, "…") + `"`
}
