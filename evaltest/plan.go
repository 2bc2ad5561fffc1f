package evaltest

import (
	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// plan loads the suites and plans the cases that are only; nil is all. It gives all
// cases too. The error has all that is wrong.
func (c *config) plan(only map[record.ID]bool) (*runner.Plan, []record.ID, error) {
	planner := runner.NewPlanner(prices.Default())
	var all []record.ID
	opts := suite.Options{Models: c.models, Repeat: c.repeat, Tools: c.toolbox(), Each: planner.Add}
	opts.Every = func(k *suite.Case) {
		planner.Every(k)
		all = append(all, idOf(k.Suite.Name, k.Name, k.Variant))
	}
	if only != nil {
		opts.Choice.Recorded = func(suite, name, variant string) bool { return only[idOf(suite, name, variant)] }
	}
	set, loadErr := suite.Load([]string{c.path}, opts)
	plan, planErr := planner.Plan(set)
	if err := diagnostic.Join(loadErr, planErr); err != nil {
		return nil, nil, err
	}
	wrong := []error{c.checker().missing(plan)}
	if c.bounded() {
		wrong = append(wrong, plan.CheckBounds())
	}
	return plan, all, diagnostic.Join(wrong...)
}

func idOf(suite, name, variant string) record.ID {
	return record.ID{Suite: suite, Case: name, Variant: variant}
}

func (c *config) checker() checker { return checker{c.checks, functionTimeout} }
func (c *config) toolbox() toolbox { return toolbox{c.tools, functionTimeout} }
