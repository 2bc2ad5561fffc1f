package comparereport

import (
	"fmt"
	"io"
	"strings"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
	"github.com/evalrun/evalrun/reporters/internal/verdicttext"
)

const (
	// maxCompareMarkdown bounds the report in bytes: GitHub takes no comment
	// of more than 65,536 characters.
	maxCompareMarkdown = 65_000
	// compareReserve is kept for what comes after the cases.
	compareReserve = 8_000
	// compareWidth bounds a line of a code block and a name, in cells.
	compareWidth = 120
)

// comparisonMark is the first line of the report, by which a bot finds its own
// comment to write the new one in its place.
const comparisonMark = "<!-- evalrun compare -->"

// Markdown writes comparisons for a comment on a pull request, as
// ComparisonTable does for a terminal, with the cases folded. It is under
// 65,536 characters.
func Markdown(w io.Writer, of Comparisons) error {
	m := comparisonMarkdown{of: of}
	m.line(comparisonMark)
	m.line("### %s %s\n", m.sign(), m.head())
	if len(of.All) > 1 {
		m.writeOverview(of.All)
	}
	for _, c := range of.All {
		m.write(c, len(of.All) > 1)
	}
	m.line("%s %s", m.sign(), safetext.Markdown(verdicttext.Line(of.Verdict)))
	if text := advice(of.All); text != "" {
		m.line("\n%s", safetext.Markdown(safetext.Cut(text, layout.MaxLine)))
	}
	_, err := io.WriteString(w, m.out.String())
	return err
}

type comparisonMarkdown struct {
	of  Comparisons
	out strings.Builder
}

// sign shows the verdict at a glance.
func (m *comparisonMarkdown) sign() string {
	if v := m.of.Verdict; v.Found != "" && v.Exit() == verdict.ExitPassed && len(v.Allowed) == 0 {
		return compareMarks[v.Found]
	}
	return verdicttext.Sign(m.of.Verdict)
}

// head is the verdict with --allow, where that was given, and the reasons.
func (m *comparisonMarkdown) head() string {
	v := m.of.Verdict
	head := verdicttext.Word(v)
	if allow := v.Options.AllowFlag(); allow != "" {
		head += " with " + markdownCode(allow)
	}
	if reasons := verdicttext.Reasons(v); reasons != "" {
		head += ": " + safetext.Markdown(safetext.Cut(reasons, verdicttext.MaxCells))
	}
	return head
}

func (m *comparisonMarkdown) line(format string, args ...any) {
	fmt.Fprintf(&m.out, format+"\n", args...)
}

// full reports whether so much more does not fit.
func (m *comparisonMarkdown) full(more int) bool {
	return m.out.Len()+more > maxCompareMarkdown-compareReserve
}

// verdictMarks are how a verdict is shown at a glance.
var compareMarks = map[compare.Verdict]string{
	compare.Regressed: "❌", compare.Incomparable: "⚠️", compare.Inconclusive: "❔", compare.NotWorse: "✅", compare.Improved: "✅",
}

// markdownCode is untrusted text in one line, as code.
func markdownCode(text string) string {
	return safetext.Code(safetext.Cut(text, compareWidth))
}

func (m *comparisonMarkdown) write(c *compare.Comparison, many bool) {
	if m.full(0) {
		return
	}
	if many {
		m.line("### %s %s %s\n", compareMarks[c.Verdict], c.Verdict, markdownCode(c.Base+" → "+c.New))
	}
	for _, text := range append(summaryTexts(c), layout.NonEmpty(c.Advice)...) {
		m.line("%s\n", safetext.Markdown(safetext.Cut(text, layout.MaxLine)))
	}
	if values := changeValues(c, compareWidth); len(values) > 0 {
		m.line("%s\n", safetext.Fence(strings.Join(values, "\n"), layout.MaxDetailLines, compareWidth))
	}
	for _, warning := range c.Warnings {
		m.line("> ⚠️ %s\n", safetext.Markdown(safetext.Cut(warning.Message, layout.MaxLine)))
	}
	if len(c.Suites) > 1 {
		m.writeEstimates("Suite", c.Suites)
	}
	if c.Categories != nil {
		m.writeEstimates("By "+markdownCode(c.Categories.By), named(c.Categories.Each))
		m.line("%s\n", categoriesNote)
	}
	m.writeAmounts(c)
	m.writeChanges("lower pass rate", c.Regressed)
	m.writeChanges("higher pass rate", c.Improved)
	for _, list := range leftOut(c) {
		m.writeRefs(list.title, list.refs)
	}
}

