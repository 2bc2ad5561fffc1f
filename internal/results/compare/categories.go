package compare

import "slices"

// Categories are the differences of pass rates over the pairs of each category.
// They are a family of tests of their own: what they are broken down by changes
// nothing of the verdict.
type Categories struct {
	By   string     `json:"by"` // what they are of, as the user wrote it
	Each []Estimate `json:"each"`
}

// maxCategories is how many categories are kept apart; the pairs of others are
// counted together.
const maxCategories = 200

// otherCategories is where the pairs of categories beyond that are counted.
const otherCategories = "(others)"

// BreakDown adds the differences by category to a comparison of Compare. The
// categories of a case are those of its new side, which was opened with them.
func (c *Comparison) BreakDown(by string, opts Options) {
	opts = opts.withDefaults()
	p := c.found.pairing
	opts.chosenByOutcome = p.chosenByOutcome
	pairs := c.found.new.byCategory(p.pairs, nil)
	lost := c.found.new.byCategory(p.notComparable, pairs)
	c.Categories = &Categories{By: by, Each: []Estimate{}}
	names := sortedKeys(pairs, lost)
	if i := slices.Index(names, otherCategories); i >= 0 {
		names = append(slices.Delete(names, i, i+1), otherCategories)
	}
	var tests family
	for _, name := range names {
		c.Categories.Each = append(c.Categories.Each, newEstimate(name, pairs[name], lost[name], opts))
	}
	for i := range c.Categories.Each {
		if e := &c.Categories.Each[i]; e.Pairs > 0 {
			tests.add(&e.PAdjusted)
		}
	}
	levels := tests.adjust(opts.Alpha)
	for i := range c.Categories.Each {
		e := &c.Categories.Each[i]
		level, tested := levels[&e.PAdjusted]
		if !tested {
			level = opts.Alpha
		}
		e.setVerdict(level, opts)
	}
}

// byCategory parts pairs by category. A pair is in each of its new side's; known
// are categories that are kept apart already.
func (s *Side) byCategory(pairs []pair, known map[string][]pair) map[string][]pair {
	out := map[string][]pair{}
	for _, p := range pairs {
		var names []string
		for _, name := range s.categories[p.new] {
			_, there := out[name]
			if _, kept := known[name]; !there && !kept && len(out)+len(known) >= maxCategories {
				name = otherCategories
			}
			if !slices.Contains(names, name) {
				names = append(names, name)
				out[name] = append(out[name], p)
			}
		}
	}
	return out
}
