package runreport

import (
	"fmt"

	"github.com/olekukonko/tablewriter/tw"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
)

// maxSuites is how many suites the table lists unless it is to list all.
const maxSuites = 8

// suiteTotals are the totals of each suite with who answers for it, those
// first in which a case did not pass. It has no rows where there is one suite.
func suiteTotals(run *summary.Run, opts rowOptions) layout.Grid {
	g := layout.Grid{Header: []string{"suite", "passed", "rate (95 %)", "p50", "cost"}, Align: tw.AlignRight, Wide: opts.wide}
	if len(run.Suites) < 2 {
		return g
	}
	owned := ownersOf(run) != nil
	if owned {
		g.Header = append(g.Header, "owner")
	}
	listed := failedFirst(run.Suites)
	if !opts.all {
		listed = listed[:min(len(listed), maxSuites)]
	}
	for _, s := range listed {
		cases, all := s.Totals.Cases, group{s.Name, s.Totals, s.Latency}
		row := layout.Row{
			Name:     safetext.Cut(s.Name, layout.MaxLine),
			Cells:    []string{fmt.Sprintf("%d/%d", cases.Pass, cases.Total()-cases.Skip), passRate(s.Totals), all.p50(), all.cost().String()},
			Outcomes: make([]string, 4),
		}
		if owned {
			row.Cells = append(row.Cells, safetext.Cut(s.Owner, layout.MaxName))
			row.Outcomes = append(row.Outcomes, "")
		}
		g.Rows = append(g.Rows, row)
	}
	if rest := len(run.Suites) - len(listed); rest > 0 {
		g.Notes = append(g.Notes, fmt.Sprintf("… and %s", numbers.Counted(rest, "more suite")))
	}
	return g
}

// ownersOf are who answers for the suites, in their order; nil where no suite
// names anybody.
func ownersOf(run *summary.Run) []string {
	var owners []string
	named := false
	for i := range run.Suites {
		owner := run.Suites[i].Owner
		owners, named = append(owners, owner), named || owner != ""
	}
	if !named {
		return nil
	}
	return owners
}

// failedFirst gives the suites in their order, but those first in which a case
// did not pass.
func failedFirst(suites []summary.Suite) []*summary.Suite {
	var failed, passed []*summary.Suite
	for i := range suites {
		if cases := suites[i].Totals.Cases; cases.Fail+cases.Error > 0 {
			failed = append(failed, &suites[i])
		} else {
			passed = append(passed, &suites[i])
		}
	}
	return append(failed, passed...)
}
