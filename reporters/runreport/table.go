package runreport

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
	"github.com/evalrun/evalrun/reporters/internal/verdicttext"
)

// Table writes the run for a person at a terminal: the cases of each suite
// with their outcome, then what went wrong and where, then the totals. Case
// names and explanations that are too long are cut in the middle.
func Table(w io.Writer, src Source, opts reporters.TableOptions) error {
	out := bufio.NewWriter(w)
	t := table{Sentences: layout.Sentences{Out: out, LineWidth: opts.SentenceWidth()}, src: src, run: src.Run, opts: opts, style: layout.Style(opts.Colour)}
	if t.opts.Width <= 0 {
		t.opts.Width = layout.DefaultWidth
	}
	if t.opts.Height <= 0 {
		t.opts.Height = layout.DefaultHeight
	}
	end, lines, err := t.captured(t.writeEnd)
	if err != nil {
		return err
	}
	head, above, err := t.captured(t.writeSuites)
	if err != nil {
		return err
	}
	t.Out.Write(head)
	t.end = t.opts.Height - lines - above
	t.left = t.end
	for _, write := range []func() error{t.writeGrids, t.writeFindings} {
		if err := write(); err != nil {
			return err
		}
	}
	t.Out.Write(end)
	return out.Flush()
}

// table is one table being written. Errors of out stick until its Flush.
type table struct {
	layout.Sentences
	src   Source
	run   *summary.Run
	opts  reporters.TableOptions
	style layout.Style
	rows  int // how many cases are listed
	end   int // how many lines are between the suites and the totals
	left  int // how many of them are not written yet
}

// captured gives what write writes, and its number of lines.
func (t *table) captured(write func() error) ([]byte, int, error) {
	var text bytes.Buffer
	out := t.Out
	t.Out = bufio.NewWriter(&text)
	err := errors.Join(write(), t.Out.Flush())
	t.Out = out
	return text.Bytes(), bytes.Count(text.Bytes(), []byte("\n")), err
}

// writeEnd writes what comes after the findings.
func (t *table) writeEnd() error {
	if err := t.writeBreakdown(); err != nil {
		return err
	}
	if err := t.writeVariants(); err != nil {
		return err
	}
	t.writeTotals()
	return nil
}

// fewestRows is how many cases the grids list at least, however small the
// terminal is.
const fewestRows = 3

// linesAround is how many lines a grid and the findings take beside their
// rows.
const linesAround = 10

// maxRows is how many cases the grids list: half of the lines that are left.
func (t *table) maxRows() int { return max((t.end-linesAround)/2, fewestRows) }

// writeGrids lists the cases, and counts those that it leaves out.
func (t *table) writeGrids() error {
	grids, left, err := t.grids()
	if err != nil {
		return err
	}
	width := t.opts.Width
	if t.opts.Wide {
		width = 0
	}
	layout.LayOut(grids, width)
	text, lines, err := t.captured(func() error {
		for i := range grids {
			if err := grids[i].Write(t.Out, t.style, t.LineWidth); err != nil {
				return err
			}
			t.Out.WriteString("\n")
		}
		if left.Total() > 0 {
			fmt.Fprintf(t.Out, "not listed: %s\n\n", outcomeCounts(left, layout.Style(false)))
		}
		return nil
	})
	t.left -= lines
	t.Out.Write(text)
	return err
}

// writeSuites writes a line for each suite, where there are several.
func (t *table) writeSuites() error {
	return t.writeGrid(suiteTotals(t.run, rowOptions{t.opts.Wide, t.opts.All}))
}

// writeBreakdown writes the numbers by category.
func (t *table) writeBreakdown() error {
	return t.writeGrid(breakdownGrid(t.src, rowOptions{t.opts.Wide, t.opts.All}))
}

// writeVariants writes the totals of each variant, and which of them passes
// most.
func (t *table) writeVariants() error {
	g := variantTotals(t.run, rowOptions{t.opts.Wide, t.opts.All})
	texts, err := t.src.leadTexts()
	if err != nil {
		return err
	}
	g.Notes = append(g.Notes, texts...)
	return t.writeGrid(g)
}

// writeGrid writes a grid on its own; one without rows is none.
func (t *table) writeGrid(g layout.Grid) error {
	if len(g.Rows) == 0 {
		return nil
	}
	width := t.opts.Width
	if t.opts.Wide {
		width = 0
	}
	grids := []layout.Grid{g}
	layout.LayOut(grids, width)
	err := grids[0].Write(t.Out, t.style, t.LineWidth)
	t.Out.WriteString("\n")
	return err
}

