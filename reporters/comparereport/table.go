package comparereport

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/olekukonko/tablewriter/tw"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
	"github.com/evalrun/evalrun/reporters/internal/recordtext"
	"github.com/evalrun/evalrun/reporters/internal/trace"
	"github.com/evalrun/evalrun/reporters/internal/verdicttext"
	"github.com/evalrun/evalrun/reporters/internal/worddiff"
)

const (
	// maxChanges is how many cases that went down, and that went up, are shown.
	maxChanges = 20
	// maxNamed is how many cases of another list are named.
	maxNamed = 5
	// maxDiffLines bounds the diff of two answers.
	maxDiffLines = 12
)

// Comparisons are comparisons, and what they came to.
type Comparisons struct {
	All []*compare.Comparison
	// Verdict is that of the comparisons or, where they are a part of it, of a
	// run.
	Verdict verdict.Verdict
}

// Table writes comparisons for a person at a terminal: the verdict,
// what was changed and the numbers behind it, then the cases that went down
// and up, and the verdict again. Several comparisons, of variants, begin with a
// table of all.
func Table(w io.Writer, of Comparisons, opts reporters.TableOptions) error {
	out := bufio.NewWriter(w)
	t := comparisonTable{Sentences: layout.Sentences{Out: out, LineWidth: opts.SentenceWidth()}, of: of, opts: opts, style: layout.Style(opts.Colour)}
	if t.opts.Width <= 0 {
		t.opts.Width = layout.DefaultWidth
	}
	all := of.All
	if len(all) > 1 {
		if err := t.writeOverview(all); err != nil {
			return err
		}
	}
	for _, c := range all {
		if len(all) > 1 {
			t.line("")
		}
		if err := t.write(c, len(all) > 1); err != nil {
			return err
		}
	}
	t.line("")
	t.Write(t.colour(verdicttext.Line(of.Verdict)))
	return out.Flush()
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
	case compare.Regressed, compare.Broken:
		return t.style.Red(string(v))
	case compare.Improved, compare.Unchanged:
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

func (t *comparisonTable) write(c *compare.Comparison, many bool) error {
	t.writeHead(c, many)
	if err := t.writeGrids(c); err != nil {
		return err
	}
	t.writeChanges("went down", c.Regressed)
	t.writeChanges("went up", c.Improved)
	if len(c.Changed)+len(c.Added)+len(c.Removed)+len(c.NotComparable)+c.Skipped > 0 {
		t.line("")
	}
	t.writeRefs("changed, not compared", c.Changed)
	t.writeRefs("added", c.Added)
	t.writeRefs("removed", c.Removed)
	t.writeRefs("not comparable", c.NotComparable)
	for _, reason := range reasons(c.NotComparable) {
		t.Write(layout.Indent + safetext.Cut(reason, layout.MaxLine))
	}
	if c.Skipped > 0 {
		t.Write("skipped in both: " + numbers.Counted(c.Skipped, "case"))
	}
	return nil
}

// reasons are why cases are not comparable, each with how many cases have it,
// the most first.
func reasons(refs []compare.CaseRef) []string {
	cases := map[string]int{}
	for _, r := range refs {
		if r.Reason != "" {
			cases[r.Reason]++
		}
	}
	all := slices.SortedFunc(maps.Keys(cases), func(a, b string) int {
		return cmp.Or(cmp.Compare(cases[b], cases[a]), strings.Compare(a, b))
	})
	for i, reason := range all {
		all[i] = fmt.Sprintf("%s (%s)", reason, numbers.Counted(cases[reason], "case"))
	}
	if len(all) > maxNamed {
		all = append(all[:maxNamed], fmt.Sprintf("… and %d other reasons", len(all)-maxNamed))
	}
	return all
}

// writeHead writes the verdict, the change and the numbers.
func (t *comparisonTable) writeHead(c *compare.Comparison, many bool) {
	switch {
	case many:
		t.line(t.style.Bold(t.verdict(c.Verdict)) + "  " + safetext.Cut(c.Base, layout.MaxName) + " → " + safetext.Cut(c.New, layout.MaxName))
	case t.of.Verdict.Found == "": // of a run, which has its own verdict
		t.line(t.style.Bold(t.verdict(c.Verdict)))
	default:
		t.Write(t.style.Bold(t.colour(safetext.Cut(verdicttext.Head(t.of.Verdict), verdicttext.MaxCells))))
	}
	t.text(changeLine(c))
	for _, value := range changeValues(c, t.width()) {
		t.line(layout.Indent + value)
	}
	t.text(sentence(c))
	t.text(conclusion(c))
	t.text(culprits(c))
	for _, warning := range c.Warnings {
		t.Write(t.style.Yellow("warning:") + " " + safetext.Cut(warning.Message, layout.MaxLine))
	}
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
		g.Rows = append(g.Rows, estimateRow(c.Base+" → "+c.New, c.Overall, c.Verdict, c.Alpha))
	}
	t.line(t.style.Bold(numbers.Counted(len(all), "comparison")))
	return t.writeGrid(g)
}

