package reporters

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
)

// TableOptions is how a table is shown. The zero value is 80 cells wide
// without colour.
type TableOptions struct {
	// Width is the width of the terminal in cells; 0 means 80.
	Width int
	// Colour sets outcomes off by colour too; they are always words.
	Colour bool
	// Whole keeps sentences in one line each, for a reader that breaks lines
	// itself; so does a Width of 0.
	Whole bool
	// Wide lets lines be longer than Width rather than cut anything in them.
	Wide bool
	// All lists every case and every finding, however many there are.
	All bool
}

const (
	defaultWidth = 80
	// maxRows is how many cases are listed; of a larger run only those that
	// did not pass are, and of those no more than this.
	maxRows = 100
	// maxFindings is how many findings are told.
	maxFindings = 50
	// maxDetails is how many different explanations of one finding are told.
	maxDetails = 5
	// maxDetailLines bounds one explanation.
	maxDetailLines = 12
	detailIndent   = "    "
)

// Table writes the run for a person at a terminal: the cases of each suite
// with their outcome, then what went wrong and where, then the totals. Case
// names and explanations that are too long are cut in the middle.
func Table(w io.Writer, src Source, opts TableOptions) error {
	out := bufio.NewWriter(w)
	t := table{sentences: sentences{out, opts.sentenceWidth()}, src: src, run: src.Run, opts: opts, style: style(opts.Colour)}
	if t.opts.Width <= 0 {
		t.opts.Width = defaultWidth
	}
	if err := t.writeGrids(); err != nil {
		return err
	}
	if err := t.writeFindings(); err != nil {
		return err
	}
	t.writeTotals()
	return out.Flush()
}

// table is one table being written. Errors of out stick until its Flush.
type table struct {
	sentences
	src   Source
	run   *summary.Run
	opts  TableOptions
	style style
	rows  int // how many cases are listed
}

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
	layOut(grids, width)
	for i := range grids {
		if err := grids[i].write(t.out, t.style, t.sentenceWidth); err != nil {
			return err
		}
		t.out.WriteString("\n")
	}
	if left.Total() > 0 {
		fmt.Fprintf(t.out, "not listed: %s\n\n", outcomeCounts(left, style(false)))
	}
	return nil
}

// grids lays out the suites, and counts the cases that are left out.
func (t *table) grids() ([]grid, summary.Outcomes, error) {
	left := t.run.Totals.Cases
	var grids []grid
	for i := range t.run.Suites {
		s := &t.run.Suites[i]
		g, err := t.grid(s)
		if err != nil {
			return nil, left, err
		}
		t.rows += len(g.rows)
		for _, row := range g.rows {
			for _, outcome := range row.outcomes {
				uncount(&left, outcome)
			}
		}
		g.notes = append(nonEmpty(comparisonsText(s.Totals.Comparisons)), slices.Concat(repeatNotes(s), streamNotes(s))...)
		of := []grid{g, metricGrid(s)}
		of[1].notes = append(of[1].notes, gateNotes(s, t.style)...)
		for _, g := range of {
			if len(g.rows)+len(g.notes) > 0 {
				grids = append(grids, g)
			}
		}
	}
	return grids, left, nil
}

// grid lays out a suite: variants as columns where there are several and
// they fit, by their labels alone if need be, else a row for each, with the
// intervals of repeated cases where those fit.
func (t *table) grid(suite *summary.Suite) (grid, error) {
	fits := func(g grid) bool { return t.opts.Wide || room(t.opts.Width, g.natural()) >= minName }
	if len(suite.Variants) > 1 {
		g, err := variantGrid(t.src, suite, t.picked(suite, suite.Rows()), t.opts.Wide)
		if err != nil || fits(g) {
			return g, err
		}
		copy(g.header[1:], shortNames(suite.Variants))
		if fits(g) {
			return g, nil
		}
	}
	g, err := listGrid(t.src, suite, t.picked(suite, single(suite)))
	g.wide = t.opts.Wide
	if err != nil || t.opts.Wide {
		return g.grid, err
	}
	if widths := g.natural(); widths[0] > room(t.opts.Width, widths) {
		g.shorten()
	}
	if !fits(g.grid) {
		g.dropDetails()
	}
	return g.grid, nil
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
	large := t.run.Totals.Cases.Total() > maxRows
	return func(yield func([]int) bool) {
		n := t.rows
		for row := range rows {
			dull := large && !slices.ContainsFunc(row, func(i int) bool { return needsAttention(suite.Mark(i).Outcome) })
			if dull && !t.opts.All {
				continue
			}
			if n++; n > maxRows && !t.opts.All || !yield(row) {
				return
			}
		}
	}
}

