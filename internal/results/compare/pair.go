package compare

import (
	"maps"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/record"
)

// pair is a case that both sides have.
type pair struct {
	old, new *caseSamples
	// byVerdict says that the values are the verdicts of the cases, 1 or 0.
	byVerdict bool
	// draw numbers the independent draw that the pair is part of.
	draw int
	// changed is why the sides are not the same question; "" where they are.
	changed string
}

// sameQuestion says in a pair why its sides are no longer the same question, or
// has the base judged by the assertions of the new side where these changed.
func (p *pairing) sameQuestion(q pair) pair {
	old, new := &q.old.questionID, &q.new.questionID
	switch {
	case old.asserted == 0 || new.asserted == 0:
		if old.digest != new.digest {
			q.changed = "another text, row or assertions; a side was recorded by an earlier evalrun, which does not say which"
		}
		return q
	case old.row != new.row:
		q.changed = "another row of the data set"
		return q
	case old.asserted == new.asserted && (p.oneRun || old.reads == new.reads):
		return q
	}
	if p.judge == nil {
		q.changed = "other assertions"
		return q
	}
	judged, err := p.judge(q)
	if err != nil {
		q.changed = "other assertions, and the base cannot be judged by them: " + err.Error()
		return q
	}
	q.old = judged
	return q
}

// values are what the pair's sides came to, between 0 and 1.
func (p pair) values() (old, new float64) {
	if p.byVerdict {
		return oneIf(p.old.decided() == record.Pass), oneIf(p.new.decided() == record.Pass)
	}
	return p.old.share(), p.new.share()
}

func (p pair) difference() float64 {
	old, new := p.values()
	return new - old
}

// newlyFails says that the case passed before and fails now; newlyPasses the
// reverse.
func (p pair) newlyFails() bool {
	return p.old.outcome() == record.Pass && p.new.outcome() == record.Fail
}

func (p pair) newlyPasses() bool {
	return p.old.outcome() == record.Fail && p.new.outcome() == record.Pass
}

// pairing is what became of all cases of both sides.
type pairing struct {
	pairs         []pair
	changed       []pair
	notComparable []pair
	added         []*caseSamples
	removed       []*caseSamples
	// skipped are the cases that both sides skip.
	skipped []pair
	// byVerdict says that samples were ended early, and what passed of them is
	// no estimate. All pairs are then compared by the verdicts of their cases:
	// which samples were ended depends on how they came out, so that counting
	// some cases by one and some by the other would favour a side.
	byVerdict bool
	// oneRun says that both sides are variants of one run: what assertions read
	// differs between variants because it is to.
	oneRun bool
	// chosenByOutcome says that the cases of a side are those that did not pass in
	// an earlier run.
	chosenByOutcome bool
	// chosenFromNew says that the cases of the base may be those that did not pass in
	// the new run, which is the older one.
	chosenFromNew bool
	// judge judges the base of a pair by the assertions of its new side.
	judge func(pair) (*caseSamples, error)
	// aside are the axes that were set aside, by name, with their value on
	// either side.
	aside map[string][2]string
}

// newPairing pairs the cases of two sides. Axes in ignore are no part of a
// case's identity. judge may be nil.
func newPairing(old, new []*caseSamples, judge func(pair) (*caseSamples, error), ignore ...string) *pairing {
	p := &pairing{aside: map[string][2]string{}, byVerdict: anyStopped(old) || anyStopped(new), oneRun: len(ignore) > 0, judge: judge}
	before, after := bySuite(old), bySuite(new)
	for _, suite := range suitesOf(old, new) {
		p.addSuite(before[suite], after[suite], ignore)
	}
	numberDraws(p.pairs)
	return p
}

func anyStopped(units []*caseSamples) bool {
	return slices.ContainsFunc(units, func(u *caseSamples) bool { return u.stopped })
}

func bySuite(units []*caseSamples) map[string][]*caseSamples {
	out := map[string][]*caseSamples{}
	for _, u := range units {
		out[u.suite] = append(out[u.suite], u)
	}
	return out
}

// suitesOf lists the suites of both sides, the old one's first.
func suitesOf(old, new []*caseSamples) []string {
	var names []string
	seen := map[string]bool{}
	for _, u := range slices.Concat(old, new) {
		if !seen[u.suite] {
			seen[u.suite] = true
			names = append(names, u.suite)
		}
	}
	return names
}

