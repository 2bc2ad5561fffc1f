package runreport

import (
	"fmt"
	"iter"
	"slices"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/reporters/internal/jsonvalue"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
	"github.com/evalrun/evalrun/reporters/internal/page"
)

// htmlRow is a case of the grid: its variants, in the run's order.
type htmlRow struct {
	suite *summary.Suite
	cases []*summary.Case
}

// htmlRows are the rows of a page: of all cases, or of as many as fit.
type htmlRows struct {
	listed, all int // cases
	// wanting and others are how many cases are listed that need attention and
	// that do not.
	wanting, others int
}

// newHTMLRows chooses the rows of a run's page. Rows that need attention come
// first; a row that would not fit wholly is the last one.
func newHTMLRows(run *summary.Run, most int) htmlRows {
	if most <= 0 {
		most = page.MaxCases
	}
	rows := htmlRows{all: run.Totals.Cases.Total()}
	for row := range suiteRows(run) {
		if row.wanting() {
			rows.wanting += len(row.indexes)
		} else {
			rows.others += len(row.indexes)
		}
	}
	rows.wanting = min(rows.wanting, most)
	rows.others = min(rows.others, most-rows.wanting)
	for row := range rows.chosen(run) {
		rows.listed += len(row.indexes)
	}
	return rows
}

// left says which cases the page lists, "" where it lists all.
func (r htmlRows) left() string {
	if r.listed == r.all {
		return ""
	}
	return fmt.Sprintf("%s of %s cases are listed, first those that did not pass: a page of all would be more than a browser can show. "+
		"The numbers above are of all cases; the reports csv, json and jsonl hold each.", numbers.Grouped(int64(r.listed)), numbers.Grouped(int64(r.all)))
}

// chosen gives the rows of the page in the order of the run.
func (r htmlRows) chosen(run *summary.Run) iter.Seq[suiteRow] {
	return func(yield func(suiteRow) bool) {
		wanting, others := r.wanting, r.others
		for row := range suiteRows(run) {
			left := &others
			if row.wanting() {
				left = &wanting
			}
			if *left <= 0 {
				continue
			}
			if *left -= len(row.indexes); !yield(row) {
				return
			}
		}
	}
}

// read reads the rows of the page.
func (r htmlRows) read(src Source) iter.Seq2[htmlRow, error] {
	return func(yield func(htmlRow, error) bool) {
		for at := range r.chosen(src.Run) {
			row := htmlRow{suite: at.suite}
			for _, i := range at.indexes {
				c, err := at.suite.Case(src.File, i)
				if err != nil {
					yield(htmlRow{}, err)
					return
				}
				row.cases = append(row.cases, c)
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// suiteRow is the indexes of a case's variants in its suite, good until the
// next row.
type suiteRow struct {
	suite   *summary.Suite
	indexes []int
}

// wanting reports whether a case of the row did not come to a good end.
func (r suiteRow) wanting() bool {
	return slices.ContainsFunc(r.indexes, func(i int) bool { return needsAttention(r.suite.Mark(i).Outcome) })
}

// suiteRows gives the rows of a run, the cases of each suite by name.
func suiteRows(run *summary.Run) iter.Seq[suiteRow] {
	return func(yield func(suiteRow) bool) {
		for i := range run.Suites {
			suite := &run.Suites[i]
			for indexes := range suite.Rows() {
				if !yield(suiteRow{suite, indexes}) {
					return
				}
			}
		}
	}
}

type htmlCase struct {
	Suite    string         `json:"suite"`
	Path     string         `json:"path"`
	Line     int            `json:"line"`
	Case     string         `json:"case"`
	Tags     []string       `json:"tags"`
	Variants []page.Variant `json:"variants"`
}

// writeRow writes a case with its variants, as the block c0, c1, …, and the
// images that it names.
func writeRow(d *page.Blocks, src Source, i int, row htmlRow) error {
	first := row.cases[0]
	block := htmlCase{
		Suite: row.suite.Name, Path: first.Path, Line: first.Line, Case: first.Case.Case, Tags: jsonvalue.NotNil(first.Tags),
	}
	for _, c := range row.cases {
		v, err := d.NewVariant(c, src.exchanges(c))
		if err != nil {
			return err
		}
		block.Variants = append(block.Variants, v)
	}
	return d.Write(fmt.Sprintf("c%d", i), block)
}
