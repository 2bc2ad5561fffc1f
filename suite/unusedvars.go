package suite

import "slices"

// UnusedVars are the variables that the suite's own file defines and that no
// expression of the suite, of its defaults or of a template file uses, as
// members of vars. Columns of data sets are not among them: they are data.
func (s *Suite) UnusedVars() []Member {
	shared, own := s.references()
	unused := newDeclarations(s)
	everywhere := append([]*references{shared}, own...)
	for _, l := range s.outer {
		unused.add(l, everywhere)
	}
	for _, a := range s.axes {
		for _, label := range a.labels {
			unused.add(label.over, everywhere)
		}
	}
	for i, d := range s.definitions {
		unused.add(d.own, []*references{shared, own[i]})
	}
	return unused.list()
}

// UnusedSettings are the names of Options.Vars that no expression of any suite
// references.
func (s *Set) UnusedSettings() []string {
	if len(s.Suites) == 0 || len(s.Suites[0].opts.Vars) == 0 {
		return nil
	}
	var all []*references
	for _, one := range s.Suites {
		shared, own := one.references()
		all = append(append(all, shared), own...)
	}
	var unused []string
	for _, v := range s.Suites[0].opts.Vars {
		used := slices.ContainsFunc(all, func(m *references) bool { return m.has(v.Name) })
		if !used && !slices.Contains(unused, v.Name) {
			unused = append(unused, v.Name)
		}
	}
	return unused
}

// UsesName reports whether an expression of the suite uses a top-level name, or
// may.
func (s *Suite) UsesName(name string) bool {
	shared, own := s.references()
	return slices.ContainsFunc(append(own, shared), func(m *references) bool { return m.names[name] })
}

// references are the names that expressions use which all cases share, and those
// that the expressions of each case use.
func (s *Suite) references() (shared *references, own []*references) {
	shared = &references{}
	for _, l := range s.outer {
		shared.tree(l.node, "cases")
	}
	shared.expression(s.opts.Choice.Where)
	for text := range s.stores.files.Texts() {
		shared.templates(text.Text)
	}
	for _, d := range s.definitions {
		m := &references{}
		m.tree(d.own.node, "")
		own = append(own, m)
	}
	return shared, own
}

// declarations are variables by the position where they are defined: an anchor
// can stand for those of several cases.
type declarations struct {
	suite *Suite
	used  map[*Value]bool
	order []Member
}

func newDeclarations(s *Suite) *declarations {
	return &declarations{suite: s, used: map[*Value]bool{}}
}

// add takes the variables of a layer, and the expressions that can use them.
func (ds *declarations) add(l *layer, where []*references) {
	vars := l.other["vars"].Value
	if vars == nil {
		return
	}
	for _, m := range vars.Members {
		if m.Value.Rel() != ds.suite.Path {
			continue
		}
		used, seen := ds.used[m.Value]
		if !seen {
			ds.order = append(ds.order, m)
		}
		ds.used[m.Value] = used || slices.ContainsFunc(where, func(w *references) bool { return w.has(m.Key) })
	}
}

func (ds *declarations) list() []Member {
	return slices.DeleteFunc(ds.order, func(m Member) bool { return ds.used[m.Value] })
}
