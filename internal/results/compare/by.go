package compare

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Set is a comparison of the variants of one record along an axis.
type Set struct {
	Axis string `json:"axis"`
	// Verdict is the worst of the comparisons'.
	Verdict     Verdict       `json:"verdict"`
	Comparisons []*Comparison `json:"comparisons"`
	// Pinned counts the cases that are not on the axis.
	Pinned int `json:"pinned"`
}

// maxComparisons is how many comparisons of every two labels are made.
const maxComparisons = 500

// By compares the variants of a side along an axis: each label with base, or
// every two where base is "". The p-values are adjusted for all comparisons
// together. It is an error where the axis has fewer than two labels, not that
// one, or so many that every two are more than 500.
func By(side *Side, axis, base string, opts Options) (*Set, error) {
	opts = opts.withDefaults()
	set := &Set{Axis: axis, Comparisons: []*Comparison{}}
	sides, labels := side.split(axis)
	for _, u := range side.cases {
		if _, ok := u.axis(axis); !ok {
			set.Pinned++
		}
	}
	switch {
	case len(labels) == 0:
		return nil, fmt.Errorf("no case of %s is on the axis %q; its axes are: %s", side.Name, axis, strings.Join(side.axisNames(), ", "))
	case len(labels) == 1:
		return nil, fmt.Errorf("all cases of %s are %s=%s: there is nothing to compare it with", side.Name, axis, labels[0])
	case base == "" && len(labels)*(len(labels)-1)/2 > maxComparisons:
		return nil, fmt.Errorf("the axis %q has %d labels: every two are more than %d comparisons; choose a base to compare the others with", axis, len(labels), maxComparisons)
	case base != "" && sides[base] == nil:
		return nil, fmt.Errorf("the axis %q has no label %q; its labels are: %s", axis, base, strings.Join(labels, ", "))
	}
	var pairings []*pairing
	set.Comparisons, pairings = compareCouples(sides, couples(labels, base), axis, opts)
	set.Verdict = Worst(set.Comparisons)
	var errs []error
	for i, c := range set.Comparisons {
		errs = append(errs, c.explain(sides[c.Base], sides[c.New], pairings[i]))
		if set.Pinned > 0 {
			c.add("pinned", "%d cases are not on the axis %s, and are not compared", set.Pinned, axis)
		}
	}
	return set, errors.Join(errs...)
}

// compareCouples compares every couple of labels of an axis. The p-values are
// adjusted for all of them together.
func compareCouples(sides map[string]*Side, all [][2]string, axis string, opts Options) ([]*Comparison, []*pairing) {
	comparisons := []*Comparison{}
	var pairings []*pairing
	for _, two := range all {
		p := newPairing(sides[two[0]].cases, sides[two[1]].cases, nil, axis)
		pairings = append(pairings, p)
		comparisons = append(comparisons, newComparison(two[0], two[1], p, opts))
	}
	settle(comparisons, pairings, opts)
	return comparisons, pairings
}

// Worst is the verdict that asks most for attention; Incomparable of none.
func Worst(all []*Comparison) Verdict {
	if len(all) == 0 {
		return Incomparable
	}
	order := []Verdict{Improved, NotWorse, Inconclusive, Incomparable, Regressed}
	return slices.MaxFunc(all, func(a, b *Comparison) int {
		return cmp.Compare(slices.Index(order, a.Verdict), slices.Index(order, b.Verdict))
	}).Verdict
}

// split gives a side for each label of an axis, and the labels in the order of
// the record.
func (s *Side) split(axis string) (map[string]*Side, []string) {
	sides := map[string]*Side{}
	var labels []string
	for _, u := range s.cases {
		label, ok := u.axis(axis)
		if !ok {
			continue
		}
		if sides[label] == nil {
			sides[label] = &Side{Name: label, Complete: s.Complete, header: s.header, file: s.file}
			labels = append(labels, label)
		}
		sides[label].cases = append(sides[label].cases, u)
	}
	return sides, labels
}

// axisNames lists the axes of all cases, the model with them.
func (s *Side) axisNames() []string {
	axes := axisValues(s.cases)
	axes[modelAxis] = nil
	return sortedKeys(axes)
}

// couples are the labels to compare: base with each other one, or every two.
func couples(labels []string, base string) [][2]string {
	var out [][2]string
	for i, a := range labels {
		for j, b := range labels {
			if base == "" && i < j || a == base && a != b {
				out = append(out, [2]string{a, b})
			}
		}
	}
	return out
}
