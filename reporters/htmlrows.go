package reporters

import (
	"fmt"
	"iter"
	"slices"

	"github.com/evalrun/evalrun/internal/results/summary"
)

// maxHTMLCases is how many cases a page lists: what a browser shows and
// searches without effort.
const maxHTMLCases = 20_000

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
		most = maxHTMLCases
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
		"The numbers above are of all cases; the reports csv, json and jsonl hold each.", grouped(int64(r.listed)), grouped(int64(r.all)))
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
