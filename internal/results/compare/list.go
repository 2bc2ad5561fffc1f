package compare

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/record"
)

// Lists name the cases of a comparison, each in one list at most but for those
// whose value is the same.
type Lists struct {
	// Regressed and Improved went down and up, those first that went from
	// passing to failing or back, then by how far.
	Regressed []CaseChange `json:"regressed"`
	Improved  []CaseChange `json:"improved"`
	// Changed are another question than before: they have another row, or other
	// assertions by which the base cannot be judged.
	Changed []CaseRef `json:"changed"`
	Added   []CaseRef `json:"added"`
	Removed []CaseRef `json:"removed"`
	// NotComparable have a side without a sample that says anything.
	NotComparable []CaseRef `json:"not_comparable"`
	// LeftOut are why cases are not compared, the reasons with most cases first.
	LeftOut []LeftOut `json:"left_out"`
	// Skipped counts the cases that neither side asked.
	Skipped int `json:"skipped"`
	// Dropped counts the cases that passed and do not pass now, those without
	// a verdict too.
	Dropped int `json:"dropped"`
}

// CaseRef names a case.
type CaseRef struct {
	Suite   string `json:"suite"`
	Case    string `json:"case"`
	Variant string `json:"variant"`
	Path    string `json:"path,omitempty"`
	Line    int    `json:"line,omitempty"`
	// Reason is why a case is not comparable, such as what the API said in the
	// place of an answer; "" where that is not known.
	Reason string `json:"reason,omitempty"`
}

// CaseChange is a case whose value is not what it was.
type CaseChange struct {
	CaseRef
	Old        Tally   `json:"old"`
	New        Tally   `json:"new"`
	Difference float64 `json:"difference"`
	// Flipped says that its verdict changed from pass to fail or back.
	Flipped bool `json:"flipped"`
	// Evidence is there for the first cases of a list.
	Evidence *Evidence `json:"evidence,omitempty"`
	// Anew is what became of it when it was asked anew; nil where it was not.
	Anew *Confirmed `json:"anew,omitempty"`

	pair pair
}

// Tally counts the samples of a case.
type Tally struct {
	Pass    int    `json:"pass"`
	Fail    int    `json:"fail"`
	Error   int    `json:"error"`
	Outcome string `json:"outcome"`
}

func tallyOf(u *caseSamples) Tally {
	return Tally{Pass: int(u.pass), Fail: int(u.fail), Error: int(u.error), Outcome: u.outcome()}
}

func refOf(u *caseSamples) CaseRef {
	return CaseRef{Suite: u.suite, Case: u.name, Variant: u.variant, Path: u.path, Line: int(u.line)}
}

// newLists sorts what the pairing found.
func newLists(p *pairing) Lists {
	lists := Lists{
		Regressed: []CaseChange{}, Improved: []CaseChange{},
		Changed: reasoned(p.changed), NotComparable: reasoned(p.notComparable),
		Added: refsOf(p.added), Removed: refsOf(p.removed), Skipped: len(p.skipped),
	}
	for _, q := range p.pairs {
		d := q.difference()
		if d == 0 && !q.newlyFails() && !q.newlyPasses() {
			continue
		}
		c := CaseChange{CaseRef: refOf(q.new), Old: tallyOf(q.old), New: tallyOf(q.new), Difference: d, Flipped: q.newlyFails() || q.newlyPasses(), pair: q}
		if d < 0 || d == 0 && q.newlyFails() {
			lists.Regressed = append(lists.Regressed, c)
		} else {
			lists.Improved = append(lists.Improved, c)
		}
	}
	lists.LeftOut = leftOut(&lists)
	byWeight := func(a, b CaseChange) int {
		return cmp.Or(compareBool(b.Flipped, a.Flipped), cmp.Compare(abs(b.Difference), abs(a.Difference)), compareRefs(a.CaseRef, b.CaseRef))
	}
	slices.SortFunc(lists.Regressed, byWeight)
	slices.SortFunc(lists.Improved, byWeight)
	for _, q := range slices.Concat(p.pairs, p.notComparable) {
		if q.old.outcome() == record.Pass && q.new.outcome() != record.Pass && !q.new.skipped {
			lists.Dropped++
		}
	}
	return lists
}

// reasoned are pairs that cannot be compared, with why.
func reasoned(pairs []pair) []CaseRef {
	refs := make([]CaseRef, len(pairs))
	for i, q := range pairs {
		refs[i] = refOf(q.new)
		refs[i].Reason = q.reason()
	}
	slices.SortFunc(refs, compareRefs)
	return refs
}

// reason is why a pair cannot be compared; "" where that is not known.
func (p pair) reason() string {
	return cmp.Or(p.changed, p.new.refused, p.old.refused, p.skippedOnce(), p.unlike())
}

func (p pair) skippedOnce() string {
	switch {
	case p.new.skipped:
		return "skipped in the new run"
	case p.old.skipped:
		return "skipped in the base"
	}
	return ""
}

// unlike says why the verdicts of a pair cannot be compared, "" where they are
// not what is compared.
func (p pair) unlike() string {
	old, new := p.old, p.new
	switch {
	case !p.byVerdict:
		return ""
	case old.times != new.times || old.required() != new.required():
		return fmt.Sprintf("samples were ended early, and %d of %d had to pass where %d of %d had to before", new.required(), new.times, old.required(), old.times)
	}
	return "samples were ended early, and the case has no verdict: some have no answer"
}

func refsOf(units []*caseSamples) []CaseRef {
	refs := make([]CaseRef, len(units))
	for i, u := range units {
		refs[i] = refOf(u)
	}
	slices.SortFunc(refs, compareRefs)
	return refs
}

func compareRefs(a, b CaseRef) int {
	return cmp.Or(strings.Compare(a.Suite, b.Suite), strings.Compare(a.Case, b.Case), strings.Compare(a.Variant, b.Variant))
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func abs(x float64) float64 { return max(x, -x) }
