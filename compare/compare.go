package compare

import "slices"

// Compare compares two sides. It is an error where a record cannot be read
// again for the answers that are shown; sides that share no case are not one,
// but the verdict Broken.
func Compare(base, new *Side, opts Options) (*Comparison, error) {
	opts = opts.withDefaults()
	p := newPairing(base.cases, new.cases)
	c := newComparison(base.Name, new.Name, p, opts)
	c.settle(p, opts)
	return c, c.explain(base, new, p)
}

// newComparison computes the numbers; verdicts are still to be given.
func newComparison(base, new string, p *pairing, opts Options) *Comparison {
	c := &Comparison{Base: base, New: new, Alpha: opts.Alpha, Margin: opts.Margin, Suites: []Estimate{}}
	c.Overall = newEstimate("", p.pairs, p.notComparable, opts)
	c.Metrics = newMetrics(p.pairs, opts)
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

// settle adjusts the p-values of suites and metrics and gives the verdicts.
// What is tested over all pairs stands for itself; a suite that is all there
// is, is no test beside it.
func (c *Comparison) settle(p *pairing, opts Options) {
	var family []*float64
	if len(c.Suites) > 1 {
		for i := range c.Suites {
			if c.Suites[i].Pairs > 0 {
				family = append(family, &c.Suites[i].PAdjusted)
			}
		}
	}
	names := sortedKeys(c.Metrics)
	metrics := make([]Metric, len(names))
	for i, name := range names {
		metrics[i] = c.Metrics[name]
		if metrics[i].Better != "" {
			family = append(family, &metrics[i].PAdjusted)
		}
	}
	adjust(family)
	inSuite := pairsBySuite(p.pairs)
	c.Overall.judge(p.pairs, opts)
	for i := range c.Suites {
		c.Suites[i].judge(inSuite[c.Suites[i].Name], opts)
	}
	for i, name := range names {
		metrics[i].judge(opts)
		c.Metrics[name] = metrics[i]
	}
	c.conclude()
}

// explain adds the change under test, the answers and the warnings.
func (c *Comparison) explain(base, new *Side, p *pairing) error {
	c.found = found{base, new, p}
	c.Change = newChanges(base, new, p)
	c.Totals = BothTotals{newTotals(base.cases), newTotals(new.cases)}
	c.warn(base, new, p)
	if err := addEvidence(c.Regressed, base, new, true); err != nil {
		return err
	}
	return addEvidence(c.Improved, base, new, false)
}

func pairsBySuite(pairs []pair) map[string][]pair {
	out := map[string][]pair{}
	for _, p := range pairs {
		out[p.new.id.Suite] = append(out[p.new.id.Suite], p)
	}
	return out
}

// pairSuites lists the suites that have a pair, comparable or not, in order.
func pairSuites(p *pairing) []string {
	var names []string
	seen := map[string]bool{}
	for _, q := range slices.Concat(p.pairs, p.notComparable) {
		if name := q.new.id.Suite; !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
