package template

import (
	"maps"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/suite/internal/source"
	"github.com/evalrun/evalrun/suite/internal/work"
)

// Set is the templates of a definition compiled for one shape of its
// variables.
type Set struct {
	env      *environment
	envVars  map[string]any // env.NAME; nil without
	order    []string       // variables with templates, dependencies first
	compiled map[*source.Value]*template
	failed   map[*source.Value]bool
	diags    *diagnostic.List
}

// maxEnvironments bounds the environments that are made for variables that use each
// other. Beyond it what they use is of any type until they are filled in.
const maxEnvironments = 200

// NewSet compiles the templates of the variables, in the order in which
// they need each other.
func NewSet(vars Variables, env map[string]string, rel string, files *Files, diags *diagnostic.List) *Set {
	ts := &Set{compiled: map[*source.Value]*template{}, failed: map[*source.Value]bool{}, diags: diags}
	types := map[string]exprlang.Type{}
	if len(env) > 0 {
		ts.envVars = make(map[string]any, len(env))
		for name, value := range env {
			ts.envVars[name] = value
		}
		types["env"] = exprlang.TypeOf(ts.envVars)
	}
	var pending []string
	filled := map[string]bool{}
	for _, name := range vars.names() {
		if HasAny(vars[name]) {
			pending = append(pending, name)
			filled[name] = true
			continue
		}
		types[name] = exprlang.TypeOf(vars[name].Native())
	}
	uses := map[string][]string{}
	for _, name := range pending {
		uses[name] = UsedNames(vars[name], filled)
	}
	ordered, stuck := inOrder(pending, uses)
	var within *environment
	known, made := map[string]bool{}, 0 // known since within was made
	for i, name := range ordered {
		if within == nil || made < maxEnvironments && slices.ContainsFunc(uses[name], func(u string) bool { return known[u] }) {
			made++
			within = newEnvironment(withVars(types, append(slices.Clone(ordered[i:]), stuck...)), rel, files)
			clear(known)
		}
		ts.compile(vars[name], within)
		types[name] = ts.typeOf(vars[name])
		known[name] = true
		ts.order = append(ts.order, name)
	}
	if len(stuck) > 0 {
		ts.cycle(vars, stuck, types)
	}
	ts.env = newEnvironment(withVars(types, nil), rel, files)
	return ts
}

// inOrder puts variables behind those that they use, and else leaves them in
// their order. stuck are those that need each other in a circle.
func inOrder(names []string, uses map[string][]string) (ordered, stuck []string) {
	index, waiting, users := map[string]int{}, make([]int, len(names)), make([][]int, len(names))
	for i, name := range names {
		index[name] = i
	}
	var ready []int // sorted
	for i, name := range names {
		for _, u := range uses[name] {
			users[index[u]] = append(users[index[u]], i)
		}
		if waiting[i] = len(uses[name]); waiting[i] == 0 {
			ready = append(ready, i)
		}
	}
	for len(ready) > 0 {
		next := ready[0]
		ready = ready[1:]
		ordered = append(ordered, names[next])
		for _, user := range users[next] {
			if waiting[user]--; waiting[user] == 0 {
				at, _ := slices.BinarySearch(ready, user)
				ready = slices.Insert(ready, at, user)
			}
		}
	}
	for i, name := range names {
		if waiting[i] > 0 {
			stuck = append(stuck, name)
		}
	}
	return ordered, stuck
}

// cycle reports variables that need each other; they are of any type for
// what comes after, so that nothing else is reported because of them.
func (ts *Set) cycle(vars Variables, names []string, types map[string]exprlang.Type) {
	v := vars[names[0]]
	ts.diags.Add(v.Diagnostic("variables depend on each other in a cycle: "+strings.Join(names, ", "), ""))
	for _, name := range names {
		ts.failed[vars[name]] = true
		types[name] = exprlang.TypeOf(nil)
	}
}

// withVars adds the map of all variables under the name vars, and those
// whose type is not known yet.
func withVars(types map[string]exprlang.Type, untyped []string) map[string]exprlang.Type {
	out := maps.Clone(types)
	for _, name := range untyped {
		out[name] = exprlang.TypeOf(nil)
	}
	out["vars"] = exprlang.Map(maps.Clone(out))
	return out
}

// Compile compiles the templates of a tree, for a Scope to fill in.
func (ts *Set) Compile(v *source.Value) { ts.compile(v, ts.env) }

// Work is what may still be done.
func (ts *Set) Work() *work.Budget { return ts.env.files.work }

// VarsType is the type of the map of all variables.
func (ts *Set) VarsType() exprlang.Type { return ts.env.types["vars"] }

// compile compiles the templates of a tree for the names of env.
func (ts *Set) compile(v *source.Value, env *environment) {
	eachString(v, func(s *source.Value) {
		if ts.compiled[s] != nil || ts.failed[s] {
			return
		}
		t, ok := compileTemplate(s, env, ts.diags)
		if !ok {
			ts.failed[s] = true
			return
		}
		ts.compiled[s] = t
	})
}

// typeOf gives the type that a variable with templates has once filled in.
func (ts *Set) typeOf(v *source.Value) exprlang.Type {
	t := ts.compiled[v]
	switch {
	case v.Kind == source.String && t == nil && Has(v):
		return exprlang.TypeOf(nil) // it has been reported
	case t != nil && t.whole() != nil:
		return t.whole().program.Type()
	case v.Kind == source.String:
		return exprlang.TypeOf("")
	case v.Kind == source.Map:
		members := map[string]exprlang.Type{}
		for _, m := range v.Members {
			members[m.Key] = ts.typeOf(m.Value)
		}
		return exprlang.Map(members)
	case v.Kind == source.List:
		return exprlang.TypeOf([]any{nil})
	}
	return exprlang.TypeOf(v.Native())
}
