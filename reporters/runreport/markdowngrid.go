package runreport

import (
	"fmt"
	"strings"

	"github.com/evalrun/evalrun/reporters/internal/numbers"
)

// How many variants and cases the grid of the Markdown report has.
const (
	maxMarkdownColumns = 8
	maxMarkdownCases   = 30
)

// writeCases shows what became of each case in each variant, where there are
// several: those cases that did not pass everywhere, as many as fit.
func (m *markdown) writeCases() error {
	variants := m.src.Run.Variants
	if len(variants) < 2 || len(variants) > maxMarkdownColumns {
		return nil
	}
	column := map[string]int{}
	head, line := "| Case |", "|:--|"
	for i, v := range variants {
		column[v.Name] = i
		name := "no variant"
		if v.Name != "" {
			name = inline(v.Name)
		}
		head, line = head+" "+name+" |", line+":--|"
	}
	shown, left, passed := 0, 0, 0
	for row := range suiteRows(m.src.Run) {
		if !row.wanting() {
			passed++
			continue
		}
		if shown == maxMarkdownCases || left > 0 {
			left++
			continue
		}
		text, err := m.caseRow(row, column)
		if err != nil {
			return err
		}
		if shown == 0 {
			m.writeln(head, line)
		}
		if !m.writeUpTo(maxMarkdownTables, text) {
			left++
			continue
		}
		shown++
	}
	if shown == 0 {
		return nil
	}
	if left > 0 {
		m.writeln(fmt.Sprintf("| … and %s that did not pass everywhere |%s", numbers.Counted(left, "more case"), strings.Repeat(" |", len(variants))))
	}
	if passed > 0 {
		m.writeln(fmt.Sprintf("| %s passed everywhere |%s", numbers.Counted(passed, "case"), strings.Repeat(" ✅ |", len(variants))))
	}
	m.writeln("")
	return nil
}

// caseRow is a case with its outcome in each variant.
func (m *markdown) caseRow(row suiteRow, column map[string]int) (string, error) {
	cells, name := make([]string, len(column)), ""
	for _, i := range row.indexes {
		c, err := row.suite.Case(m.src.File, i)
		if err != nil {
			return "", err
		}
		mark, ok := outcomeMarks[c.Outcome]
		if !ok {
			mark = "❔"
		}
		if c.Times > 1 {
			mark += fmt.Sprintf(" %d/%d", c.Totals.Samples.Pass, c.Totals.Samples.Total())
		}
		name, cells[column[c.Variant]] = c.Case.Case, mark
	}
	return "| " + inline(name) + " | " + strings.Join(cells, " | ") + " |\n", nil
}
