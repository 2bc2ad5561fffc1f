package comparereport

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/olekukonko/tablewriter/tw"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
	"github.com/evalrun/evalrun/reporters/internal/verdicttext"
)

// What a terminal shows of one comparison, so that it fits a screen. TableOptions.All
// shows everything.
const (
	shortChange   = 2 // lines of a value that changed
	shortWarnings = 3
	shortRows     = 8 // of a table
	shortBlocks   = 3 // comparisons, where there are several
)

// Comparisons are comparisons, and what they came to.
type Comparisons struct {
	All []*compare.Comparison
	// Verdict is that of the comparisons or, where they are a part of it, of a
	// run.
	Verdict verdict.Verdict
}

// Table writes comparisons for a person at a terminal: the verdict, the numbers
// behind it and what changed, then the cases with another pass rate, and the
// verdict again, with what to do about it. Several comparisons, of variants, begin with a table of all.
// Without opts.All it is about a screen long.
func Table(w io.Writer, of Comparisons, opts reporters.TableOptions) error {
	out := bufio.NewWriter(w)
	t := comparisonTable{Sentences: layout.Sentences{Out: out, LineWidth: opts.SentenceWidth()}, of: of, opts: opts, style: layout.Style(opts.Colour)}
	if t.opts.Width <= 0 {
		t.opts.Width = layout.DefaultWidth
	}
	all := of.All
	if of.Verdict.Found != "" { // else of a run, whose report comes before
		t.Write(t.style.Bold(t.colour(verdicttext.Line(of.Verdict))))
	}
	if len(all) > 1 {
		if err := t.writeOverview(all); err != nil {
			return err
		}
	}
	shown := all
	if !t.opts.All && len(all) > 1 {
		shown = all[:min(len(all), shortBlocks)]
	}
	for _, c := range shown {
		if err := t.write(c, len(all) > 1); err != nil {
			return err
		}
	}
	t.more(len(all)-len(shown), "more comparison")
	t.writeEnd()
	return out.Flush()
}

// writeEnd writes the verdict, and what to do about it. Where a run fails for what
// no comparison says, what to do about that comes before.
func (t *comparisonTable) writeEnd() {
	ends := []string{t.style.Bold(t.colour(verdicttext.Line(t.of.Verdict))), safetext.Cut(advice(t.of.All), layout.MaxLine)}
	if !t.of.decide() {
		slices.Reverse(ends)
	}
	t.line("")
	for _, text := range layout.NonEmpty(ends...) {
		t.Write(text)
	}
}

// decide reports whether the comparisons are what decides the verdict.
func (of Comparisons) decide() bool {
	if of.Verdict.Found != "" || len(of.Verdict.Reasons) == 0 {
		return true
	}
	return slices.Contains([]verdict.Kind{verdict.Regressions, verdict.NewlyFailing, verdict.Requirement, verdict.NotComparable, verdict.Undecided}, of.Verdict.Reasons[0].Kind)
}

// more says that so many more things are not shown, and how to see them.
func (t *comparisonTable) more(n int, what string) {
	if n > 0 {
		t.line(fmt.Sprintf("… and %s (all: --wide, or -o html=compare.html)", numbers.Counted(n, what)))
	}
}

// comparisonTable is comparisons being written. Errors of out stick until its
// Flush.
type comparisonTable struct {
	layout.Sentences
	of    Comparisons
	opts  reporters.TableOptions
	style layout.Style
}

// verdict colours a verdict.
func (t *comparisonTable) verdict(v compare.Verdict) string {
	switch v {
	case compare.Regressed, compare.Incomparable:
		return t.style.Red(string(v))
	case compare.Improved, compare.NotWorse:
		return t.style.Green(string(v))
	}
	return t.style.Yellow(string(v))
}

// colour colours text by the verdict of all.
func (t *comparisonTable) colour(text string) string {
	v := t.of.Verdict
	if v.Found == compare.Inconclusive && v.Exit() == verdict.ExitPassed {
		return t.style.Yellow(text)
	}
	return verdicttext.Colour(t.style, v, text)
}

// write writes one comparison. One of several is short: its numbers are in the
// overview.
func (t *comparisonTable) write(c *compare.Comparison, many bool) error {
	t.writeHead(c, many)
	if many && !t.opts.All {
		t.text(amountsLine(c))
	} else if err := t.writeGrids(c); err != nil {
		return err
	}
	t.writeChanges("lower pass rate", c.Regressed, many)
	t.writeChanges("higher pass rate", c.Improved, true)
	t.writeLeftOut(c)
	if many {
		t.text(c.Advice)
	}
	return nil
}

