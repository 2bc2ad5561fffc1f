package layout

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"

	"github.com/evalrun/evalrun/internal/safetext"
)

// gap is how many spaces are between two columns: tablewriter's default
// padding at their inner sides.
const gap = 2

// Grid is one suite's part of the table, its cells as the record has them.
// The first column holds names and takes what width the others leave.
type Grid struct {
	Header []string
	Rows   []Row
	Footer []string
	// Notes are lines below the grid, safe to show. A grid without rows is
	// its notes alone.
	Notes []string
	// Align is that of the columns after the second.
	Align tw.Align
	Wide  bool // no column is cut
	// widths are those of the columns, set by layOut.
	widths []int
}

// Row is one row: a name, and the cells after it with the outcome that
// colours each, "" for none.
type Row struct {
	Name     string
	Cells    []string
	Outcomes []string
}

// Natural is how wide each column would like to be.
func (g *Grid) Natural() []int {
	widths := make([]int, len(g.Header))
	widen := func(column int, cell string, most int) {
		widths[column] = max(widths[column], safetext.Width(safetext.Cut(cell, most)))
	}
	for i, title := range g.Header {
		widen(i, title, g.mostCells(i))
	}
	for i, cell := range g.Footer {
		widen(i, cell, g.mostCells(i))
	}
	for _, row := range g.Rows {
		widen(0, row.Name, g.mostCells(0))
		for i, cell := range row.Cells {
			widen(i+1, cell, g.mostCells(i+1))
		}
	}
	return widths
}

// mostCells is the width of the widest cell that a column may hold.
func (g *Grid) mostCells(column int) int {
	if column == 0 || g.Wide {
		return MaxLine
	}
	return MaxName
}

// NameWidth is what is left for the names of a table that is width cells wide,
// with columns of the given widths after them.
func NameWidth(width int, columns []int) int {
	for _, w := range columns[1:] {
		width -= w + gap
	}
	return width
}

// LayOut sets the widths of the grids' columns: those of like grids are the
// same, so that they read as one table, and the names are cut to the width
// of the table, where one is given.
func LayOut(grids []Grid, width int) {
	like := map[string][]int{} // the widths, by the header after the first column
	name := 0
	for i := range grids {
		g := &grids[i]
		if len(g.Rows) == 0 {
			continue
		}
		g.widths = g.Natural()
		name = max(name, g.widths[0])
		header := strings.Join(g.Header[1:], "\x00")
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
			name = min(name, max(NameWidth(width, widths), MinName))
		}
	}
	for _, widths := range like {
		widths[0] = name
	}
}

// Write draws the grid and the notes below it, which are sentences of the
// given width.
func (g *Grid) Write(w io.Writer, st Style, sentenceWidth int) error {
	if len(g.Rows) > 0 {
		if err := g.draw(w, st); err != nil {
			return err
		}
	}
	for _, note := range g.Notes {
		if _, err := fmt.Fprintln(w, sentenceLines(note, sentenceWidth)); err != nil {
			return err
		}
	}
	return nil
}

// draw draws the rows with their header and footer.
func (g *Grid) draw(w io.Writer, st Style) error {
	widths := g.widths
	var drawn bytes.Buffer
	table := newTablewriter(&drawn, widths, g.Align)
	header := g.fit(g.Header, widths)
	for i := range header {
		header[i] = st.Bold(header[i])
	}
	table.Header(header)
	for _, row := range g.Rows {
		cells := g.fit(append([]string{row.Name}, row.Cells...), widths)
		for i, outcome := range row.Outcomes {
			if outcome != "" {
				cells[i+1] = st.Outcome(outcome, cells[i+1])
			}
		}
		if err := table.Append(cells); err != nil {
			return err
		}
	}
	if g.Footer != nil {
		table.Footer(g.fit(g.Footer, widths))
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
func (g *Grid) fit(cells []string, widths []int) []string {
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
