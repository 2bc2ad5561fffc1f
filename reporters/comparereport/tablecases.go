package comparereport

import (
	"fmt"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
	"github.com/evalrun/evalrun/reporters/internal/recordtext"
	"github.com/evalrun/evalrun/reporters/internal/trace"
	"github.com/evalrun/evalrun/reporters/internal/worddiff"
)

const (
	// maxChanges is how many cases with a lower, and with a higher, pass rate a
	// Markdown report shows.
	maxChanges = 20
	// maxNamed is how many cases of another list are named.
	maxNamed = 5
	// maxDiffLines bounds the diff of two answers.
	maxDiffLines = 12
)

// What a terminal shows of a list of cases.
const (
	shortCases    = 5
	shortEvidence = 2 // cases with their answers
	shortFailed   = 3 // lines of their failed assertions
	shortAnswer   = 2 // lines of their answers
)

// writeChanges writes the cases of a list, the first ones with an answer of
// either side unless it is brief.
func (t *comparisonTable) writeChanges(title string, list []compare.CaseChange, brief bool) {
	if len(list) == 0 {
		return
	}
	t.line("")
	t.line(t.style.Bold(fmt.Sprintf("%s: %s", title, numbers.Counted(len(list), "case"))))
	shown := list
	if !t.opts.All {
		shown = list[:min(len(list), shortCases)]
	}
	for i, c := range shown {
		t.writeChange(c)
		if c.Evidence == nil || !t.opts.All && (brief || i >= shortEvidence) {
			continue
		}
		for _, line := range t.evidence(c.Evidence) {
			t.line(layout.Indent + line)
		}
	}
	t.more(len(list)-len(shown), "more case")
}

func (t *comparisonTable) writeChange(c compare.CaseChange) {
	head := safetext.Cut(refLabel(c.CaseRef), layout.MaxLine) + ": " + changeTitle(c)
	if place := refPlace(c.CaseRef); place != "" {
		head = t.style.Bold(safetext.Cut(place, layout.MaxLine)+":") + " " + head
	}
	t.Write(head)
}

// evidence is why a case failed and how the two answers differ.
func (t *comparisonTable) evidence(e *compare.Evidence) []string {
	if t.opts.All {
		return evidenceLines(e, t.width())
	}
	var failed []string
	for _, f := range e.Failed[:min(len(e.Failed), 1)] {
		failed = sourceLines(f, t.width())
	}
	return append(shorten(failed, shortFailed), shorten(answerLines(e, t.width()), shortAnswer)...)
}

// shorten gives the first lines, with a mark where there were more.
func shorten(lines []string, most int) []string {
	if len(lines) <= most {
		return lines
	}
	return append(slices.Clone(lines[:most-1]), lines[most-1]+" …")
}

// evidenceLines are the failed assertions and the diff of two answers, safe to
// show.
func evidenceLines(e *compare.Evidence, width int) []string {
	return append(failedLines(e, width), answerLines(e, width)...)
}

// failedLines are the failed assertions with the values of their parts.
func failedLines(e *compare.Evidence, width int) []string {
	var lines []string
	for _, f := range e.Failed[:min(len(e.Failed), layout.MaxDetails)] {
		if drawing := trace.Draw(f.Expr, f.Trace); drawing != "" {
			lines = append(lines, trace.Cut(drawing, width)...)
			continue
		}
		lines = append(lines, sourceLines(f, width)...)
	}
	return lines
}

// sourceLines are a failed assertion and why it failed.
func sourceLines(f compare.FailedCheck, width int) []string {
	text := recordtext.AssertionSource(&record.Assertion{Expr: f.Expr, Rubric: f.Rubric, Check: f.Check})
	if f.Why != "" {
		text += "\n  " + f.Why
	}
	return strings.Split(safetext.Block(text, layout.MaxDetailLines, width), "\n")
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
		return []string{"both answers are the same"}
	}
	diff := worddiff.Draw(worddiff.Compare(e.Old.Text, e.New.Text))
	return strings.Split(safetext.Block(wrap(diff, width), maxDiffLines, width), "\n")
}

// writeLeftOut names the cases that are not compared.
func (t *comparisonTable) writeLeftOut(c *compare.Comparison) {
	if len(c.Changed)+len(c.Added)+len(c.Removed)+len(c.NotComparable) > 0 {
		t.line("")
	}
	for _, list := range leftOut(c) {
		t.writeRefs(list.title, list.refs)
	}
}

// caseList is a list of cases that are not compared.
type caseList struct {
	title string
	refs  []compare.CaseRef
}

func leftOut(c *compare.Comparison) []caseList {
	return []caseList{{"changed, not compared", c.Changed}, {"added", c.Added}, {"removed", c.Removed}, {"not comparable", c.NotComparable}}
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
