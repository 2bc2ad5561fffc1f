package exprlang

import (
	"fmt"
	"maps"
	"slices"
)

// difference says where two lists or two maps differ first, as an expression
// reaches the place, and what is there. It is "" for values of other kinds.
func difference(a, b any) string {
	switch a := a.(type) {
	case []any:
		if list, ok := b.([]any); ok {
			return listDifference(a, list)
		}
	case map[string]any:
		if m, ok := b.(map[string]any); ok {
			return mapDifference(a, m)
		}
	}
	return ""
}

func listDifference(a, b []any) string {
	for i := range max(len(a), len(b)) {
		switch {
		case i >= len(a):
			return fmt.Sprintf("[%d]: nothing and %s", i, Render(b[i], 40))
		case i >= len(b):
			return fmt.Sprintf("[%d]: %s and nothing", i, Render(a[i], 40))
		case !Equal(a[i], b[i]):
			return inside(fmt.Sprintf("[%d]", i), a[i], b[i])
		}
	}
	return ""
}

func mapDifference(a, b map[string]any) string {
	keys := slices.Concat(slices.Collect(maps.Keys(a)), slices.Collect(maps.Keys(b)))
	slices.Sort(keys)
	for _, key := range keys {
		v, inA := a[key]
		w, inB := b[key]
		switch {
		case !inA:
			return fmt.Sprintf("[%s]: nothing and %s", quoteMiddle(key, 40), Render(w, 40))
		case !inB:
			return fmt.Sprintf("[%s]: %s and nothing", quoteMiddle(key, 40), Render(v, 40))
		case !Equal(v, w):
			return inside("["+quoteMiddle(key, 40)+"]", v, w)
		}
	}
	return ""
}

// inside goes on into parts that differ, as long as they are of one kind.
func inside(path string, a, b any) string {
	if deeper := difference(a, b); deeper != "" {
		return path + deeper
	}
	return fmt.Sprintf("%s: %s and %s", path, Render(a, 40), Render(b, 40))
}
