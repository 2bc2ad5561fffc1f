package comparereport

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
	"github.com/evalrun/evalrun/reporters/internal/page"
	"github.com/evalrun/evalrun/reporters/internal/recordtext"
)

// comparisonGrid is the cases of all comparisons.
type comparisonGrid struct {
	Several bool // there are several comparisons
	Shows   []htmlShow
	Tags    []string
	Rows    []comparisonGridRow
	Left    string // which cases are listed, "" where all are
}

type (
	// htmlShow is a choice of cases.
	htmlShow struct{ Value, Text string }
	// comparisonGridRow is a case; the fields named Key are what it is sorted
	// by, Words what it is chosen by.
	comparisonGridRow struct {
		page.GridRow
		Of                    int
		Refs                  string
		State                 page.Verdict
		Reason                string // why it is not comparable
		Points                string
		StateKey, RateKey     string
		Latency, Tokens, Cost htmlMove
	}
	// htmlMove is an amount of both sides, and what it is sorted by: the
	// difference.
	htmlMove struct{ Text, Key string }
)

// stateVerdicts are how the states are shown.
var stateVerdicts = map[compare.State]page.Verdict{
	compare.NewlyFailing:  {Mark: "✗", Word: "newly failing", Class: "fail"},
	compare.Down:          {Mark: "↓", Word: "lower", Class: "error"},
	compare.NewlyPassing:  {Mark: "✓", Word: "newly passing", Class: "pass"},
	compare.Up:            {Mark: "↑", Word: "higher", Class: "pass"},
	compare.Same:          {Mark: "=", Word: "same", Class: "skip"},
	compare.NotComparable: {Mark: "!", Word: "not comparable", Class: "error"},
	compare.Changed:       {Mark: "≠", Word: "changed, not compared", Class: "skip"},
	compare.Added:         {Mark: "+", Word: "added", Class: "skip"},
	compare.Removed:       {Mark: "−", Word: "removed", Class: "skip"},
	compare.Skipped:       {Mark: "-", Word: "skipped", Class: "skip"},
}

// stateOrder is the order that the states are counted and sorted in.
var stateOrder = []compare.State{
	compare.NewlyFailing, compare.Down, compare.Up, compare.NewlyPassing, compare.Same,
	compare.NotComparable, compare.Changed, compare.Added, compare.Removed, compare.Skipped,
}

// comparisonRows are the rows of all comparisons, or of each as many as fit on
// a page of so many. left says which those are, "" where they are all.
func comparisonRows(all []*compare.Comparison, most int) (rows []comparisonRow, left string) {
	found := 0
	for i, c := range all {
		base, new := c.Sides()
		ofOne := c.Rows()
		found += len(ofOne)
		for _, row := range listedRows(ofOne, most/len(all)) {
			rows = append(rows, comparisonRow{
				Row: row, of: i,
				base: comparisonSide{base, row.Base, "base"}, new: comparisonSide{new, row.New, "new"},
			})
		}
	}
	if len(rows) < found {
		left = fmt.Sprintf("%s of %s cases are listed, first those that changed: a page of all would be more than a browser can show. "+
			"What is said above is of all cases.", numbers.Grouped(int64(len(rows))), numbers.Grouped(int64(found)))
	}
	return rows, left
}

// listedRows are at most so many of the rows, in their order: those that
// changed, then those that stayed the same or were skipped.
func listedRows(rows []compare.Row, most int) []compare.Row {
	if len(rows) <= most {
		return rows
	}
	stayed := func(row *compare.Row) bool { return row.State == compare.Same || row.State == compare.Skipped }
	changed := 0
	for i := range rows {
		if !stayed(&rows[i]) {
			changed++
		}
	}
	changed = min(changed, most)
	same := most - changed
	out := make([]compare.Row, 0, most)
	for i := range rows {
		left := &changed
		if stayed(&rows[i]) {
			left = &same
		}
		if *left > 0 {
			*left--
			out = append(out, rows[i])
		}
	}
	return out
}

func newComparisonGrid(rows []comparisonRow, several bool, data *comparisonData) (comparisonGrid, error) {
	grid := comparisonGrid{Several: several}
	tags := map[string]bool{}
	words := map[string]bool{}
	for i := range rows {
		row, err := newComparisonGridRow(i, &rows[i], data)
		if err != nil {
			return grid, err
		}
		for _, tag := range row.Tags {
			tags[tag] = true
		}
		for word := range strings.FieldsSeq(row.Words) {
			words[word] = true
		}
		grid.Rows = append(grid.Rows, row)
	}
	grid.Tags = slices.Sorted(maps.Keys(tags))
	for _, show := range []htmlShow{
		{"moved", "changed"}, {"newly-failing", "newly failing"}, {"newly-passing", "newly passing"}, {"down", "lower pass rate"}, {"up", "higher pass rate"},
		{"fail", "failing now"}, {"error", "errors"}, {"apart", "not compared"},
	} {
		if words[show.Value] {
			grid.Shows = append(grid.Shows, show)
		}
	}
	return grid, nil
}

