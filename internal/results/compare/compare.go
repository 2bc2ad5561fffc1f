package compare

import (
	"errors"
	"slices"
)

// Compare compares two sides. It is an error where a record cannot be read
// again for the answers that are shown; sides that share no case are not one,
// but the verdict Incomparable.
func Compare(base, new *Side, opts Options) (*Comparison, error) {
	all, err := Each([]*Side{base}, new, opts)
	return all[0], err
}

// Each compares one side with each of several bases. All that is tested is one
// family: half of alpha is the most by which the side is a regression from any of
// them where nothing changed.
func Each(bases []*Side, new *Side, opts Options) ([]*Comparison, error) {
	opts = opts.withDefaults()
	var all []*Comparison
	var pairings []*pairing
	for _, base := range bases {
		if look := lookOf(base, new); look > 0 {
			opts.Alpha = min(opts.Alpha, lookLevel(look))
		}
	}
	for _, base := range bases {
		p := newPairing(base.asked(), new.asked(), judgeAnew(base, new, opts.Judge))
		p.addUnasked(base, new)
		p.chosenByOutcome = base.header.ByOutcome || new.header.ByOutcome || base.isCutPart() || new.isCutPart()
		p.chosenFromNew = base.header.ByOutcome && !new.header.Started.After(base.header.Started)
		pairings = append(pairings, p)
		c := newComparison(base.Name, new.Name, p, opts)
		if look := lookOf(base, new); look > 0 {
			c.atLook(look, new)
		}
		all = append(all, c)
	}
	settle(all, pairings, opts)
	var errs []error
	for i, c := range all {
		errs = append(errs, c.explain(bases[i], new, pairings[i]))
	}
	return all, errors.Join(errs...)
}

// newComparison computes the numbers; verdicts are still to be given.
func newComparison(base, new string, p *pairing, opts Options) *Comparison {
	c := &Comparison{Base: base, New: new, Alpha: opts.Alpha, Margin: opts.Margin, Differences: Differences{Suites: []Estimate{}}}
	c.Overall = newEstimate("", p.pairs, p.notComparable, opts)
	c.Metrics, c.redefined, c.lost = newMetrics(p.pairs, p.notComparable, opts)
	c.Amounts = newAmounts(p.pairs, opts)
	c.Lists = newLists(p)
	inSuite := pairsBySuite(p.pairs)
	lost := pairsBySuite(p.notComparable)
	for _, name := range pairSuites(p) {
		if len(inSuite[name]) == len(p.pairs) && len(p.pairs) > 0 && len(lost[name]) == len(p.notComparable) {
			one := c.Overall
			one.Name = name
			c.Suites = append(c.Suites, one)
			continue
		}
		c.Suites = append(c.Suites, newEstimate(name, inSuite[name], lost[name], opts))
	}
	return c
}

// explain adds the change under test, the answers and the warnings.
func (c *Comparison) explain(base, new *Side, p *pairing) error {
	c.found = found{base, new, p}
	c.Change = newChanges(base, new, p)
	c.Totals = BothTotals{newTotals(base.cases), newTotals(new.cases)}
	c.warn(base, new, p)
	c.Advice = c.advice(p)
	if err := addEvidence(c.Regressed, base, new, true); err != nil {
		return err
	}
	return addEvidence(c.Improved, base, new, false)
}

// pairsBySuite parts pairs by suite. Those of a suite that follow each other stay
// where they are.
func pairsBySuite(pairs []pair) map[string][]pair {
	out := map[string][]pair{}
	for len(pairs) > 0 {
		name := pairs[0].new.suite
		n := slices.IndexFunc(pairs, func(p pair) bool { return p.new.suite != name })
		if n < 0 {
			n = len(pairs)
		}
		if out[name] == nil {
			out[name] = pairs[:n:n]
		} else {
			out[name] = append(out[name], pairs[:n]...)
		}
		pairs = pairs[n:]
	}
	return out
}

// pairSuites lists the suites that have a pair, comparable or not, in order.
func pairSuites(p *pairing) []string {
	var names []string
	seen := map[string]bool{}
	for _, q := range slices.Concat(p.pairs, p.notComparable) {
		if name := q.new.suite; !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
