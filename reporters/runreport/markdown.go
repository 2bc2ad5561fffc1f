package runreport

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
	"github.com/evalrun/evalrun/reporters/internal/verdicttext"
)

// markdownMark is the first line of every Markdown report. A bot finds its
// own comment by it and writes the new one in its place.
const markdownMark = "<!-- evalrun -->"

// maxMarkdown bounds the report in bytes: GitHub takes no comment of more
// than 65,536 characters.
const maxMarkdown = 65_000

const (
	// Where the tables, the gates and the findings end at the latest; a line
	// that says what is left out fits after each.
	maxMarkdownTables   = 30_000
	maxMarkdownGates    = 40_000
	maxMarkdownFindings = maxMarkdown - 4_000

	maxMarkdownRows  = 50
	maxMarkdownLabel = 120
	maxMarkdownLines = 40
	maxMarkdownWidth = 200
)

// Markdown writes the run for a comment on a pull request: the verdict, a
// table of the variants or suites, and the findings folded. Whatever the run,
// it is under 65,536 characters and begins with the line <!-- evalrun -->.
func Markdown(w io.Writer, src Source) error {
	m := markdown{src: src}
	m.writeln(markdownMark)
	m.writeHeading()
	if err := m.writeTables(); err != nil {
		return err
	}
	if err := m.writeCases(); err != nil {
		return err
	}
	m.writeBreakdown()
	m.writeClasses()
	m.writeStreams()
	m.writeQueues()
	m.writeCorrected()
	m.writeMissing()
	m.writeGates()
	if err := m.writeFindings(); err != nil {
		return err
	}
	if !strings.HasSuffix(m.out.String(), "\n\n") { // which ends a fold
		m.writeln("")
	}
	m.writeln(fmt.Sprintf("%s %s", verdicttext.Sign(src.Verdict), safetext.Markdown(verdicttext.Line(src.Verdict))))
	_, err := io.WriteString(w, m.out.String())
	return err
}

// markdown is a report being written.
type markdown struct {
	src Source
	out strings.Builder
}

func (m *markdown) writeln(lines ...string) {
	for _, line := range lines {
		m.out.WriteString(line + "\n")
	}
}

// markdownPhrase says what the evaluation came to, with --allow where that was
// given.
func markdownPhrase(v verdict.Verdict) string {
	phrase := verdictPhrases[v.Outcome()]
	if v.Filter != "" {
		phrase = "of some cases"
	}
	if allow := v.Options.AllowFlag(); allow != "" {
		phrase += " with " + inline(allow)
	}
	return phrase
}

// inline is untrusted text in one line, as code.
func inline(text string) string {
	return safetext.Code(safetext.Cut(text, maxMarkdownLabel))
}

// writeUpTo writes the text where it fits before limit, and reports whether it
// does.
func (m *markdown) writeUpTo(limit int, text string) bool {
	if m.out.Len()+len(text) > limit {
		return false
	}
	m.out.WriteString(text)
	return true
}

// outcomeMarks are how an outcome is shown at a glance.
var outcomeMarks = map[string]string{record.Pass: "✅", record.Fail: "❌", record.Errored: "⚠️", record.Skip: "➖", warned: "⚠️"}

// verdictTerms are the flags that said what fails the run, safe to show; ""
// where there were none.
func verdictTerms(run *summary.Run) string {
	var terms []string
	if len(run.Header.FailOn) > 0 {
		terms = append(terms, "--fail-on "+strings.Join(run.Header.FailOn, ","))
	}
	if run.Header.MaxErrors != "" {
		terms = append(terms, "--max-errors "+run.Header.MaxErrors)
	}
	return safetext.Cut(strings.Join(terms, " "), maxMarkdownLabel)
}