// addSuite pairs the cases of one suite: by their variant as it is written,
// else by their axes with the model, which is always one, else by their axes
// without those that each side has in one value only.
func (p *pairing) addSuite(old, new []*caseSamples, ignore []string) {
	aside := p.setAside(old, new, ignore)
	if len(ignore) == 0 {
		old, new = p.match(old, new, func(u *caseSamples) string { return u.variant })
		old, new = p.match(old, new, withModel)
	}
	ignore = append(aside, ignore...)
	old, new = p.match(old, new, func(u *caseSamples) string { return axesText(u.axes, ignore) })
	p.removed = append(p.removed, old...)
	p.added = append(p.added, new...)
}

// match pairs the cases whose name and key are the same, and gives those that
// are left. A key that two variants of a case have names neither.
func (p *pairing) match(old, new []*caseSamples, key func(*caseSamples) string) (oldLeft, newLeft []*caseSamples) {
	if len(old) == 0 || len(new) == 0 {
		return old, new
	}
	type name struct{ name, key string }
	before, after := map[name]*caseSamples{}, map[name]*caseSamples{}
	index := func(in map[name]*caseSamples, units []*caseSamples) {
		for _, u := range units {
			k := name{u.name, key(u)}
			if _, taken := in[k]; taken {
				in[k] = nil
				continue
			}
			in[k] = u
		}
	}
	index(before, old)
	index(after, new)
	for _, u := range old {
		k := name{u.name, key(u)}
		if partner := after[k]; before[k] == u && partner != nil {
			p.add(pair{old: u, new: partner})
		} else {
			oldLeft = append(oldLeft, u)
		}
	}
	for _, u := range new {
		k := name{u.name, key(u)}
		if after[k] != u || before[k] == nil {
			newLeft = append(newLeft, u)
		}
	}
	return oldLeft, newLeft
}

// add puts a pair where it belongs.
func (p *pairing) add(q pair) {
	q.byVerdict = p.byVerdict
	if !q.old.skipped && !q.new.skipped {
		q = p.sameQuestion(q)
	}
	switch {
	case q.changed != "":
		p.changed = append(p.changed, q)
	case q.old.skipped && q.new.skipped:
		p.skipped = append(p.skipped, q)
	case !q.comparable():
		p.notComparable = append(p.notComparable, q)
	default:
		p.pairs = append(p.pairs, q)
	}
}

// comparable says that both sides have a value. Verdicts are of one kind only
// where as many samples were to be asked and to pass.
func (p pair) comparable() bool {
	if p.old.answered() == 0 || p.new.answered() == 0 {
		return false
	}
	if !p.byVerdict {
		return true
	}
	return p.old.decided() != "" && p.new.decided() != "" && p.old.times == p.new.times && p.old.required() == p.new.required()
}

// modelAxis is the axis that every case has.
const modelAxis = "model"

// axis gives the value of a case on an axis; it reports false where the case
// is not on it.
func (u *caseSamples) axis(name string) (string, bool) {
	value, ok := u.axes[name]
	if !ok && name == modelAxis && u.model() != "" {
		return u.model(), true
	}
	return value, ok
}

// withModel writes a case's axes, the model with them.
func withModel(u *caseSamples) string {
	model, _ := u.axis(modelAxis)
	return modelAxis + "\x00" + model + "\x00" + axesText(u.axes, []string{modelAxis})
}

// axesText writes axes but for those to ignore.
func axesText(axes map[string]string, ignore []string) string {
	var b strings.Builder
	for _, name := range sortedKeys(axes) {
		if !slices.Contains(ignore, name) {
			b.WriteString(name + "\x00" + axes[name] + "\x00")
		}
	}
	return b.String()
}

// setAside gives the axes that have one value on each side, and not the same:
// what was exchanged between the runs as a whole. A side that lacks the axis
// has none.
func (p *pairing) setAside(old, new []*caseSamples, ignore []string) []string {
	before, after := axisValues(old), axisValues(new)
	var names []string
	for _, name := range sortedKeys(before, after) {
		was, is := before[name], after[name]
		if slices.Contains(ignore, name) || len(was) > 1 || len(is) > 1 || maps.Equal(was, is) {
			continue
		}
		names = append(names, name)
		p.aside[name] = [2]string{onlyKey(was), onlyKey(is)}
	}
	return names
}

// axisValues gives the values of each axis that variants name.
func axisValues(units []*caseSamples) map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for _, u := range units {
		for name, value := range u.axes {
			if out[name] == nil {
				out[name] = map[string]bool{}
			}
			out[name][value] = true
		}
	}
	return out
}

func onlyKey(set map[string]bool) string {
	for key := range set {
		return key
	}
	return ""
}

func sortedKeys[V any](maps ...map[string]V) []string {
	var keys []string
	for _, m := range maps {
		for key := range m {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
