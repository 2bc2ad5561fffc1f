package suite

import "github.com/evalrun/evalrun/internal/diagnostic"

// Axis is a dimension of the matrix that is written in the suite's own file.
type Axis struct {
	Name   string
	Labels []Label
	at     Member
}

// Diagnostic is a problem of the axis, at its name.
func (a Axis) Diagnostic(message, hint string) diagnostic.Diagnostic {
	return a.at.Diagnostic(message, hint)
}

// Label is one value of an axis.
type Label struct {
	Name string
	// Vars are the variables that it sets, as JSON.
	Vars string
	at   Member
}

// Diagnostic is a problem of the label, at its name.
func (l Label) Diagnostic(message, hint string) diagnostic.Diagnostic {
	return l.at.Diagnostic(message, hint)
}

// OwnAxes are the axes of the matrix that the suite's own file has, in order.
func (s *Suite) OwnAxes() []Axis {
	var out []Axis
	for _, a := range s.axes {
		if a.at.Value == nil || a.at.Value.Rel() != s.Path {
			continue
		}
		own := Axis{Name: a.name, at: a.at}
		for _, l := range a.labels {
			label := Label{Name: l.name, at: l.at}
			if vars := l.over.other["vars"].Value; vars != nil {
				label.Vars = string(vars.AppendJSON(nil))
			}
			own.Labels = append(own.Labels, label)
		}
		out = append(out, own)
	}
	return out
}

// Whole reports whether all cases of the suite are chosen.
func (s *Suite) Whole() bool { return s.opts.Choice.All() }

// Axes are the labels of the suite's matrix by axis, also of variants of which
// no case is chosen.
func (s *Suite) Axes() map[string][]string {
	out := make(map[string][]string, len(s.axes))
	for _, a := range s.axes {
		for _, l := range a.labels {
			out[a.name] = append(out[a.name], l.name)
		}
	}
	return out
}