func (m *markdown) writeHeading() {
	run := m.src.Run
	v := m.src.Verdict
	m.writeln("### "+verdicttext.Sign(v)+" Evaluation "+markdownPhrase(v), "")
	if reasons := verdicttext.Reasons(v); reasons != "" {
		m.writeln(safetext.Markdown(safetext.Cut(reasons, verdicttext.MaxCells)), "")
	}
	for _, text := range verdicttext.Found(v) {
		m.writeln(safetext.Markdown(text), "")
	}
	if !run.Complete {
		m.writeln("**Incomplete:** the run was cut short; what is missing may change every number below.", "")
	}
	parts := []string{numbers.Counted(run.Totals.Cases.Total(), "case")}
	if counts := outcomeCounts(run.Totals.Cases, layout.Style(false)); counts != "" {
		parts[0] += ": " + counts + caseNotes(run.Totals)
	}
	if samples := run.Totals.Samples.Total(); samples > run.Totals.Cases.Total() {
		parts = append(parts, numbers.Counted(samples, "sample"))
	}
	parts = append(parts, numbers.Counted(run.Totals.Requests, "request"))
	parts = append(parts, layout.NonEmpty(tokensText(run.Totals), costText(run.Totals.Cost))...)
	if run.Wall > 0 {
		parts = append(parts, numbers.Duration(run.Wall))
	}
	m.writeln(strings.Join(parts, " · "), "")
	if sources := answerSources(run); sources != "" {
		m.writeln("Answers from: "+inline(sources), "")
	}
	if terms := verdictTerms(run); terms != "" {
		m.writeln("Decided by "+inline(terms), "")
	}
}

// writeTables shows the variants where there are several, and the suites
// where there are several.
func (m *markdown) writeTables() error {
	variants := variantGroups(m.src.Run)
	if len(variants) > 1 {
		m.writeGroups("Variant", variants, nil)
		if err := m.writeLeads(); err != nil {
			return err
		}
	}
	var suites []group
	for i := range m.src.Run.Suites {
		suite := &m.src.Run.Suites[i]
		suites = append(suites, group{suite.Name, suite.Totals, suite.Latency})
	}
	if len(suites) > 1 || len(variants) < 2 {
		m.writeGroups("Suite", suites, ownersOf(m.src.Run))
	}
	m.writeComparisons(suites)
	return nil
}

// writeLeads reports for each axis which label passes most and whether that may be
// noise.
func (m *markdown) writeLeads() error {
	texts, err := m.src.leadTexts()
	for _, text := range texts {
		m.writeUpTo(maxMarkdownTables, safetext.Markdown(text)+"\n\n")
	}
	return err
}

// writeComparisons shows how variants' answers compared, where they did.
func (m *markdown) writeComparisons(suites []group) {
	wrote := false
	for i, g := range suites {
		text := comparisonsText(g.Totals.Comparisons)
		if text == "" {
			continue
		}
		if i == maxMarkdownRows || !m.writeUpTo(maxMarkdownTables, "- "+inline(g.Name)+": "+text+"\n") {
			break
		}
		wrote = true
	}
	if wrote {
		m.writeln("")
	}
}

// writeGroups writes a line for each group. owners are those of the groups, or
// nil where none has one.
func (m *markdown) writeGroups(title string, groups []group, owners []string) {
	head, under, more := "| "+title+" | Passed | Rate (95 %) | Failed | Errors | Tokens | p50 | Cost |", "|:--|--:|:--|--:|--:|--:|--:|--:|", " | | | | | | | |"
	if owners != nil {
		head, under, more = head+" Owner |", under+":--|", more+" |"
	}
	m.writeln(head, under)
	for i, g := range groups {
		cases := g.Totals.Cases
		name := "no variant"
		if g.Name != "" {
			name = inline(g.Name)
		}
		row := fmt.Sprintf("| %s | %d/%d | %s | %d | %d | %s | %s | %s |", name, cases.Pass, cases.Total()-cases.Skip,
			strings.ReplaceAll(passRate(g.Totals), "<", "&lt;"), cases.Fail, cases.Error,
			allTokens(g.Totals), strings.ReplaceAll(g.p50(), "<", "&lt;"), g.cost())
		if owners != nil {
			owner := ""
			if owners[i] != "" {
				owner = inline(owners[i]) + " "
			}
			row += " " + owner + "|"
		}
		if i == maxMarkdownRows || !m.writeUpTo(maxMarkdownTables, row+"\n") {
			m.writeln(fmt.Sprintf("| … and %d more", len(groups)-i) + more)
			break
		}
	}
	m.writeln("")
}

