package suite

import (
	"maps"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/exprlang"
)

// caseTemplate is what compiling a case's templates yields for one shape of its
// variables: it serves every row of that shape.
type caseTemplate struct {
	env       *environment
	order     []string // variables with templates, dependencies first
	templates map[*Value]*template
	failed    map[*Value]bool
	diags     *diagnostic.List
	problems  diagnostic.List // with the templates, whatever their values
	// What follows is read once for all cases of the template.
	fields, extra []Member
	hasKey        func(key string) bool
	headers       Request
	times, need   int
	tags          []string
	skip          string
	shape         *Shape
	envVars       map[string]any
	conversation  conversationTemplate
	rubrics       rubricTemplates
	rubricText    []byte // what the rubrics ask, for the digest
}

// maxEnvironments bounds the environments that are made for variables that use each
// other. Beyond it what they use is of any type until they are filled in.
const maxEnvironments = 200

// newCaseTemplate compiles the templates of the variables, in the order in which
// they need each other.
func newCaseTemplate(vars variables, env map[string]string, rel string, files *fileStore, diags *diagnostic.List) *caseTemplate {
	p := &caseTemplate{templates: map[*Value]*template{}, failed: map[*Value]bool{}, diags: diags}
	types := map[string]exprlang.Type{}
	if len(env) > 0 {
		p.envVars = axesNative(env)
		types["env"] = exprlang.TypeOf(p.envVars)
	}
	var pending []string
	filled := map[string]bool{}
	for _, name := range vars.names() {
		if hasTemplates(vars[name]) {
			pending = append(pending, name)
			filled[name] = true
			continue
		}
		types[name] = exprlang.TypeOf(vars[name].Native())
	}
	uses := map[string][]string{}
	for _, name := range pending {
		uses[name] = usedNames(vars[name], filled)
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
		p.compile(vars[name], within)
		types[name] = p.typeOf(vars[name])
		known[name] = true
		p.order = append(p.order, name)
	}
	if len(stuck) > 0 {
		p.cycle(vars, stuck, types)
	}
	p.env = newEnvironment(withVars(types, nil), rel, files)
	return p
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
func (p *caseTemplate) cycle(vars variables, names []string, types map[string]exprlang.Type) {
	v := vars[names[0]]
	p.diags.Add(v.Diagnostic("variables need each other in a circle: "+strings.Join(names, ", "), ""))
	for _, name := range names {
		p.failed[vars[name]] = true
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

// compile compiles the templates of a tree.
func (p *caseTemplate) compile(v *Value, env *environment) {
	eachString(v, func(s *Value) {
		if p.templates[s] != nil || p.failed[s] {
			return
		}
		t, ok := compileTemplate(s, env, p.diags)
		if !ok {
			p.failed[s] = true
			return
		}
		p.templates[s] = t
	})
}

// typeOf gives the type that a variable with templates has once filled in.
func (p *caseTemplate) typeOf(v *Value) exprlang.Type {
	t := p.templates[v]
	switch {
	case v.Kind == String && t == nil && hasTemplate(v):
		return exprlang.TypeOf(nil) // it has been reported
	case t != nil && t.whole() != nil:
		return t.whole().program.Type()
	case v.Kind == String:
		return exprlang.TypeOf("")
	case v.Kind == Map:
		members := map[string]exprlang.Type{}
		for _, m := range v.Members {
			members[m.Key] = p.typeOf(m.Value)
		}
		return exprlang.Map(members)
	case v.Kind == List:
		return exprlang.TypeOf([]any{nil})
	}
	return exprlang.TypeOf(v.Native())
}
