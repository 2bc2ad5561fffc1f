package compare

import (
	"cmp"
	"slices"
	"strings"
)

// LeftOut is why some cases are not compared.
type LeftOut struct {
	Reason string `json:"reason"`
	Cases  int    `json:"cases"`
	// First is one of them.
	First CaseRef `json:"first"`
}

const onlyInBase = "only in the base"

// leftOut counts the cases that are not compared by their reasons.
func leftOut(l *Lists) []LeftOut {
	found := map[string]*LeftOut{}
	add := func(refs []CaseRef, reason string) {
		for _, ref := range refs {
			why := cmp.Or(ref.Reason, reason)
			if found[why] == nil {
				found[why] = &LeftOut{Reason: why, First: ref}
			}
			found[why].Cases++
		}
	}
	add(l.Changed, "another question")
	add(l.Removed, onlyInBase)
	add(l.Added, "only in the new run")
	add(l.NotComparable, "no answer on one side")
	out := []LeftOut{}
	for _, one := range found {
		out = append(out, *one)
	}
	if l.Skipped > 0 {
		out = append(out, LeftOut{Reason: "skipped in both runs", Cases: l.Skipped})
	}
	slices.SortFunc(out, func(a, b LeftOut) int {
		return cmp.Or(cmp.Compare(b.Cases, a.Cases), strings.Compare(a.Reason, b.Reason))
	})
	return out
}
