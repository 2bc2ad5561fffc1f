package reporters

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// gap is how many spaces are between two columns: tablewriter's default
// padding at their inner sides.
const gap = 2

const (
	// minName is how narrow the column of names may become.
	minName = 20
	// maxVariant is how wide the column of a variant may become.
	maxVariant = 30
)

// grid is one suite's part of the table, its cells as the record has them.
// The first column holds names and takes what width the others leave.
type grid struct {
	header []string
	rows   []gridRow
	footer []string
	// notes are lines below the grid, safe to show. A grid without rows is
	// its notes alone.
	notes []string
	// align is that of the columns after the second.
	align tw.Align
	wide  bool // no column is cut
	// widths are those of the columns, set by layOut.
	widths []int
}

// gridRow is one row: a name, and the cells after it with the outcome that
// colours each, "" for none.
type gridRow struct {
	name     string
	cells    []string
	outcomes []string
}

// caseGrid is a grid with a row for each case in each variant.
type caseGrid struct {
	grid
	plain []string // the rows' first cells without details
	short []string // the rows' names by the labels of their variants alone
}

// listGrid is a suite with a row for each case in each variant that is
// listed, the results of repeated cases with their intervals.
func listGrid(src Source, suite *summary.Suite, listed iter.Seq[[]int]) (caseGrid, error) {
	g := caseGrid{grid: grid{header: []string{suiteTitle(suite), "result", "latency", "tokens in", "out"}, align: tw.AlignRight}}
	short := shortNames(suite.Variants)
	for row := range listed {
		c, err := suite.Case(src.File, row[0])
		if err == nil {
			err = src.sumUp(c)
		}
		if err != nil {
			return caseGrid{}, err
		}
		g.rows = append(g.rows, gridRow{
			name:     caseTitle(c),
			cells:    []string{outcomeCell(c) + repeatInterval(c), latencyCell(c), tokens(c.Totals.Input).String(), tokens(c.Totals.Output).String()},
			outcomes: []string{c.Outcome, "", "", ""},
		})
		g.plain = append(g.plain, outcomeCell(c))
		g.short = append(g.short, titleIn(c.Case.Case, short[suite.Mark(row[0]).Variant]))
	}
	return g, nil
}

// shorten takes the short names.
func (g *caseGrid) shorten() {
	for i := range g.rows {
		g.rows[i].name = g.short[i]
	}
}

// dropDetails makes the column of results as narrow as can be.
func (g *caseGrid) dropDetails() {
	for i := range g.rows {
		g.rows[i].cells[0] = g.plain[i]
	}
}

// variantGrid is a suite with a row for each case that is listed and a column
// for each variant; the footer counts the cases of each that passed. A wide
// one has the intervals of repeated cases.
func variantGrid(src Source, suite *summary.Suite, listed iter.Seq[[]int], wide bool) (grid, error) {
	g := grid{header: []string{suiteTitle(suite)}, footer: []string{"passed"}, align: tw.AlignLeft, wide: wide}
	for _, v := range suite.Variants {
		cases := v.Totals.Cases
		g.header = append(g.header, v.Name)
		g.footer = append(g.footer, fmt.Sprintf("%d/%d", cases.Pass, cases.Total()-cases.Skip))
	}
	for indexes := range listed {
		row := gridRow{cells: make([]string, len(suite.Variants)), outcomes: make([]string, len(suite.Variants))}
		for _, i := range indexes {
			c, err := suite.Case(src.File, i)
			if err != nil {
				return grid{}, err
			}
			v := suite.Mark(i).Variant
			row.name, row.cells[v], row.outcomes[v] = c.Case.Case, outcomeCell(c), c.Outcome
			if wide {
				row.cells[v] += repeatInterval(c)
			}
		}
		g.rows = append(g.rows, row)
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
		mark = "? " + safetext.Cut(outcome, maxVariant)
	}
	return mark
}

// latencyCell is the mean latency of the case's samples that have an answer.
func latencyCell(c *summary.Case) string {
	answered := c.Totals.Samples.Pass + c.Totals.Samples.Fail
	if answered == 0 || c.Totals.Latency == 0 {
		return "-"
	}
	return duration(c.Totals.Latency / time.Duration(answered))
}

// natural is how wide each column would like to be.
func (g *grid) natural() []int {
	widths := make([]int, len(g.header))
	widen := func(column int, cell string, most int) {
		widths[column] = max(widths[column], safetext.Width(safetext.Cut(cell, most)))
	}
	for i, title := range g.header {
		widen(i, title, g.mostCells(i))
	}
	for i, cell := range g.footer {
		widen(i, cell, g.mostCells(i))
	}
	for _, row := range g.rows {
		widen(0, row.name, g.mostCells(0))
		for i, cell := range row.cells {
			widen(i+1, cell, g.mostCells(i+1))
		}
	}
	return widths
}

