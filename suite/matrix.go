package suite

import (
	"fmt"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite/internal/template"
)

// maxVariants bounds how many cells a matrix may have.
const maxVariants = 10_000

// pinnedLabel is the label where a case itself sets what an axis would.
const pinnedLabel = "pinned"

// axis is one dimension of the matrix.
type axis struct {
	name   string
	labels []label
	at     Member // where it is written; none for --model
}

// label is one value of an axis: what it is called and what it overrides.
type label struct {
	name string
	over *layer
	at   Member
}

// cell is one variant: a label of each axis.
type cell struct {
	labels    []cellLabel
	templates map[string]*caseTemplate
}

// cellLabel is the label of one axis in a cell; over is nil where the case
// pins the axis.
type cellLabel struct {
	axis, name string
	over       *layer
}

// variant writes the cell as a column is named: axis=label, in order.
func (c *cell) variant() string {
	parts := make([]string, len(c.labels))
	for i, l := range c.labels {
		parts[i] = l.axis + "=" + l.name
	}
	return strings.Join(parts, " ")
}

// axes maps the axes of the cell to their labels.
func (c *cell) axes() map[string]string {
	out := make(map[string]string, len(c.labels))
	for _, l := range c.labels {
		out[l.axis] = l.name
	}
	return out
}

// layers are what the cell overrides.
func (c *cell) layers() layers {
	var out layers
	for _, l := range c.labels {
		if l.over != nil {
			out = append(out, l.over)
		}
	}
	return out
}

// readMatrix reads the axes of a suite. An axis named like a request field
// lists its values; any other maps a label to what it overrides.
func readMatrix(v *Value, diags *diagnostic.List) []axis {
	var out []axis
	for _, m := range v.Members {
		a := axis{name: m.Key, at: m}
		switch {
		case !isLabel(m.Key):
			diags.Add(m.Diagnostic("the axis name "+diagnostic.Quote(m.Key)+" holds white space or =", ""))
			continue
		case requestFields[m.Key] != nil:
			a.labels = fieldLabels(m, diags)
		default:
			a.labels = overrideLabels(v, m, diags)
		}
		if len(a.labels) > 0 {
			out = append(out, a)
		}
	}
	return out
}

// isLabel reports whether a name can be part of a variant's name.
func isLabel(name string) bool {
	return name != "" && !strings.ContainsAny(name, " \t\r\n=,")
}

// fieldLabels reads the values of a request field.
func fieldLabels(m Member, diags *diagnostic.List) []label {
	if m.Value.Kind == List && len(m.Value.Items) == 0 {
		diags.Add(m.Value.Diagnostic("the axis "+diagnostic.Quote(m.Key)+" is empty", ""))
		return nil
	}
	if m.Value.Kind != List {
		diags.Add(m.Value.Diagnostic(fmt.Sprintf("the axis %s is %s, expected a list of values of the field", diagnostic.Quote(m.Key), m.Value.Describe()), ""))
		return nil
	}
	var out []label
	for _, item := range m.Value.Items {
		name := item.Text
		if item.Kind == Null {
			name = "null"
		}
		if item.Kind == List || item.Kind == Map || !isLabel(name) {
			diags.Add(item.Diagnostic(fmt.Sprintf("%s cannot be a label of the axis %s", item.Describe(), diagnostic.Quote(m.Key)),
				"an axis of any other name maps labels to what they override"))
			continue
		}
		if d, bad := wrongFieldKind(m.Key, item); bad && !template.Has(item) {
			diags.Add(d)
			continue
		}
		if hasLabel(out, name) {
			diags.Add(item.Diagnostic("duplicate label "+diagnostic.Quote(name)+" in the axis "+diagnostic.Quote(m.Key), ""))
			continue
		}
		value := Member{Key: m.Key, Value: item}
		out = append(out, label{name: name, at: value, over: &layer{level: overrideLevel, node: item, fields: []Member{value}}})
	}
	return out
}

// overrideLabels reads an axis that maps labels to request fields and vars.
func overrideLabels(matrix *Value, m Member, diags *diagnostic.List) []label {
	if m.Value.Kind != Map || len(m.Value.Members) == 0 {
		message := fmt.Sprintf("the axis %s is %s, expected a map of labels", diagnostic.Quote(m.Key), m.Value.Describe())
		if meant := diagnostic.DidYouMean(m.Key, fieldNames()); meant != "" && m.Value.Kind == List {
			message = "the axis " + diagnostic.Quote(m.Key) + " is not a request field" + meant
		}
		diags.Add(m.Diagnostic(message, "an axis named like a request field lists its values; any other maps a label to what it overrides"))
		return nil
	}
	var out []label
	for _, l := range m.Value.Members {
		switch {
		case !isLabel(l.Key):
			diags.Add(l.Diagnostic("the label "+diagnostic.Quote(l.Key)+" holds white space, a comma or =", ""))
		case l.Value.Kind == Map && len(l.Value.Members) == 0:
			diags.Add(l.Value.Diagnostic(fmt.Sprintf("the label %s overrides nothing, expected a request field or `vars` that it sets", diagnostic.Quote(l.Key)), ""))
		case l.Value.Kind != Map:
			diags.Add(l.Value.Diagnostic(fmt.Sprintf("the label %s is %s, expected a map of what it overrides", diagnostic.Quote(l.Key), l.Value.Describe()), ""))
		default:
			out = append(out, label{name: l.Key, at: l, over: newLayer(l.Value, overrideLevel, diags)})
		}
	}
	return out
}

func hasLabel(labels []label, name string) bool {
	return slices.ContainsFunc(labels, func(l label) bool { return l.name == name })
}

// cells crosses the axes for a case. An axis whose every label sets only
// fields that the case itself sets is pinned: the case runs once for it.
func cells(axes []axis, own *layer) []*cell {
	out := []*cell{{}}
	for _, a := range axes {
		var next []*cell
		for _, c := range out {
			if pinned(a, own) {
				next = append(next, c.with(cellLabel{axis: a.name, name: pinnedLabel}))
				continue
			}
			for _, l := range a.labels {
				next = append(next, c.with(cellLabel{axis: a.name, name: l.name, over: l.over}))
			}
		}
		out = next
	}
	return out
}

// with gives a cell with one more label.
func (c *cell) with(l cellLabel) *cell {
	return &cell{labels: append(c.labels[:len(c.labels):len(c.labels)], l)}
}

// pinned reports whether the case itself sets all that the axis would.
func pinned(a axis, own *layer) bool {
	return !slices.ContainsFunc(a.labels, func(l label) bool {
		return len(l.over.other) > 0 || len(l.over.extra) > 0 || slices.ContainsFunc(l.over.fields, func(m Member) bool {
			return member(own.fields, m.Key) < 0
		})
	})
}

// variantCount is how many cells the axes have.
func variantCount(axes []axis) int {
	n := 1
	for _, a := range axes {
		if n *= len(a.labels); n > maxVariants {
			return n
		}
	}
	return n
}
