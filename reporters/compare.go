package reporters

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
)

const (
	// maxChanges is how many cases that went down, and that went up, are told.
	maxChanges = 20
	// maxNamed is how many cases of another list are named.
	maxNamed = 5
	// maxDiffLines bounds the diff of two answers.
	maxDiffLines = 12
)

// Compared are comparisons, and what they came to.
type Compared struct {
	All []*compare.Comparison
	// Verdict is that of the comparisons or, where they are a part of it, of a
	// run.
	Verdict verdict.Verdict
}

// ComparisonTable writes comparisons for a person at a terminal: the verdict,
// what was changed and the numbers behind it, then the cases that went down
// and up, and the verdict again. Several comparisons, of variants, begin with a
// table of all.
func ComparisonTable(w io.Writer, of Compared, opts TableOptions) error {
	out := bufio.NewWriter(w)
	t := comparisonTable{sentences: sentences{out, opts.sentenceWidth()}, of: of, opts: opts, style: style(opts.Colour)}
	if t.opts.Width <= 0 {
		t.opts.Width = defaultWidth
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
	t.sentence(t.colour(VerdictLine(of.Verdict)))
	return out.Flush()
}

// comparisonTable is comparisons being written. Errors of out stick until its
// Flush.
type comparisonTable struct {
	sentences
	of    Compared
	opts  TableOptions
	style style
}

// verdict colours a verdict.
func (t *comparisonTable) verdict(v compare.Verdict) string {
	switch v {
	case compare.Regressed, compare.Broken:
		return t.style.red(string(v))
	case compare.Improved, compare.Unchanged:
		return t.style.green(string(v))
	}
	return t.style.yellow(string(v))
}

// colour colours text by the verdict of all.
func (t *comparisonTable) colour(text string) string {
	v := t.of.Verdict
	if v.Found == compare.Inconclusive && v.Exit() == verdict.ExitPassed {
		return t.style.yellow(text)
	}
	return verdictColour(t.style, v, text)
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
		t.sentence(detailIndent + safetext.Cut(reason, maxLine))
	}
	if c.Skipped > 0 {
		t.sentence("skipped in both: " + counted(c.Skipped, "case"))
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
		all[i] = fmt.Sprintf("%s (%s)", reason, counted(cases[reason], "case"))
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
		t.line(t.style.bold(t.verdict(c.Verdict)) + "  " + safetext.Cut(c.Base, maxVariant) + " → " + safetext.Cut(c.New, maxVariant))
	case t.of.Verdict.Found == "": // of a run, whose verdict stands elsewhere
		t.line(t.style.bold(t.verdict(c.Verdict)))
	default:
		t.sentence(t.style.bold(t.colour(safetext.Cut(verdictHead(t.of.Verdict), maxVerdict))))
	}
	t.text(changeLine(c))
	for _, value := range changeValues(c, t.width()) {
		t.line(detailIndent + value)
	}
	t.text(sentence(c))
	t.text(conclusion(c))
	t.text(culprits(c))
	for _, warning := range c.Warnings {
		t.sentence(t.style.yellow("warning:") + " " + safetext.Cut(warning.Message, maxLine))
	}
}

// width is that of a line below a heading.
func (t *comparisonTable) width() int {
	if t.opts.Wide {
		return maxLine
	}
	return max(t.opts.Width-len(detailIndent), minName)
}

// line writes a line that is safe already.
func (t *comparisonTable) line(text string) {
	t.out.WriteString(strings.TrimRight(text, " ") + "\n")
}

// text writes a sentence, if any.
func (t *comparisonTable) text(sentence string) {
	if sentence != "" {
		t.sentence(safetext.Cut(sentence, maxLine))
	}
}

// writeOverview lists the comparisons.
func (t *comparisonTable) writeOverview(all []*compare.Comparison) error {
	g := grid{header: []string{"comparison", "verdict", "base", "new", "points", "p adjusted"}, align: tw.AlignRight}
	for _, c := range all {
		g.rows = append(g.rows, estimateRow(c.Base+" → "+c.New, c.Overall, c.Verdict, c.Alpha))
	}
	t.line(t.style.bold(counted(len(all), "comparison")))
	return t.writeGrid(g)
}

