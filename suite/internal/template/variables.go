package template

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/suite/internal/source"
)

// Variables are a case's variables by name, each as it was defined last.
type Variables map[string]*source.Value

// names lists the variables, sorted.
func (vs Variables) names() []string { return slices.Sorted(maps.Keys(vs)) }

// Shape writes the types of the variables: what is compiled for one set of
// variables serves every other of its shape.
func (vs Variables) Shape() string {
	var b strings.Builder
	for _, name := range vs.names() {
		b.WriteString(strconv.Quote(name))
		b.WriteByte(':')
		switch v := vs[name]; {
		case HasAny(v):
			b.WriteByte('t')
		case v.Kind == source.String:
			b.WriteByte('s')
		default:
			b.WriteString(exprlang.Shape(exprlang.TypeOf(v.Native())))
		}
		b.WriteByte(',')
	}
	return b.String()
}

// HasAny reports whether any string in the tree is to be filled in.
func HasAny(v *source.Value) bool {
	switch v.Kind {
	case source.String:
		return Has(v)
	case source.List:
		return slices.ContainsFunc(v.Items, HasAny)
	case source.Map:
		return slices.ContainsFunc(v.Members, func(m source.Member) bool { return HasAny(m.Value) })
	}
	return false
}
