package suite

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/exprlang"
)

// variables are a case's variables by name, each as it was defined last.
type variables map[string]*Value

// variables merges the vars of the layers; inner ones win.
func (ls layers) variables() variables {
	out := variables{}
	for _, vars := range ls.all("vars") {
		for _, m := range vars.Members {
			out[m.Key] = m.Value
		}
	}
	return out
}

// names lists the variables, sorted.
func (vs variables) names() []string { return slices.Sorted(maps.Keys(vs)) }

// shape writes the types of the variables: what is compiled for one set of
// variables serves every other of its shape.
func (vs variables) shape() string {
	var b strings.Builder
	for _, name := range vs.names() {
		b.WriteString(strconv.Quote(name))
		b.WriteByte(':')
		switch v := vs[name]; {
		case hasTemplates(v):
			b.WriteByte('t')
		case v.Kind == String:
			b.WriteByte('s')
		default:
			b.WriteString(exprlang.Shape(exprlang.TypeOf(v.Native())))
		}
		b.WriteByte(',')
	}
	return b.String()
}

// hasTemplates reports whether any string in the tree is to be filled in.
func hasTemplates(v *Value) bool {
	switch v.Kind {
	case String:
		return hasTemplate(v)
	case List:
		return slices.ContainsFunc(v.Items, hasTemplates)
	case Map:
		return slices.ContainsFunc(v.Members, func(m Member) bool { return hasTemplates(m.Value) })
	}
	return false
}