func newComparisonGridRow(i int, row *comparisonRow, data *comparisonData) (comparisonGridRow, error) {
	out := comparisonGridRow{
		GridRow: page.NewGridRow(i, row.CaseRef.Case, comparisonPlace(row)),
		Of:      row.of, Reason: safetext.Cut(row.Reason, layout.MaxLine), State: stateVerdicts[row.State],
		StateKey: strconv.Itoa(slices.Index(stateOrder, row.State)), Points: "-", RateKey: strconv.FormatFloat(row.Difference, 'f', 6, 64),
		Latency: newMove(row, func(s *compare.RowSide) *float64 { return s.LatencyMS }, func(ms float64) string { return numbers.Duration(record.Duration(ms)) }),
		Tokens:  newMove(row, func(s *compare.RowSide) *float64 { return s.OutputTokens }, wholeNumber),
		Cost:    newMove(row, func(s *compare.RowSide) *float64 { return s.CostUSD }, numbers.Dollars),
	}
	if row.State == compare.Same || wordOf[row.State] != "apart" {
		out.Points = numbers.Signed(row.Difference)
	}
	out.Words = strings.Join(rowWords(row), " ")
	out.Refs = strings.TrimSpace(data.ref(row.base) + " " + data.ref(row.new))
	for _, side := range []comparisonSide{row.base, row.new} {
		out.Cells = append(out.Cells, newComparisonCell(side))
	}
	return out, out.describe(row)
}

// describe adds what the records hold about the case: its tags and what it is
// searched by.
func (r *comparisonGridRow) describe(row *comparisonRow) error {
	var described record.Case
	for _, side := range []comparisonSide{row.new, row.base} {
		result, found, err := side.result()
		if err != nil {
			return err
		}
		if found {
			described = result.Case
			break
		}
	}
	r.Describe(&described, []string{row.CaseRef.Case, row.Suite, row.Variant, row.Reason})
	return nil
}

// wholeNumber writes a mean without decimals.
func wholeNumber(x float64) string { return numbers.Grouped(int64(min(x, 1e15) + .5)) }

// comparisonPlace is the suite, its file and the variant, that of both sides
// where it is not the same.
func comparisonPlace(row *comparisonRow) string {
	variant := row.Variant
	if row.Base != nil && row.New != nil && row.Base.ID.Variant != row.New.ID.Variant {
		variant = row.Base.ID.Variant + " → " + row.New.ID.Variant
	}
	parts := layout.NonEmpty(row.Suite, variant)
	if place := refPlace(row.CaseRef); place != "" {
		parts = layout.NonEmpty(place, variant)
		if !recordtext.NamedByPath(row.Suite, row.Path) {
			parts = append([]string{row.Suite}, parts...)
		}
	}
	return safetext.Cut(strings.Join(parts, " · "), layout.MaxLine)
}

// wordOf is what the states are chosen by.
var wordOf = map[compare.State]string{
	compare.NewlyFailing: "newly-failing moved", compare.Down: "down moved", compare.NewlyPassing: "newly-passing moved", compare.Up: "up moved", compare.Same: "same",
	compare.NotComparable: "apart", compare.Changed: "apart", compare.Added: "apart", compare.Removed: "apart", compare.Skipped: "apart",
}

// rowWords are what a row is chosen by.
func rowWords(row *comparisonRow) []string {
	words := []string{wordOf[row.State]}
	if row.New != nil && row.New.Outcome == record.Fail {
		words = append(words, "fail")
	}
	for _, s := range []*compare.RowSide{row.Base, row.New} {
		if s != nil && (s.Error > 0 || s.Outcome == record.Errored) {
			return append(words, "error")
		}
	}
	return words
}

func newComparisonCell(s comparisonSide) page.Cell {
	cell := page.Cell{Label: strings.ToUpper(s.role[:1]) + s.role[1:]}
	if s.row == nil {
		return cell
	}
	cell.Verdict = page.NewOutcome(s.row.Outcome)
	if n := s.row.Pass + s.row.Fail + s.row.Error; n > 1 {
		cell.Share = fmt.Sprintf(" %d/%d", s.row.Pass, n)
	}
	return cell
}

// newMove is an amount on both sides; one alone where the other has none.
func newMove(row *comparisonRow, of func(*compare.RowSide) *float64, write func(float64) string) htmlMove {
	var values []float64
	var texts []string
	for _, s := range []*compare.RowSide{row.Base, row.New} {
		if s == nil || of(s) == nil {
			continue
		}
		values, texts = append(values, *of(s)), append(texts, write(*of(s)))
	}
	switch len(values) {
	case 0:
		return htmlMove{"-", "0"}
	case 1:
		return htmlMove{texts[0], "0"}
	}
	move := htmlMove{texts[0] + " → " + texts[1], strconv.FormatFloat(values[1]-values[0], 'f', 9, 64)}
	if texts[0] == texts[1] {
		move.Text = texts[0]
	}
	return move
}