// writeGrids writes the suites where there are several, and the amounts.
func (t *comparisonTable) writeGrids(c *compare.Comparison) error {
	if len(c.Suites) > 1 {
		g := layout.Grid{Header: []string{"suite", "verdict", "base", "new", "points", "p adjusted"}, Align: tw.AlignRight}
		for _, s := range c.Suites {
			g.Rows = append(g.Rows, estimateRow(fmt.Sprintf("%s (%d)", s.Name, s.Pairs), s, s.Verdict, c.Alpha))
		}
		if err := t.writeGrid(g); err != nil {
			return err
		}
	}
	rows := amountRows(c)
	if len(rows) == 0 {
		return nil
	}
	g := layout.Grid{Header: []string{"a sample", "base", "new", "change", numbers.Level(c.Alpha) + " interval"}, Align: tw.AlignRight}
	for _, r := range rows {
		g.Rows = append(g.Rows, layout.Row{Name: r.title(), Cells: []string{r.base, r.new, r.change, r.interval}, Outcomes: make([]string, 4)})
	}
	return t.writeGrid(g)
}

// estimateRow is a line of pass rates; a difference that may be chance is ~.
func estimateRow(name string, e compare.Estimate, v compare.Verdict, alpha float64) layout.Row {
	cells := []string{string(v), "-", "-", "-", "-"}
	if e.Pairs > 0 {
		difference := numbers.NotSignificant
		if e.PAdjusted < alpha {
			difference = numbers.Signed(e.Difference)
		}
		cells = []string{string(v), numbers.PercentTenths(e.BaseRate.Value), numbers.PercentTenths(e.NewRate.Value), difference, numbers.Probability(e.PAdjusted)}
	}
	return layout.Row{Name: name, Cells: cells, Outcomes: make([]string, len(cells))}
}

func (t *comparisonTable) writeGrid(g layout.Grid) error {
	width := t.opts.Width
	if t.opts.Wide {
		width, g.Wide = 0, true
	}
	grids := []layout.Grid{g}
	layout.LayOut(grids, width)
	t.line("")
	return grids[0].Write(t.Out, t.style, t.LineWidth)
}

// writeChanges writes the cases of a list, each with an answer of either side.
func (t *comparisonTable) writeChanges(title string, list []compare.CaseChange) {
	if len(list) == 0 {
		return
	}
	t.line("")
	t.line(t.style.Bold(fmt.Sprintf("%s: %s", title, numbers.Counted(len(list), "case"))))
	shown := list
	if !t.opts.All {
		shown = shown[:min(len(shown), maxChanges)]
	}
	for _, c := range shown {
		t.writeChange(c)
	}
	if more := len(list) - len(shown); more > 0 {
		t.line(fmt.Sprintf("… and %s", numbers.Counted(more, "more case")))
	}
}

func (t *comparisonTable) writeChange(c compare.CaseChange) {
	head := safetext.Cut(refLabel(c.CaseRef), layout.MaxLine) + ": " + changeTitle(c)
	if place := refPlace(c.CaseRef); place != "" {
		head = t.style.Bold(safetext.Cut(place, layout.MaxLine)+":") + " " + head
	}
	t.Write(head)
	if c.Evidence == nil {
		return
	}
	for _, line := range evidenceLines(c.Evidence, t.width()) {
		t.line(layout.Indent + line)
	}
}

// evidenceLines are the failed assertions and the diff of two answers, safe to
// show.
func evidenceLines(e *compare.Evidence, width int) []string {
	var lines []string
	for _, f := range e.Failed[:min(len(e.Failed), layout.MaxDetails)] {
		if drawing := trace.Draw(f.Expr, f.Trace); drawing != "" {
			lines = append(lines, trace.Cut(drawing, width)...)
			continue
		}
		text := recordtext.AssertionSource(&record.Assertion{Expr: f.Expr, Rubric: f.Rubric})
		if f.Why != "" {
			text += "\n  " + f.Why
		}
		lines = append(lines, strings.Split(safetext.Block(text, layout.MaxDetailLines, width), "\n")...)
	}
	return append(lines, answerLines(e, width)...)
}

// answerLines compare two answers, or say that there is one only.
func answerLines(e *compare.Evidence, width int) []string {
	switch {
	case e.Old == nil && e.New == nil:
		return nil
	case e.Old == nil:
		return strings.Split(safetext.Block("new answer: "+e.New.Text, maxDiffLines, width), "\n")
	case e.New == nil:
		return strings.Split(safetext.Block("base answer: "+e.Old.Text, maxDiffLines, width), "\n")
	case e.Old.Text == e.New.Text:
		return []string{"the answers are the same"}
	}
	diff := worddiff.Draw(worddiff.Compare(e.Old.Text, e.New.Text))
	return strings.Split(safetext.Block(wrap(diff, width), maxDiffLines, width), "\n")
}

// writeRefs names the first cases of a list.
func (t *comparisonTable) writeRefs(title string, refs []compare.CaseRef) {
	if len(refs) == 0 {
		return
	}
	shown := refs
	if !t.opts.All {
		shown = shown[:min(len(shown), maxNamed)]
	}
	var names []string
	for _, r := range shown {
		names = append(names, safetext.Cut(refLabel(r), layout.MaxName*2))
	}
	text := fmt.Sprintf("%s: %s: %s", title, numbers.Counted(len(refs), "case"), strings.Join(names, ", "))
	if more := len(refs) - len(shown); more > 0 {
		text += fmt.Sprintf(" and %s more", numbers.Grouped(int64(more)))
	}
	t.Write(text)
}
