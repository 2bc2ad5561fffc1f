package assert

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// foldedValues is how many values a line of Fold lists.
const foldedValues = 10

// Fold says in few lines why one assertion failed in several samples: one
// line for every part that made it false, with the values that it had there.
//
//	`usage.output_tokens < 50` false in 3 of 10: 212, 240, 251
//
// traces are those of the samples that failed, samples is how many there are
// in all. Like Trace.Text it needs no more than the record has.
func Fold(source string, traces []Trace, samples int) []string {
	var groups []*fold
	for _, t := range traces {
		for _, cause := range t.causes() {
			key := fold{from: cause.From, to: cause.To, verdict: firstLine(cause.Value)}
			i := slices.IndexFunc(groups, func(g *fold) bool {
				return g.from == key.from && g.to == key.to && g.verdict == key.verdict
			})
			if i < 0 {
				i = len(groups)
				groups = append(groups, &key)
			}
			groups[i].count++
			if v := t.operands(cause); v != "" {
				groups[i].values = append(groups[i].values, v)
			}
		}
	}
	slices.SortStableFunc(groups, func(a, b *fold) int { return cmp.Compare(b.count, a.count) })
	var out []string
	for _, g := range groups {
		out = append(out, g.line(source, samples))
	}
	return out
}

// fold is a part of an expression that was false in some samples, or that
// went wrong in the same way.
type fold struct {
	from, to int
	verdict  string
	count    int
	values   []string
}

func (g *fold) line(source string, samples int) string {
	part := ""
	if g.from >= 0 && g.from <= g.to && g.to <= len(source) {
		part = strings.Join(strings.Fields(visible(source[g.from:g.to])), " ")
	}
	out := fmt.Sprintf("`%s` %s in %d of %d", part, g.verdict, g.count, samples)
	if len(g.values) == 0 {
		return out
	}
	list, more := g.values, ""
	if len(list) > foldedValues {
		list, more = list[:foldedValues], ", …"
	}
	return out + ": " + strings.Join(list, ", ") + more
}

// causes are the outermost steps that made an expression false, without
// their operands.
func (t Trace) causes() []Step {
	var list []Step
	for _, step := range t {
		if step.Cause && !slices.ContainsFunc(t, func(outer Step) bool {
			return outer.Cause && outer.contains(step)
		}) {
			list = append(list, step)
		}
	}
	return list
}

// contains reports whether another step is a part of this one.
func (s Step) contains(part Step) bool {
	return s.From <= part.From && part.To <= s.To && s.To-s.From > part.To-part.From
}

// operands are the values that a cause was made of.
func (t Trace) operands(cause Step) string {
	var values []string
	for _, step := range t {
		if step.Cause && cause.contains(step) {
			values = append(values, firstLine(step.Value))
		}
	}
	return strings.Join(values, " and ")
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
