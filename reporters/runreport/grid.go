package runreport

import (
	"fmt"
	"iter"
	"time"

	"github.com/olekukonko/tablewriter/tw"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
)

// caseGrid is a grid with a row for each case in each variant.
type caseGrid struct {
	layout.Grid
	plain []string // the rows' first cells without details
	short []string // the rows' names by the labels of their variants alone
}

// listGrid is a suite with a row for each case in each variant that is
// listed, the results of repeated cases with their intervals.
func listGrid(src Source, suite *summary.Suite, listed iter.Seq[[]int]) (caseGrid, error) {
	g := caseGrid{Grid: layout.Grid{Header: []string{suiteTitle(suite), "result", "latency", "tokens in", "out"}, Align: tw.AlignRight}}
	short := shortNames(suite.Variants)
	for row := range listed {
		c, err := suite.Case(src.File, row[0])
		if err == nil {
			err = src.sumUp(c)
		}
		if err != nil {
			return caseGrid{}, err
		}
		g.Rows = append(g.Rows, layout.Row{
			Name:     caseTitle(c),
			Cells:    []string{outcomeCell(c) + repeatInterval(c), latencyCell(c), tokens(c.Totals.Input).String(), tokens(c.Totals.Output).String()},
			Outcomes: []string{c.Outcome, "", "", ""},
		})
		g.plain = append(g.plain, outcomeCell(c))
		g.short = append(g.short, titleIn(c.Case.Case, short[suite.Mark(row[0]).Variant]))
	}
	return g, nil
}

// shorten takes the short names.
func (g *caseGrid) shorten() {
	for i := range g.Rows {
		g.Rows[i].Name = g.short[i]
	}
}

// dropDetails makes the column of results as narrow as can be.
func (g *caseGrid) dropDetails() {
	for i := range g.Rows {
		g.Rows[i].Cells[0] = g.plain[i]
	}
}

// variantGrid is a suite with a row for each case that is listed and a column
// for each variant; the footer counts the cases of each that passed. A wide
// one has the intervals of repeated cases.
func variantGrid(src Source, suite *summary.Suite, listed iter.Seq[[]int], wide bool) (layout.Grid, error) {
	g := layout.Grid{Header: []string{suiteTitle(suite)}, Footer: []string{"passed"}, Align: tw.AlignLeft, Wide: wide}
	for _, v := range suite.Variants {
		cases := v.Totals.Cases
		g.Header = append(g.Header, v.Name)
		g.Footer = append(g.Footer, fmt.Sprintf("%d/%d", cases.Pass, cases.Total()-cases.Skip))
	}
	for indexes := range listed {
		row := layout.Row{Cells: make([]string, len(suite.Variants)), Outcomes: make([]string, len(suite.Variants))}
		for _, i := range indexes {
			c, err := suite.Case(src.File, i)
			if err != nil {
				return layout.Grid{}, err
			}
			v := suite.Mark(i).Variant
			row.Name, row.Cells[v], row.Outcomes[v] = c.Case.Case, outcomeCell(c), c.Outcome
			if wide {
				row.Cells[v] += repeatInterval(c)
			}
		}
		g.Rows = append(g.Rows, row)
	}
	return g, nil
}

// outcomeCell is the case's outcome, and for a repeated one how many of its
// samples passed: ✗ fail 7/10.
func outcomeCell(c *summary.Case) string {
	cell := outcomeMark(c.Outcome)
	if c.Times > 1 && c.Outcome != record.Skip {
		cell += fmt.Sprintf(" %d/%d", c.Totals.Samples.Pass, c.Totals.Samples.Total())
	}
	return cell
}

// outcomeMark is an outcome with its mark.
func outcomeMark(outcome string) string {
	mark := map[string]string{
		record.Pass: "✓ pass", record.Fail: "✗ fail", record.Errored: "! error", record.Skip: "- skip",
	}[outcome]
	if mark == "" {
		mark = "? " + safetext.Cut(outcome, layout.MaxName)
	}
	return mark
}

// latencyCell is the mean latency of the case's samples that have an answer.
func latencyCell(c *summary.Case) string {
	answered := c.Totals.Samples.Pass + c.Totals.Samples.Fail
	if answered == 0 || c.Totals.Latency == 0 {
		return "-"
	}
	return numbers.Duration(c.Totals.Latency / time.Duration(answered))
}