func (m *comparisonMarkdown) writeOverview(all []*compare.Comparison) {
	var rows []compare.Estimate
	for _, c := range all {
		e := c.Overall
		e.Name, e.Verdict = c.Base+" → "+c.New, c.Verdict
		rows = append(rows, e)
	}
	m.writeEstimates("Comparison", rows)
}

func (m *comparisonMarkdown) writeEstimates(title string, rows []compare.Estimate) {
	m.line("| %s | Verdict | Cases | Base | New | Points | p |\n|:--|:--|--:|--:|--:|--:|--:|", title)
	for i, e := range rows {
		if m.full(0) || i == layout.MaxRows {
			m.line("| … and %d more | | | | | | |", len(rows)-i)
			break
		}
		cells := estimateRow("", e, e.Verdict).Cells
		m.line("| %s | %s | %d | %s |", markdownCode(e.Name), cells[0], e.Pairs, strings.ReplaceAll(strings.Join(cells[1:], " | "), "<", "&lt;"))
	}
	m.line("")
}

func (m *comparisonMarkdown) writeAmounts(c *compare.Comparison) {
	rows := amountRows(c)
	if len(rows) == 0 {
		return
	}
	m.line("| Per sample | Base | New | Change | Interval |\n|:--|--:|--:|--:|--:|")
	for _, r := range rows[:min(len(rows), layout.MaxRows)] {
		name := r.name
		if r.metric != "" {
			name = markdownCode(r.metric)
		}
		m.line("| %s%s | %s | %s | %s | %s |", name, safetext.Markdown(r.note()), r.base, r.new,
			strings.ReplaceAll(r.change, "~", "&#126;"), r.interval)
	}
	m.line("")
}

// writeChanges folds each case of a list, as many as fit.
func (m *comparisonMarkdown) writeChanges(title string, list []compare.CaseChange) {
	if len(list) == 0 {
		return
	}
	m.line("**%s: %s**\n", title, numbers.Counted(len(list), "case"))
	for i, c := range list {
		text := markdownChange(c)
		if i == maxChanges || m.full(len(text)) {
			m.line("… and %s\n", numbers.Counted(len(list)-i, "more case"))
			return
		}
		m.line("%s", text)
	}
}

func markdownChange(c compare.CaseChange) string {
	title := fmt.Sprintf("%s %s", markdownCode(refLabel(c.CaseRef)), safetext.Markdown(changeTitle(c)))
	body := refPlace(c.CaseRef)
	if c.Evidence != nil {
		body += "\n" + strings.Join(evidenceLines(c.Evidence, compareWidth), "\n")
	}
	if body = strings.Trim(body, "\n"); body == "" {
		return title + "\n"
	}
	return fmt.Sprintf("<details><summary>%s</summary>\n\n%s\n\n</details>\n", title, safetext.Fence(body, 4*layout.MaxDetailLines, compareWidth))
}

func (m *comparisonMarkdown) writeRefs(title string, refs []compare.CaseRef) {
	if len(refs) == 0 {
		return
	}
	var names []string
	for _, r := range refs[:min(len(refs), maxNamed)] {
		names = append(names, markdownCode(refLabel(r)))
	}
	more := ""
	if n := len(refs) - maxNamed; n > 0 {
		more = fmt.Sprintf(" and %s more", numbers.Grouped(int64(n)))
	}
	m.line("%s: %s: %s%s\n", title, numbers.Counted(len(refs), "case"), strings.Join(names, ", "), more)
}
