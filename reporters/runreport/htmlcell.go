package runreport

import (
	"fmt"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
	"github.com/evalrun/evalrun/reporters/internal/page"
	"github.com/evalrun/evalrun/reporters/internal/recordtext"
)

// How much of an answer a cell of the page shows, and of a variable.
const (
	maxCellLines = 6
	maxCellWidth = 200
	maxCellText  = 400 // characters
	maxVarCell   = 80
)

// maxVarColumns is how many variables have a column.
const maxVarColumns = 8

// cellAnswer is what a cell shows of a case: its last answer in the sample that
// asks most for attention.
type cellAnswer struct {
	text string
	more bool
	of   *record.Sample // nil where none is decided yet
}

// readCell adds what the answers of a case took to its totals, and gives the
// answer that its cell shows.
func (s Source) readCell(c *summary.Case) (cellAnswer, error) {
	of := tellingSample(c)
	cell := cellAnswer{of: of}
	for e, err := range s.exchanges(c) {
		if err != nil {
			return cell, err
		}
		c.AddAnswer(e)
		if !e.IsAnswer() || of != nil && e.Sample != of.Sample {
			continue
		}
		if e.Error == nil {
			cell.text, cell.more = cutAnswer(recordtext.ReadAnswer(e).Whole())
		}
	}
	if of != nil && of.Error != nil {
		cell.text, cell.more = cutAnswer(recordtext.ErrorText(of.Error))
	}
	return cell, nil
}

// tellingSample is the first sample that did not pass, else the first.
func tellingSample(c *summary.Case) *record.Sample {
	i := slices.IndexFunc(c.Samples, func(s record.Sample) bool { return s.Outcome != record.Pass })
	if i < 0 && len(c.Samples) > 0 {
		i = 0
	}
	if i < 0 {
		return nil
	}
	return &c.Samples[i]
}

// cutAnswer is the beginning of a text, safe to show, and whether there is more.
func cutAnswer(text string) (string, bool) {
	text = strings.TrimSpace(text)
	whole := text
	if runes := []rune(text[:min(len(text), 4*maxCellText)]); len(runes) > maxCellText {
		text = string(runes[:maxCellText])
	}
	if lines := strings.SplitN(text, "\n", maxCellLines+1); len(lines) > maxCellLines {
		text = strings.Join(lines[:maxCellLines], "\n")
	}
	return safetext.Block(strings.TrimSpace(text), maxCellLines, maxCellText), len(text) < len(whole)
}

// newCell is a case in the grid.
func newCell(c *summary.Case, answer cellAnswer) page.Cell {
	cell := page.Cell{Label: columnTitle(c.Variant), Verdict: page.NewOutcome(c.Outcome), Answer: answer.text, More: answer.more}
	if c.Outcome == record.Skip {
		cell.Answer = safetext.Cut(c.Skip, maxCellWidth)
		return cell
	}
	var facts []string
	if c.Times > 1 {
		cell.Share = fmt.Sprintf(" %d/%d", c.Totals.Samples.Pass, c.Totals.Samples.Total())
		if answer.of != nil && answer.text != "" {
			facts = append(facts, fmt.Sprintf("sample %d", answer.of.Sample))
		}
	}
	if answer.of != nil && answer.of.Score != nil {
		facts = append(facts, "score "+numbers.Number(*answer.of.Score))
	}
	for _, fact := range []string{latencyCell(c), cost(c.Totals.Cost).String()} {
		if fact != "-" {
			facts = append(facts, fact)
		}
	}
	cell.Facts = strings.Join(facts, " · ")
	return cell
}

// addVars adds the names of the variables that have a column: the first of
// those that cases have and are not named by.
func (h *htmlFound) addVars(c *summary.Case) {
	for _, v := range recordtext.Vars(c.Vars) {
		if v.Value != c.Case.Case && len(h.vars) < maxVarColumns && !slices.Contains(h.vars, v.Name) {
			h.vars = append(h.vars, v.Name)
		}
	}
}

// varCells are a row's variables: of one that the variants set, nothing.
func varCells(row htmlRow, names []string) []page.Tile {
	values := map[string]string{}
	differs := map[string]bool{}
	for i, c := range row.cases {
		for _, v := range recordtext.Vars(c.Vars) {
			if i > 0 && values[v.Name] != v.Value {
				differs[v.Name] = true
			}
			values[v.Name] = v.Value
		}
	}
	cells := make([]page.Tile, len(names))
	for i, name := range names {
		cells[i].Name = safetext.Cut(name, layout.MaxName)
		if cells[i].Value = safetext.Cut(values[name], maxVarCell); differs[name] {
			cells[i].Value = "by variant"
		}
	}
	return cells
}
