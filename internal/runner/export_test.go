package runner

import (
	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/suite"
)

// NewPlan is the Plan of all cases of a set.
func NewPlan(set *suite.Set, table *prices.Table) (*Plan, error) {
	p := NewPlanner(table)
	for _, s := range set.Suites {
		for c, err := range s.Cases() {
			if c != nil {
				p.Every(c)
				p.Add(c)
			}
			if len(p.diags) < maxListed {
				p.diags.Add(listed(err)...)
			}
		}
	}
	return p.Plan(set)
}
