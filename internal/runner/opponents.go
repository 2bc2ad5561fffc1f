package runner

import (
	"fmt"
	"slices"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite"
)

// missingOpponents finds pairwise comparisons whose other variant is not asked. The
// variants of a case follow each other, so it keeps no more than those of one.
type missingOpponents struct {
	of       *suite.Case // the case, in any of its variants
	variants map[string]bool
	wanted   []wanted
	diags    diagnostic.List
}

// wanted is a comparison and the variant that compares.
type wanted struct {
	rubric  *suite.Rubric
	variant string
}

// add takes the next chosen case. Its variants all compare, or none.
func (r *missingOpponents) add(c *suite.Case) {
	if !slices.ContainsFunc(c.Assertions, func(a suite.Assertion) bool { return a.Rubric != nil && a.Rubric.Over != "" }) {
		return
	}
	if r.of == nil || r.of.Suite != c.Suite || r.of.Name != c.Name {
		r.end()
		*r = missingOpponents{of: c, variants: map[string]bool{}, diags: r.diags}
	}
	r.variants[c.Variant] = true
	for _, a := range c.Assertions {
		if a.Rubric != nil && a.Rubric.Over != "" && !a.Rubric.Reference && c.Skip == "" {
			r.wanted = append(r.wanted, wanted{a.Rubric, c.Variant})
		}
	}
}

// end reports what the case lacks, once all of its variants are known.
func (r *missingOpponents) end() {
	for _, w := range r.wanted {
		if !r.variants[w.rubric.Over] && len(r.diags) < maxListed {
			r.diags.Add(w.rubric.Diagnostic(
				fmt.Sprintf("the case %q of %s is compared with %s, which is not among the chosen cases", r.of.Name, w.variant, w.rubric.Over),
				"choose both variants, or neither"))
		}
	}
	r.wanted = nil
}
