package suite

import (
	"fmt"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// tieScore is the score of two answers neither of which is preferred, and the
// min_score of a comparison that says none: only a loss fails.
const tieScore = 0.5

// readPrefer reads a comparison of two variants' answers.
func readPrefer(v *Value, diags *diagnostic.List) *Rubric {
	least := tieScore
	out := &Rubric{Votes: 1, MinScore: &least}
	if v.Kind != Map {
		diags.Add(v.Diagnostic("prefer is "+v.Describe()+", expected a map", "write `prefer: {rubric: …, over: prompt=terse}`"))
		return out
	}
	for _, m := range v.Members {
		switch m.Key {
		case "rubric":
			out.text = m.Value
		case "over":
			out.over = m.Value
		default:
			hint := ""
			if slices.Contains(assertionKeys, m.Key) {
				hint = diagnostic.Quote(m.Key) + " is a key of the assertion, beside `prefer`"
			}
			diags.Add(m.Diagnostic("unknown key "+diagnostic.Quote(m.Key)+" in prefer, expected rubric and over", hint))
		}
	}
	if out.text == nil {
		diags.Add(v.Diagnostic("prefer has no `rubric` to compare by", ""))
	}
	switch {
	case out.over == nil:
		diags.Add(v.Diagnostic("prefer has no `over`", "it names the variant to compare with: `over: prompt=terse`"))
	case out.over.Kind != String:
		diags.Add(out.over.Diagnostic("over is "+out.over.Describe()+", expected a variant such as prompt=terse", ""))
		out.over = nil
	}
	return out
}

// opponentOf gives the cell that a cell of the axes is compared with: the one
// that has the labels of over and is else the same. It reports what is wrong,
// and then gives nil.
func opponentOf(c *cell, axes []axis, over *Value, diags *diagnostic.List) *cell {
	out := &cell{labels: slices.Clone(c.labels)}
	words := strings.Fields(over.Text)
	if len(words) == 0 {
		diags.Add(over.Diagnostic("over names no variant", "write `over: prompt=terse`"))
		return nil
	}
	seen := map[string]bool{}
	for _, word := range words {
		axisName, labelName, ok := strings.Cut(word, "=")
		at := slices.IndexFunc(out.labels, func(l cellLabel) bool { return l.axis == axisName })
		switch {
		case !ok:
			diags.Add(over.Diagnostic("over is "+diagnostic.Quote(word)+", expected axis=label", ""))
			return nil
		case at < 0:
			diags.Add(over.Diagnostic(unknownAxis(axisName, axes), ""))
			return nil
		case seen[axisName]:
			diags.Add(over.Diagnostic("over names the axis "+diagnostic.Quote(axisName)+" twice", ""))
			return nil
		}
		seen[axisName] = true
		if d := out.labels[at].become(labelName, axes, over); d != nil {
			diags.Add(*d)
			return nil
		}
	}
	return out
}

// become takes another label of its axis.
func (l *cellLabel) become(name string, axes []axis, over *Value) *diagnostic.Diagnostic {
	var d diagnostic.Diagnostic
	labels := axes[slices.IndexFunc(axes, func(a axis) bool { return a.name == l.axis })].labels
	switch {
	case !hasLabel(labels, name):
		d = over.Diagnostic(unknownLabel(name, l.axis, labels), "")
	case l.name == pinnedLabel && l.over == nil:
		d = over.Diagnostic(fmt.Sprintf("a case sets all that the axis %s would, so that there is nothing to compare", diagnostic.Quote(l.axis)),
			"`inherit_assert: false` leaves the suite's assertions out of a case")
	case len(labels) == 1:
		d = over.Diagnostic(fmt.Sprintf("the axis %s has no other label than %s to compare", diagnostic.Quote(l.axis), diagnostic.Quote(name)), "")
	default:
		l.name, l.over = name, nil
		return nil
	}
	return &d
}

func unknownAxis(name string, axes []axis) string {
	if len(axes) == 0 {
		return "over names a variant, but the suite has no matrix"
	}
	var names []string
	for _, a := range axes {
		names = append(names, a.name)
	}
	return "the matrix has no axis " + diagnostic.Quote(name) + suggestion(name, names)
}

func unknownLabel(name, axisName string, labels []label) string {
	var names []string
	for _, l := range labels {
		names = append(names, l.name)
	}
	return "the axis " + diagnostic.Quote(axisName) + " has no label " + diagnostic.Quote(name) + suggestion(name, names)
}

// suggestion is which name was probably meant, or which there are.
func suggestion(name string, names []string) string {
	if meant := diagnostic.DidYouMean(name, names); meant != "" {
		return meant
	}
	const most = 12
	quoted := make([]string, 0, most+1)
	for _, n := range names[:min(len(names), most)] {
		quoted = append(quoted, diagnostic.Quote(n))
	}
	if more := len(names) - most; more > 0 {
		quoted = append(quoted, fmt.Sprintf("one of %d more", more))
	}
	return ", expected " + diagnostic.Or(quoted)
}