// grids lays out the suites, and counts the cases that are left out.
func (t *table) grids() ([]layout.Grid, summary.Outcomes, error) {
	left := t.run.Totals.Cases
	var grids []layout.Grid
	for i := range t.run.Suites {
		s := &t.run.Suites[i]
		g, err := t.grid(s)
		if err != nil {
			return nil, left, err
		}
		t.rows += len(g.Rows)
		for _, row := range g.Rows {
			for _, outcome := range row.Outcomes {
				uncount(&left, outcome)
			}
		}
		g.Notes = append(layout.NonEmpty(comparisonsText(s.Totals.Comparisons)), slices.Concat(repeatNotes(s), streamNotes(s), queueNotes(s))...)
		of := append([]layout.Grid{g, metricGrid(s)}, classGrids(s, rowOptions{t.opts.Wide, t.opts.All}, t.fits)...)
		last := &of[len(of)-1]
		last.Notes = append(last.Notes, gateNotes(s, t.style)...)
		for _, g := range of {
			if len(g.Rows)+len(g.Notes) > 0 {
				grids = append(grids, g)
			}
		}
	}
	return grids, left, nil
}

// grid lays out a suite: variants as columns where there are several and
// they fit, by their labels alone if need be, else a row for each, with the
// intervals of repeated cases where those fit.
func (t *table) grid(suite *summary.Suite) (layout.Grid, error) {
	if len(suite.Variants) > 1 {
		g, err := variantGrid(t.src, suite, t.picked(suite, suite.Rows()), t.opts.Wide)
		if err != nil || t.fits(g) {
			return g, err
		}
		copy(g.Header[1:], shortNames(suite.Variants))
		if t.fits(g) {
			return g, nil
		}
	}
	g, err := listGrid(t.src, suite, t.picked(suite, single(suite)))
	g.Wide = t.opts.Wide
	if err != nil || t.opts.Wide {
		return g.Grid, err
	}
	if widths := g.Natural(); widths[0] > layout.NameWidth(t.opts.Width, widths) {
		g.shorten()
	}
	if !t.fits(g.Grid) {
		g.dropDetails()
	}
	return g.Grid, nil
}

// fits reports whether a grid is no wider than the table.
func (t *table) fits(g layout.Grid) bool {
	return t.opts.Wide || layout.NameWidth(t.opts.Width, g.Natural()) >= layout.MinName
}

// single gives each case of the suite for itself.
func single(suite *summary.Suite) iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		for i := range suite.Len() {
			if !yield([]int{i}) {
				return
			}
		}
	}
}

// picked gives those rows of a suite's cases that are listed: of a large run
// only those that need attention, and no more than maxRows.
func (t *table) picked(suite *summary.Suite, rows iter.Seq[[]int]) iter.Seq[[]int] {
	large := t.run.Totals.Cases.Total() > t.maxRows()
	return func(yield func([]int) bool) {
		n := t.rows
		for row := range rows {
			dull := large && !slices.ContainsFunc(row, func(i int) bool { return needsAttention(suite.Mark(i).Outcome) })
			if dull && !t.opts.All {
				continue
			}
			if n++; n > t.maxRows() && !t.opts.All || !yield(row) {
				return
			}
		}
	}
}

// needsAttention reports whether a case of the outcome is listed in a run
// of any size; "" is the outcome of a cell without a case.
func needsAttention(outcome string) bool {
	return outcome != "" && outcome != record.Pass && outcome != record.Skip
}

// writeTotals writes the line that sums the run up, and says so where the
// run was cut short.
func (t *table) writeTotals() {
	totals := t.run.Totals
	cases := numbers.Counted(totals.Cases.Total(), "case")
	if samples := totals.Samples.Total(); samples > totals.Cases.Total() {
		cases += " (" + numbers.Counted(samples, "sample") + ")"
	}
	if totals.Cases.Total() > 0 {
		cases += ": " + outcomeCounts(totals.Cases, t.style) + caseNotes(totals)
	}
	requests := numbers.Counted(totals.Requests, "request")
	if sources := answerSources(t.run); sources != "" {
		requests += " (answers from: " + sources + ")"
	}
	parts := []string{cases, requests}
	parts = append(parts, layout.NonEmpty(tokensText(totals))...)
	if cost := costText(totals.Cost); cost != "" {
		parts = append(parts, cost)
	}
	if t.run.Wall > 0 {
		parts = append(parts, numbers.Duration(t.run.Wall))
	}
	t.Write(strings.Join(parts, " · "))
	if !t.run.Complete {
		t.Write(t.style.Yellow("INCOMPLETE: the run was cut short; what is missing may change every number above"))
	}
	for _, text := range verdicttext.Found(t.src.Verdict) {
		t.Write(text)
	}
	t.Write(verdicttext.Colour(t.style, t.src.Verdict, verdicttext.Line(t.src.Verdict)))
}

// outcomeCounts writes the counts that are not zero: 3 passed, 1 failed.
func outcomeCounts(o summary.Outcomes, st layout.Style) string {
	var parts []string
	for _, count := range []struct {
		n             int
		outcome, verb string
	}{
		{o.Pass, record.Pass, "passed"},
		{o.Fail, record.Fail, "failed"},
		{o.Error, record.Errored, "errored"},
		{o.Skip, record.Skip, "skipped"},
	} {
		if count.n > 0 {
			parts = append(parts, st.Outcome(count.outcome, numbers.Grouped(int64(count.n))+" "+count.verb))
		}
	}
	return strings.Join(parts, ", ")
}
