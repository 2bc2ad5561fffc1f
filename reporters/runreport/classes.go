package runreport

import (
	"fmt"
	"slices"
	"strings"

	"github.com/olekukonko/tablewriter/tw"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
)

// classes are a classification of a suite in one variant, with what reports show
// of it.
type classes struct {
	*summary.Classification
	metric  *summary.Metric
	variant string // "" where the suite has one
}

// classesOf are the classifications of a suite, of each of its variants.
func classesOf(suite *summary.Suite) []classes {
	var out []classes
	for i := range suite.Variants {
		v := &suite.Variants[i]
		for j := range v.Metrics {
			if m := &v.Metrics[j]; m.Classification != nil && len(m.Classification.Classes) > 0 {
				out = append(out, classes{m.Classification, m, v.Name})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b classes) int { return strings.Compare(a.metric.Name, b.metric.Name) })
	return out
}

// estimateText writes a rate with its interval: 92 % (81–97 %).
func estimateText(e *summary.Estimate) string {
	if e == nil {
		return "-"
	}
	return numbers.Percent(e.Value) + intervalText(e.Interval)
}

func intervalText(iv *summary.Interval) string {
	if iv == nil {
		return ""
	}
	return " (" + numbers.PercentRange(iv.Low, iv.High) + ")"
}

// rates are the accuracy and the macro F1 in words.
func (c *classes) rates() string {
	if c.metric.Cases == 0 {
		return "no case has an answer"
	}
	text := "accuracy " + numbers.Percent(c.metric.Mean) + intervalText(c.metric.Interval)
	return text + ", macro F1 " + estimateText(c.MacroF1) + " over " + countedClasses(c.Scored)
}

func countedClasses(n int) string {
	if n == 1 {
		return "1 class"
	}
	return numbers.Grouped(int64(n)) + " classes"
}

// outside says what answers were of none of the classes, as a sentence that is
// not yet safe to show; "" where all were of one.
func (c *classes) outside() string {
	unknown, none, missing := c.others()
	var parts []string
	if unknown > 0 {
		text := numbers.Counted(unknown, "answer") + " of an unknown class"
		var found []string
		for _, u := range c.Unknown {
			found = append(found, fmt.Sprintf("%q ×%s", safetext.Cut(u.Text, maxClassCell), numbers.Grouped(int64(u.Samples))))
		}
		if len(found) > 0 {
			text += " (" + strings.Join(found, ", ") + ")"
		}
		parts = append(parts, text)
	}
	if none > 0 {
		parts = append(parts, numbers.Counted(none, "answer")+" without a class")
	}
	if missing > 0 {
		parts = append(parts, numbers.Counted(missing, "missing answer")+", which the rates leave out")
	}
	if c.Joined > 0 {
		parts = append(parts, fmt.Sprintf("%s more, which are left out of all but the accuracy", countedClasses(c.Joined)))
	}
	return strings.Join(parts, "; ")
}

// others are how many samples are of another class, of none, and missing.
func (c *classes) others() (unknown, none, missing int) {
	for i := range c.Classes {
		of := &c.Classes[i]
		unknown, none, missing = unknown+of.Unknown, none+of.None, missing+of.Missing
	}
	return unknown, none, missing
}

// maxClassCell is how wide the name of a class is where there are many.
const maxClassCell = 24

// columns are the titles of the matrix: the classes, and what else there is.
func (c *classes) columns() []string {
	var out []string
	for i := range c.Classes {
		out = append(out, safetext.Cut(c.Classes[i].Name, maxClassCell))
	}
	unknown, none, missing := c.others()
	for i, n := range []int{unknown, none, missing} {
		if n > 0 {
			out = append(out, [...]string{"(unknown)", "(none)", "(no answer)"}[i])
		}
	}
	return out
}

// counts are the samples of a class in the columns.
func (c *classes) counts(of *summary.Class) []int {
	out := slices.Clone(of.Predicted)
	unknown, none, missing := c.others()
	for i, all := range []int{unknown, none, missing} {
		if all > 0 {
			out = append(out, [...]int{of.Unknown, of.None, of.Missing}[i])
		}
	}
	return out
}

// confusion is a class that was taken for another.
type confusion struct {
	expected, predicted string
	samples             int
}

// confusions are the most frequent ones.
func (c *classes) confusions(most int) []confusion {
	var out []confusion
	for i := range c.Classes {
		for j, n := range c.Classes[i].Predicted {
			if i != j && n > 0 {
				out = append(out, confusion{c.Classes[i].Name, c.Classes[j].Name, n})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b confusion) int { return b.samples - a.samples })
	return out[:min(len(out), most)]
}

const (
	// maxTableClasses is how many classes the table lists unless it is to list
	// all, and maxTableMatrix how many a matrix has that is drawn.
	maxTableClasses = 12
	maxTableMatrix  = 12
	maxConfusions   = 3
)

// classGrids are the classifications of a suite: the rates of each class, and
// the matrix where it fits. Of several variants they are drawn where all is to be
// listed, and else are a line each.
func classGrids(suite *summary.Suite, opts rowOptions, fits func(layout.Grid) bool) []layout.Grid {
	var grids []layout.Grid
	var lines layout.Grid
	several := len(suite.Variants) > 1
	for _, c := range classesOf(suite) {
		title := safetext.Cut(titleIn(c.metric.Name, c.variant), layout.MaxLine)
		notes := append([]string{fmt.Sprintf("%s: %s", title, c.rates())}, layout.NonEmpty(safetext.Cut(c.outside(), layout.MaxLine))...)
		if several && !opts.all && !opts.wide {
			lines.Notes = append(lines.Notes, notes...)
			continue
		}
		rates := c.rateGrid(title, opts)
		matrix := c.matrixGrid(opts)
		if len(c.Classes) <= maxTableMatrix && fits(matrix) || opts.wide {
			matrix.Notes = notes
			grids = append(grids, rates, matrix)
			continue
		}
		for _, taken := range c.confusions(maxConfusions) {
			notes = append(notes, fmt.Sprintf("%s taken for %s ×%s", safetext.Cut(taken.expected, maxClassCell), safetext.Cut(taken.predicted, maxClassCell), numbers.Grouped(int64(taken.samples))))
		}
		rates.Notes = append(rates.Notes, notes...)
		grids = append(grids, rates)
	}
	if len(lines.Notes) > 0 {
		grids = append(grids, lines)
	}
	return grids
}

// rateGrid has the rates of each class.
func (c *classes) rateGrid(title string, opts rowOptions) layout.Grid {
	g := layout.Grid{Header: []string{title, "precision (95 %)", "recall (95 %)", "F1 (95 %)", "answers"}, Align: tw.AlignRight, Wide: opts.wide}
	listed := c.Classes
	if !opts.all && !opts.wide {
		listed = listed[:min(len(listed), maxTableClasses)]
	}
	for i := range listed {
		of := &listed[i]
		g.Rows = append(g.Rows, layout.Row{
			Name:     safetext.Cut(of.Name, layout.MaxName),
			Cells:    []string{estimateText(of.Precision), estimateText(of.Recall), estimateText(of.F1), numbers.Grouped(int64(of.Answered()))},
			Outcomes: make([]string, 4),
		})
	}
	if more := len(c.Classes) - len(listed); more > 0 {
		g.Notes = append(g.Notes, "… and "+countedClasses(more)+" more")
	}
	return g
}

// matrixGrid is the confusion matrix.
func (c *classes) matrixGrid(opts rowOptions) layout.Grid {
	g := layout.Grid{Header: append([]string{"expected ↓ answered →"}, c.columns()...), Align: tw.AlignRight, Wide: opts.wide}
	for i := range c.Classes {
		row := layout.Row{Name: safetext.Cut(c.Classes[i].Name, layout.MaxName)}
		for _, n := range c.counts(&c.Classes[i]) {
			row.Cells = append(row.Cells, countCell(n))
		}
		row.Outcomes = make([]string, len(row.Cells))
		g.Rows = append(g.Rows, row)
	}
	return g
}

// countCell is a number of samples; none is a dot.
func countCell(n int) string {
	if n == 0 {
		return "·"
	}
	return numbers.Grouped(int64(n))
}

// maxMarkdownClasses is how many classes have a row, and a column of the matrix.
const maxMarkdownClasses = 25

// writeClasses writes the classifications, each matrix folded.
func (m *markdown) writeClasses() {
	for i := range m.src.Run.Suites {
		suite := &m.src.Run.Suites[i]
		for _, c := range classesOf(suite) {
			names := []string{c.metric.Name, c.variant}
			if len(m.src.Run.Suites) > 1 {
				names = []string{suite.Name, c.metric.Name, c.variant}
			}
			text := strings.ReplaceAll(fmt.Sprintf("%s: %s", strings.Join(inlined(names...), " · "), c.rates()), "(<", "(&lt;") + "\n\n"
			if outside := c.outside(); outside != "" {
				text += safetext.Markdown(safetext.Cut(outside, 2*maxMarkdownLabel)) + "\n\n"
			}
			if !m.writeUpTo(maxMarkdownTables, text+c.markdown()) {
				if !m.writeUpTo(maxMarkdownGates, text) {
					m.writeln("… and more classifications", "")
					return
				}
			}
		}
	}
}

// markdown is the classes and the matrix.
func (c *classes) markdown() string {
	var b strings.Builder
	b.WriteString("| Class | Precision (95 %) | Recall (95 %) | F1 (95 %) | Answers |\n|:--|--:|--:|--:|--:|\n")
	shown := c.Classes[:min(len(c.Classes), maxMarkdownClasses)]
	for i := range shown {
		of := &shown[i]
		row := fmt.Sprintf("| %s | %s | %s | %s | %d |\n", inline(of.Name), estimateText(of.Precision), estimateText(of.Recall), estimateText(of.F1), of.Answered())
		b.WriteString(strings.ReplaceAll(row, "(<", "(&lt;"))
	}
	if more := len(c.Classes) - len(shown); more > 0 {
		fmt.Fprintf(&b, "| … and %d more | | | | |\n\n", more)
		return b.String()
	}
	b.WriteString("\n<details><summary>confusion matrix</summary>\n\n| Expected ↓ answered → |")
	columns := c.columns()
	for _, name := range columns {
		b.WriteString(" " + inline(name) + " |")
	}
	b.WriteString("\n|:--|" + strings.Repeat("--:|", len(columns)) + "\n")
	for i := range c.Classes {
		b.WriteString("| " + inline(c.Classes[i].Name) + " |")
		for _, n := range c.counts(&c.Classes[i]) {
			b.WriteString(" " + countCell(n) + " |")
		}
		b.WriteString("\n")
	}
	b.WriteString("\n</details>\n\n")
	return b.String()
}

// The classes of a metric in the JSON report.
type (
	jsonClasses struct {
		MacroF1 *jsonRateEnds `json:"macro_f1"`
		Scored  int           `json:"scored"`
		Classes []jsonClass   `json:"classes"`
		Joined  int           `json:"joined,omitempty"`
		Unknown []jsonUnknown `json:"unknown,omitempty"`
	}
	jsonClass struct {
		Class string `json:"class"`
		// Answers counts the answers of cases that expect the class by what they
		// are of, in the order of the classes.
		Answers   []int         `json:"answers"`
		Unknown   int           `json:"unknown"`
		None      int           `json:"none"`
		Missing   int           `json:"missing"`
		Precision *jsonRateEnds `json:"precision"`
		Recall    *jsonRateEnds `json:"recall"`
		F1        *jsonRateEnds `json:"f1"`
	}
	jsonRateEnds struct {
		Value    float64   `json:"value"`
		Interval *jsonEnds `json:"interval"`
	}
	jsonUnknown struct {
		Text    string `json:"text"`
		Samples int    `json:"samples"`
	}
)

func newJSONClasses(c *summary.Classification) *jsonClasses {
	if c == nil {
		return nil
	}
	out := &jsonClasses{MacroF1: newJSONRateEnds(c.MacroF1), Scored: c.Scored, Joined: c.Joined, Classes: []jsonClass{}}
	for i := range c.Classes {
		of := &c.Classes[i]
		out.Classes = append(out.Classes, jsonClass{
			of.Name, of.Predicted, of.Unknown, of.None, of.Missing,
			newJSONRateEnds(of.Precision), newJSONRateEnds(of.Recall), newJSONRateEnds(of.F1),
		})
	}
	for _, u := range c.Unknown {
		out.Unknown = append(out.Unknown, jsonUnknown(u))
	}
	return out
}

func newJSONRateEnds(e *summary.Estimate) *jsonRateEnds {
	if e == nil {
		return nil
	}
	out := &jsonRateEnds{Value: e.Value}
	if e.Interval != nil {
		out.Interval = &jsonEnds{e.Interval.Low, e.Interval.High}
	}
	return out
}