// writeGrids writes the suites where there are several, and the amounts.
func (t *comparisonTable) writeGrids(c *compare.Comparison) error {
	if len(c.Suites) > 1 {
		g := grid{header: []string{"suite", "verdict", "base", "new", "points", "p adjusted"}, align: tw.AlignRight}
		for _, s := range c.Suites {
			g.rows = append(g.rows, estimateRow(fmt.Sprintf("%s (%d)", s.Name, s.Pairs), s, s.Verdict, c.Alpha))
		}
		if err := t.writeGrid(g); err != nil {
			return err
		}
	}
	rows := amountRows(c)
	if len(rows) == 0 {
		return nil
	}
	g := grid{header: []string{"a sample", "base", "new", "change", level(c.Alpha) + " interval"}, align: tw.AlignRight}
	for _, r := range rows {
		g.rows = append(g.rows, gridRow{r.title(), []string{r.base, r.new, r.change, r.interval}, make([]string, 4)})
	}
	return t.writeGrid(g)
}

// estimateRow is a line of pass rates; a difference that may be chance is ~.
func estimateRow(name string, e compare.Estimate, v compare.Verdict, alpha float64) gridRow {
	cells := []string{string(v), "-", "-", "-", "-"}
	if e.Pairs > 0 {
		difference := notSignificant
		if e.PAdjusted < alpha {
			difference = signed(e.Difference)
		}
		cells = []string{string(v), percentOf(e.BaseRate.Value), percentOf(e.NewRate.Value), difference, probability(e.PAdjusted)}
	}
	return gridRow{name, cells, make([]string, len(cells))}
}

func (t *comparisonTable) writeGrid(g grid) error {
	width := t.opts.Width
	if t.opts.Wide {
		width, g.wide = 0, true
	}
	grids := []grid{g}
	layOut(grids, width)
	t.line("")
	return grids[0].write(t.out, t.style, t.sentenceWidth)
}

// writeChanges tells the cases of a list, each with an answer of either side.
func (t *comparisonTable) writeChanges(title string, list []compare.CaseChange) {
	if len(list) == 0 {
		return
	}
	t.line("")
	t.line(t.style.bold(fmt.Sprintf("%s: %s", title, counted(len(list), "case"))))
	told := list
	if !t.opts.All {
		told = told[:min(len(told), maxChanges)]
	}
	for _, c := range told {
		t.writeChange(c)
	}
	if more := len(list) - len(told); more > 0 {
		t.line(fmt.Sprintf("… and %s", counted(more, "more case")))
	}
}

func (t *comparisonTable) writeChange(c compare.CaseChange) {
	head := safetext.Cut(refLabel(c.CaseRef), maxLine) + ": " + changeTitle(c)
	if place := refPlace(c.CaseRef); place != "" {
		head = t.style.bold(safetext.Cut(place, maxLine)+":") + " " + head
	}
	t.sentence(head)
	if c.Evidence == nil {
		return
	}
	for _, line := range evidenceLines(c.Evidence, t.width()) {
		t.line(detailIndent + line)
	}
}

// evidenceLines are the failed assertions and the diff of two answers, safe to
// show.
func evidenceLines(e *compare.Evidence, width int) []string {
	var lines []string
	for _, f := range e.Failed[:min(len(e.Failed), maxDetails)] {
		if drawing := DrawTrace(f.Expr, f.Trace); drawing != "" {
			lines = append(lines, cutDrawing(drawing, width)...)
			continue
		}
		text := assertionSource(&record.Assertion{Expr: f.Expr, Rubric: f.Rubric})
		if f.Why != "" {
			text += "\n  " + f.Why
		}
		lines = append(lines, strings.Split(safetext.Block(text, maxDetailLines, width), "\n")...)
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
	diff := drawWords(diffWords(e.Old.Text, e.New.Text))
	return strings.Split(safetext.Block(wrap(diff, width), maxDiffLines, width), "\n")
}

// writeRefs names the first cases of a list.
func (t *comparisonTable) writeRefs(title string, refs []compare.CaseRef) {
	if len(refs) == 0 {
		return
	}
	told := refs
	if !t.opts.All {
		told = told[:min(len(told), maxNamed)]
	}
	var names []string
	for _, r := range told {
		names = append(names, safetext.Cut(refLabel(r), maxVariant*2))
	}
	text := fmt.Sprintf("%s: %s: %s", title, counted(len(refs), "case"), strings.Join(names, ", "))
	if more := len(refs) - len(told); more > 0 {
		text += fmt.Sprintf(" and %s more", grouped(int64(more)))
	}
	t.sentence(text)
}