// writeStreams shows how soon and how fast streamed answers came, where there
// are some.
func (m *markdown) writeStreams() {
	var rows []string
	for i := range m.src.Run.Suites {
		suite := &m.src.Run.Suites[i]
		for _, v := range streamed(suite) {
			perSecond := []string{"-", "-"}
			if v.Speed.Answers > 0 {
				perSecond = []string{speed(v.Speed.P50), speed(v.Speed.P5)}
			}
			rows = append(rows, fmt.Sprintf("| %s | %s | %s | %s | %s |\n", strings.Join(inlined(suite.Name, v.Name), " · "),
				markdownDuration(v.TTFT.P50), markdownDuration(v.TTFT.P95), perSecond[0], perSecond[1]))
		}
	}
	if len(rows) == 0 {
		return
	}
	m.writeln("| Streamed | TTFT p50 | p95 | Tokens/s p50 | p5 |", "|:--|--:|--:|--:|--:|")
	for i, row := range rows {
		if i == maxMarkdownRows || !m.writeUpTo(maxMarkdownTables, row) {
			m.writeln(fmt.Sprintf("| … and %d more | | | | |", len(rows)-i))
			break
		}
	}
	m.writeln("")
}

// inlined are those of the texts that are not empty, each as code.
func inlined(texts ...string) []string {
	var out []string
	for _, text := range layout.NonEmpty(texts...) {
		out = append(out, inline(text))
	}
	return out
}

// markdownDuration is a duration that begins no element.
func markdownDuration(d time.Duration) string {
	return strings.ReplaceAll(numbers.Duration(d), "<", "&lt;")
}

func (m *markdown) writeGates() {
	gates := m.src.gates()
	for i, g := range gates {
		mark, ok := outcomeMarks[g.Outcome]
		if !ok {
			mark = "❔"
		}
		line := fmt.Sprintf("%s gate %s is %s\n\n", mark, inline(g.Expr), inline(g.Value))
		if i == maxMarkdownRows || !m.writeUpTo(maxMarkdownGates, line) {
			m.writeln(fmt.Sprintf("… and %s", numbers.Counted(len(gates)-i, "more gate")), "")
			return
		}
	}
}

// maxMarkdownFindingsHeld is how many findings are held, of which fewer fit.
const maxMarkdownFindingsHeld = 500

// writeFindings folds each finding, as many as fit.
func (m *markdown) writeFindings() error {
	shown, more, err := fold(m.src.findings(), maxMarkdownFindingsHeld, true)
	if err != nil {
		return err
	}
	for i := range shown {
		if !m.writeUpTo(maxMarkdownFindings, markdownFinding(&shown[i])) {
			more += len(shown) - i
			break
		}
	}
	if more > 0 {
		m.writeln(fmt.Sprintf("… and %s, which the other reports hold.", numbers.Counted(more, "more finding")))
	}
	return nil
}

// markdownFinding is a finding, its explanation folded.
func markdownFinding(f *folded) string {
	mark, ok := outcomeMarks[f.kind]
	if !ok {
		mark = "❔"
	}
	title := fmt.Sprintf("%s %s %s", mark, inline(f.label), safetext.Markdown(safetext.Cut(f.what, maxMarkdownLabel)))
	if f.name != "" {
		title += ": " + inline(f.name)
	}
	if f.alike > 0 {
		title += fmt.Sprintf(" ×%s", numbers.Grouped(int64(f.alike+1)))
	}
	body := layout.NonEmpty(strings.Join(f.explanations(), "\n"), f.alikeText())
	if place := layout.NonEmpty(f.place); len(place) > 0 {
		body = append(place, body...)
	}
	return fmt.Sprintf("<details><summary>%s</summary>\n\n%s\n\n</details>\n", title,
		safetext.Fence(strings.Join(body, "\n\n"), maxMarkdownLines, maxMarkdownWidth))
}

var verdictPhrases = map[string]string{
	record.Pass: "passed", record.Fail: "failed", record.Errored: "could not be decided",
	verdict.Inconclusive: "is inconclusive", verdict.Interrupted: "was interrupted",
}