// writeHead writes the numbers, the change and what to know about them.
func (t *comparisonTable) writeHead(c *compare.Comparison, many bool) {
	sides := safetext.Cut(c.Base, layout.MaxName) + " → " + safetext.Cut(c.New, layout.MaxName)
	switch {
	case many:
		t.line("")
		t.line(t.style.Bold(t.verdict(c.Verdict)) + "  " + sides)
	case t.of.Verdict.Found == "":
		t.line("compared with " + safetext.Cut(c.Base, layout.MaxLine) + ": " + t.style.Bold(t.verdict(c.Verdict)))
	default:
		t.line(sides)
	}
	for _, text := range summaryTexts(c) {
		t.text(text)
	}
	values := changeValues(c, t.width())
	if !t.opts.All && len(values) > shortChange {
		values = append(values[:shortChange:shortChange], "…")
	}
	for _, value := range values {
		t.line(layout.Indent + value)
	}
	warnings := c.Warnings
	if !t.opts.All {
		warnings = warnings[:min(len(warnings), shortWarnings)]
	}
	for _, warning := range warnings {
		t.Write(t.style.Yellow("warning:") + " " + safetext.Cut(warning.Message, layout.MaxLine))
	}
	t.more(len(c.Warnings)-len(warnings), "more warning")
}

// width is that of a line below a heading.
func (t *comparisonTable) width() int {
	if t.opts.Wide {
		return layout.MaxLine
	}
	return max(t.opts.Width-len(layout.Indent), layout.MinName)
}

// line writes a line that is safe already.
func (t *comparisonTable) line(text string) {
	t.Out.WriteString(strings.TrimRight(text, " ") + "\n")
}

// text writes a sentence, if any.
func (t *comparisonTable) text(sentence string) {
	if sentence != "" {
		t.Write(safetext.Cut(sentence, layout.MaxLine))
	}
}

// writeOverview lists the comparisons.
func (t *comparisonTable) writeOverview(all []*compare.Comparison) error {
	g := layout.Grid{Header: []string{"comparison", "verdict", "base", "new", "points", "p adjusted"}, Align: tw.AlignRight}
	for _, c := range all {
		g.Rows = append(g.Rows, estimateRow(c.Base+" → "+c.New, c.Overall, c.Verdict))
	}
	return t.writeGrid(g)
}

// writeGrids writes the suites where there are several, and the amounts.
func (t *comparisonTable) writeGrids(c *compare.Comparison) error {
	if len(c.Suites) > 1 {
		g := layout.Grid{Header: []string{"suite", "verdict", "base", "new", "points", "p adjusted"}, Align: tw.AlignRight}
		for _, s := range c.Suites {
			g.Rows = append(g.Rows, estimateRow(fmt.Sprintf("%s (%d)", s.Name, s.Pairs), s, s.Verdict))
		}
		if err := t.writeGrid(g); err != nil {
			return err
		}
	}
	if c.Categories != nil {
		g := layout.Grid{Header: []string{"by " + c.Categories.By, "verdict", "base", "new", "points", "p adjusted"}, Align: tw.AlignRight}
		for _, e := range named(c.Categories.Each) {
			g.Rows = append(g.Rows, estimateRow(fmt.Sprintf("%s (%d)", e.Name, e.Pairs), e, e.Verdict))
		}
		g.Notes = []string{categoriesNote}
		if err := t.writeGrid(g); err != nil {
			return err
		}
	}
	rows := amountRows(c)
	if len(rows) == 0 {
		return nil
	}
	g := layout.Grid{Header: []string{"per sample", "base", "new", "change", "interval"}, Align: tw.AlignRight}
	for _, r := range rows {
		g.Rows = append(g.Rows, layout.Row{Name: r.title(), Cells: []string{r.base, r.new, r.change, r.interval}, Outcomes: make([]string, 4)})
	}
	return t.writeGrid(g)
}

// categoriesNote says what the verdicts of categories are.
const categoriesNote = "adjusted among themselves; the verdict of the comparison is that of all cases"

// categoryName is the name of a category.
func categoryName(e compare.Estimate) string {
	if e.Name == "" {
		return "(empty)"
	}
	return e.Name
}

// named are categories with their names as they are shown.
func named(categories []compare.Estimate) []compare.Estimate {
	out := slices.Clone(categories)
	for i := range out {
		out[i].Name = categoryName(out[i])
	}
	return out
}

// estimateRow is a line of pass rates.
func estimateRow(name string, e compare.Estimate, v compare.Verdict) layout.Row {
	cells := []string{string(v), "-", "-", "-", "-"}
	if e.Pairs > 0 {
		cells = []string{
			string(v), numbers.PercentTenths(e.BaseRate.Value), numbers.PercentTenths(e.NewRate.Value), numbers.Signed(e.Difference), numbers.Probability(e.PAdjusted),
		}
	}
	return layout.Row{Name: name, Cells: cells, Outcomes: make([]string, len(cells))}
}

func (t *comparisonTable) writeGrid(g layout.Grid) error {
	width, rows := t.opts.Width, len(g.Rows)
	if !t.opts.All {
		g.Rows = g.Rows[:min(rows, shortRows)]
	}
	if t.opts.Wide {
		width, g.Wide = 0, true
	}
	grids := []layout.Grid{g}
	layout.LayOut(grids, width)
	t.line("")
	if err := grids[0].Write(t.Out, t.style, t.LineWidth); err != nil {
		return err
	}
	t.more(rows-len(g.Rows), "more row")
	return nil
}