// mostCells is the width of the widest cell that a column may hold.
func (g *grid) mostCells(column int) int {
	if column == 0 || g.wide {
		return maxLine
	}
	return maxVariant
}

// room is what is left for the names of a table that is width cells wide,
// with columns of the given widths after them.
func room(width int, columns []int) int {
	for _, w := range columns[1:] {
		width -= w + gap
	}
	return width
}

// layOut sets the widths of the grids' columns: those of like grids are the
// same, so that they read as one table, and the names are cut to the width
// of the table, where one is given.
func layOut(grids []grid, width int) {
	like := map[string][]int{} // the widths, by the header after the first column
	name := 0
	for i := range grids {
		g := &grids[i]
		if len(g.rows) == 0 {
			continue
		}
		g.widths = g.natural()
		name = max(name, g.widths[0])
		header := strings.Join(g.header[1:], "\x00")
		if of, ok := like[header]; ok {
			for j := range of {
				of[j] = max(of[j], g.widths[j])
			}
			g.widths = of
		}
		like[header] = g.widths
	}
	for _, widths := range like {
		if width > 0 {
			name = min(name, max(room(width, widths), minName))
		}
	}
	for _, widths := range like {
		widths[0] = name
	}
}

// write draws the grid and the notes below it, which are sentences of the
// given width.
func (g *grid) write(w io.Writer, st style, sentenceWidth int) error {
	if len(g.rows) > 0 {
		if err := g.draw(w, st); err != nil {
			return err
		}
	}
	for _, note := range g.notes {
		if _, err := fmt.Fprintln(w, sentenceLines(note, sentenceWidth)); err != nil {
			return err
		}
	}
	return nil
}

// draw draws the rows with their header and footer.
func (g *grid) draw(w io.Writer, st style) error {
	widths := g.widths
	var drawn bytes.Buffer
	table := newTablewriter(&drawn, widths, g.align)
	header := g.fit(g.header, widths)
	for i := range header {
		header[i] = st.bold(header[i])
	}
	table.Header(header)
	for _, row := range g.rows {
		cells := g.fit(append([]string{row.name}, row.cells...), widths)
		for i, outcome := range row.outcomes {
			if outcome != "" {
				cells[i+1] = st.outcome(outcome, cells[i+1])
			}
		}
		if err := table.Append(cells); err != nil {
			return err
		}
	}
	if g.footer != nil {
		table.Footer(g.fit(g.footer, widths))
	}
	if err := table.Render(); err != nil {
		return err
	}
	for line := range bytes.Lines(drawn.Bytes()) {
		if _, err := fmt.Fprintf(w, "%s\n", bytes.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}

// fit makes the cells safe and no wider than their columns.
func (g *grid) fit(cells []string, widths []int) []string {
	out := make([]string, len(cells))
	for i, cell := range cells {
		out[i] = safetext.Cut(cell, widths[i])
	}
	return out
}

// newTablewriter is a table without frames that takes its cells as they
// are: made safe, cut and coloured.
func newTablewriter(w io.Writer, widths []int, align tw.Align) *tablewriter.Table {
	columns := tw.Mapper[int, int]{}
	paddings := make([]tw.Padding, len(widths))
	aligns := make([]tw.Align, len(widths))
	for i, width := range widths {
		columns[i], paddings[i], aligns[i] = width+gap, tw.PaddingDefault, align
	}
	last := len(widths) - 1
	columns[0], paddings[0].Left = columns[0]-1, ""
	columns[last], paddings[last].Right = columns[last]-1, ""
	aligns[0], aligns[1] = tw.AlignLeft, tw.AlignLeft
	cell := tw.CellConfig{
		Formatting: tw.CellFormatting{AutoWrap: tw.WrapNone, AutoFormat: tw.Off},
		Padding:    tw.CellPadding{Global: tw.PaddingNone, PerColumn: paddings},
		Alignment:  tw.CellAlignment{PerColumn: aligns},
	}
	return tablewriter.NewTable(w,
		tablewriter.WithConfig(tablewriter.Config{
			Header: cell, Row: cell, Footer: cell,
			Behavior: tw.Behavior{TrimSpace: tw.Off, TrimTab: tw.Off},
			Widths:   tw.CellWidth{PerColumn: columns},
		}),
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders: tw.BorderNone,
			Symbols: tw.NewSymbols(tw.StyleLight),
			Settings: tw.Settings{
				Separators: tw.SeparatorsNone,
				Lines:      tw.Lines{ShowTop: tw.Off, ShowBottom: tw.Off, ShowHeaderLine: tw.On, ShowFooterLine: tw.On},
			},
		})),
		tablewriter.WithEastAsian(tw.Off),
	)
}
