package page

import (
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/layout"
)

// maxSearchText bounds what of a case the page searches in.
const maxSearchText = 2000

// GridRow is a row of a grid of cases: what all grids have.
type GridRow struct {
	Index         int
	Name, Place   string
	Tags          []string
	TagList, Text string // what it is filtered by, and what is searched in
	Words         string // what it is chosen by
	Cells         []Cell
}

// NewGridRow is the row of a case.
func NewGridRow(index int, name, place string) GridRow {
	if name == "" {
		name = "(no name)"
	}
	return GridRow{Index: index, Name: safetext.Cut(name, layout.MaxLine), Place: place}
}

// Describe adds what the record holds about the case: its tags, and what it is
// searched by, which is its names, its tags, other texts and its assertions.
func (r *GridRow) Describe(c *record.Case, names []string, texts ...string) {
	for _, tag := range c.Tags {
		r.Tags = append(r.Tags, safetext.Cut(tag, layout.MaxName))
	}
	search := slices.Concat(names, c.Tags, texts)
	for _, a := range c.Assertions {
		search = append(search, a.Expr+a.Rubric+a.Check, a.Name)
	}
	r.Text = safetext.Cut(strings.ToLower(strings.Join(layout.NonEmpty(search...), " ")), maxSearchText)
	r.TagList = strings.Join(r.Tags, "\n")
}