// needsAttention reports whether a case of the outcome is listed in a run
// of any size; "" is the outcome of a cell that stands for no case.
func needsAttention(outcome string) bool {
	return outcome != "" && outcome != record.Pass && outcome != record.Skip
}

// writeFindings tells what did not go as it should, failures and errors
// first, then warnings, then what was skipped.
func (t *table) writeFindings() error {
	most := maxFindings
	if t.opts.All {
		most = math.MaxInt
	}
	told, more, err := foldErrors(t.src.findings(), most)
	if err != nil {
		return err
	}
	for _, f := range told {
		t.writeFinding(f.label, f.finding)
	}
	if more > 0 {
		fmt.Fprintf(t.out, "… and %s\n\n", counted(more, "more finding"))
	}
	return nil
}

// writeFinding tells one finding: its place, case and title, then the
// expression and the explanations, indented.
func (t *table) writeFinding(label string, f finding) {
	head := ""
	if place := safetext.Cut(f.place, maxLine); place != "" {
		head = t.style.bold(place+":") + " "
	}
	title := safetext.Cut(f.title(), maxLine)
	if f.kind == record.Skip && len(f.details) > 0 {
		title += ": " + safetext.Cut(f.details[0], maxLine)
		f.details = nil
	}
	t.sentencef("%s%s: %s", head, safetext.Cut(label, maxLine), t.style.outcome(f.kind, title))
	if f.source != "" && len(f.drawings) == 0 {
		t.writeDetail(f.source, maxLine)
	}
	width := max(t.opts.Width-len(detailIndent), minName)
	if t.opts.Wide || f.kind == record.Errored || f.source == "" { // a sentence, of which every word may be needed
		width = maxLine
	}
	all, write := f.details, t.writeDetail
	if len(f.drawings) > 0 {
		all, write = f.drawings, t.writeDrawing
	}
	told := all
	if !t.opts.All {
		told = told[:min(len(told), maxDetails)]
	}
	for _, detail := range told {
		write(detail, width)
	}
	if more := len(all) - len(told); more > 0 {
		t.writeDetail(fmt.Sprintf("… %d more", more), width)
	}
	for _, answer := range f.answers {
		t.writeDetail(answer, width)
	}
	t.out.WriteString("\n")
}

// writeDrawing writes a trace, indented.
func (t *table) writeDrawing(drawing string, width int) {
	for _, line := range cutDrawing(drawing, width) {
		if strings.HasPrefix(line, failedMark) {
			t.sentence(detailIndent + line)
			continue
		}
		t.out.WriteString(strings.TrimRight(detailIndent+line, " ") + "\n")
	}
}

// writeDetail writes an indented block of text, its lines cut to width and
// broken where the terminal ends.
func (t *table) writeDetail(text string, width int) {
	text = strings.TrimRight(text, "\n")
	for line := range strings.SplitSeq(safetext.Block(text, maxDetailLines, width), "\n") {
		t.sentence(strings.TrimRight(detailIndent+line, " "))
	}
}

// writeTotals writes the line that sums the run up, and says so where the
// run was cut short.
func (t *table) writeTotals() {
	totals := t.run.Totals
	cases := counted(totals.Cases.Total(), "case")
	if samples := totals.Samples.Total(); samples > totals.Cases.Total() {
		cases += " (" + counted(samples, "sample") + ")"
	}
	if totals.Cases.Total() > 0 {
		cases += ": " + outcomeCounts(totals.Cases, t.style)
	}
	requests := counted(totals.Requests, "request")
	if sources := answerSources(t.run); sources != "" {
		requests += " (answers from: " + sources + ")"
	}
	parts := []string{cases, requests}
	parts = append(parts, nonEmpty(tokensText(totals))...)
	if cost := costText(totals.Cost); cost != "" {
		parts = append(parts, cost)
	}
	if t.run.Wall > 0 {
		parts = append(parts, duration(t.run.Wall))
	}
	t.sentence(strings.Join(parts, " · "))
	if !t.run.Complete {
		t.sentence(t.style.yellow("INCOMPLETE: the run was cut short; what is missing may change every number above"))
	}
	t.sentence(verdictColour(t.style, t.src.Verdict, VerdictLine(t.src.Verdict)))
}

// outcomeCounts writes the counts that are not zero: 3 passed, 1 failed.
func outcomeCounts(o summary.Outcomes, st style) string {
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
			parts = append(parts, st.outcome(count.outcome, grouped(int64(count.n))+" "+count.verb))
		}
	}
	return strings.Join(parts, ", ")
}
