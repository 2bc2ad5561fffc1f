package exprlang

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/wording"
)

// gap is where two values differ first: path is how an expression reaches the
// place, "" for the values themselves. What one of them lacks there is nothing.
type gap struct {
	path string
	a, b any
}

// nothing is what one of two lists or maps lacks.
type nothing struct{}

// findGap finds where two values that are not equal differ first, in one walk.
// ok is false where they are equal.
func findGap(a, b any) (g gap, ok bool) {
	switch a := a.(type) {
	case []any:
		if list, isList := b.([]any); isList {
			return listGap(a, list)
		}
	case map[string]any:
		if m, isMap := b.(map[string]any); isMap {
			return mapGap(a, m)
		}
	}
	return gap{"", a, b}, compareValues(a, b) != equal
}

func listGap(a, b []any) (gap, bool) {
	for i := range max(len(a), len(b)) {
		var v, w any = nothing{}, nothing{}
		if i < len(a) {
			v = a[i]
		}
		if i < len(b) {
			w = b[i]
		}
		if g, ok := findGap(v, w); ok {
			return gap{fmt.Sprintf("[%d]", i) + g.path, g.a, g.b}, true
		}
	}
	return gap{}, false
}

func mapGap(a, b map[string]any) (gap, bool) {
	keys := slices.Concat(slices.Collect(maps.Keys(a)), slices.Collect(maps.Keys(b)))
	slices.Sort(keys)
	for _, key := range keys {
		v, inA := a[key]
		if !inA {
			v = nothing{}
		}
		w, inB := b[key]
		if !inB {
			w = nothing{}
		}
		if g, ok := findGap(v, w); ok {
			return gap{"[" + quoteMiddle(key, 40) + "]" + g.path, g.a, g.b}, true
		}
	}
	return gap{}, false
}

// firstDifference says where two lists or two maps differ first, and what is there.
// It is "" for values of other kinds.
func firstDifference(a, b any) string {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	if !x.IsValid() || !y.IsValid() || x.Type() != y.Type() || x.Kind() != reflect.Slice && x.Kind() != reflect.Map {
		return ""
	}
	g, ok := findGap(a, b)
	if !ok || g.path == "" {
		return ""
	}
	text := fmt.Sprintf("%s: %s and %s", wording.Start(g.path, maxPath), renderPart(g.a), renderPart(g.b))
	s, okS := g.a.(string)
	t, okT := g.b.(string)
	if okS && okT {
		text = strings.TrimSuffix(text+"; "+alike("==", s, t), "; ")
	}
	return text
}

// maxPath bounds a path that is shown, in characters.
const maxPath = 200

func renderPart(v any) string {
	if v == (nothing{}) {
		return "nothing"
	}
	return Render(v, 40)
}
