package trace

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters/internal/layout"
)

// step is one part of an expression in a record.Check's Trace, as
// package assert documents it: what it was, or that it was not evaluated.
// Places are bytes of the source.
type step struct {
	At      int    `json:"at"`
	Len     int    `json:"len"`
	From    int    `json:"from"`
	To      int    `json:"to"`
	Value   string `json:"value"`
	Skipped bool   `json:"skipped"`
	Cause   bool   `json:"cause"`
}

// What bounds a drawing. A trace that is larger, which evalrun makes none of,
// is not drawn.
const (
	maxSource = 4000 // bytes
	maxSteps  = 200
	maxValue  = 200 // cells of a line
	maxLines  = 12  // of a value
)

// skippedText is shown in place of a value.
const skippedText = "· not evaluated"

// Draw draws the source of an expression with the value of every part
// below its own column, each line ended by a line feed:
//
//	text contains "Hello" && usage.output_tokens < 50
//	│    │                   │
//	│    false               · not evaluated
//	"Bonjour, comment …"
//
// The trace is that of a record.Check. What is drawn is safe to show like
// safetext.Text. It is "" where there is no trace, and where the trace is not
// one of the source.
func Draw(source string, trace json.RawMessage) string {
	steps := read(source, trace)
	if len(steps) == 0 {
		return ""
	}
	var out strings.Builder
	start := 0
	for line := range strings.SplitSeq(source, "\n") {
		out.WriteString(strings.TrimRight(visible(line), " ") + "\n")
		var notes []note
		for _, step := range steps {
			if step.At >= start && step.At <= start+len(line) {
				notes = append(notes, newNote(step, visible(line[:step.At-start])))
			}
		}
		drawNotes(&out, notes)
		start += len(line) + 1
	}
	return out.String()
}

// read reads the steps of a trace of the source, in its order; nil where
// they are none.
func read(source string, trace json.RawMessage) []step {
	var steps []step
	if len(trace) == 0 || len(source) > maxSource || exactjson.Unmarshal(trace, &steps) != nil || len(steps) > maxSteps {
		return nil
	}
	for _, s := range steps {
		if s.At < 0 || s.At > len(source) || s.At < len(source) && !utf8.RuneStart(source[s.At]) {
			return nil
		}
	}
	slices.SortStableFunc(steps, func(a, b step) int { return a.At - b.At })
	return steps
}

// note is a step that is to be drawn: lines below a column.
type note struct {
	column int
	lines  []string
	row    int // of the first line, below the bars
}

func newNote(step step, before string) note {
	text := step.Value
	if step.Skipped {
		text = skippedText
	}
	return note{
		column: safetext.Width(before),
		lines:  strings.Split(safetext.Block(text, maxLines, maxValue), "\n"),
	}
}

// drawNotes draws a row of bars and the values below it. From the right to
// the left each value takes the highest rows where nothing is in its way.
func drawNotes(out *strings.Builder, notes []note) {
	if len(notes) == 0 {
		return
	}
	const far = 1 << 30
	var leftmost []int // what is leftmost in each row so far
	for i := len(notes) - 1; i >= 0; i-- {
		n := &notes[i]
		for !n.fits(leftmost) {
			n.row++
		}
		for len(leftmost) < n.row+len(n.lines) {
			leftmost = append(leftmost, far)
		}
		for row := range n.row + len(n.lines) {
			leftmost[row] = min(leftmost[row], n.column)
		}
	}
	drawRow(out, notes, func(note) string { return "│" })
	for row := range leftmost {
		drawRow(out, notes, func(n note) string { return n.at(row) })
	}
}

// fits reports whether the rows that the note takes are free to the right of
// its column.
func (n *note) fits(leftmost []int) bool {
	for i, line := range n.lines {
		row := n.row + i
		if row < len(leftmost) && n.column+safetext.Width(line) >= leftmost[row] {
			return false
		}
	}
	return true
}

// at is what the note shows in a row.
func (n note) at(row int) string {
	switch {
	case row < n.row:
		return "│"
	case row < n.row+len(n.lines):
		return n.lines[row-n.row]
	}
	return ""
}

func drawRow(out *strings.Builder, notes []note, text func(note) string) {
	var line strings.Builder
	column := 0
	for _, n := range notes {
		if s := text(n); s != "" {
			line.WriteString(strings.Repeat(" ", max(0, n.column-column)) + s)
			column = n.column + safetext.Width(s)
		}
	}
	out.WriteString(strings.TrimRight(line.String(), " ") + "\n")
}

// visible makes a line of source safe to show. Control characters become
// spaces first, so that a tab or a stray byte does not shift the columns.
func visible(line string) string {
	return safetext.Line(strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, line))
}

// FailedMark begins the sentence of what went wrong in a part.
const FailedMark = "✗ "

// Cut is the lines of a drawing, no wider than width. Where its columns
// reach further nothing is cut: the failure would be. A sentence of what went
// wrong that is cut is below, whole, in a line of its own.
func Cut(drawing string, width int) []string {
	lines := strings.Split(strings.TrimRight(drawing, "\n"), "\n")
	for _, line := range lines {
		if strings.Trim(line, "│ ") == "" && safetext.Width(line) > width {
			width = layout.MaxLine
		}
	}
	var sentences []string
	for i, line := range lines {
		lines[i], _ = safetext.Window(line, 0, width)
		if at := strings.Index(line, FailedMark); at >= 0 && lines[i] != line {
			sentences = append(sentences, line[at:])
		}
	}
	return append(lines, sentences...)
}

// maxFolded is how many values of a part are listed in a row.
const maxFolded = 10

// Fold says in a row what a part of the expression was in each of the traces,
// where nothing else is different between them: 212, 240, 251. It gives ""
// where more or less is, or where a value does not fit a row.
func Fold(source string, traces []json.RawMessage) string {
	if len(traces) < 2 {
		return ""
	}
	all := make([][]step, len(traces))
	for i, trace := range traces {
		all[i] = read(source, trace)
		if len(all[i]) == 0 || !sameShape(all[0], all[i]) {
			return ""
		}
	}
	part := differing(all)
	if part < 0 {
		return ""
	}
	var values []string
	for _, steps := range all[:min(len(all), maxFolded)] {
		values = append(values, steps[part].Value)
	}
	row := strings.Join(values, ", ")
	if more := len(all) - maxFolded; more > 0 {
		row += fmt.Sprintf(" and %d more", more)
	}
	if strings.Contains(row, "\n") || safetext.Width(safetext.Cut(row, maxValue)) == maxValue {
		return ""
	}
	return row
}

// sameShape reports whether two traces went the same way through an
// expression.
func sameShape(a, b []step) bool {
	return slices.EqualFunc(a, b, func(a, b step) bool {
		a.Value, b.Value = "", ""
		return a == b
	})
}

// differing is the index of the one part whose value is not the same in all
// traces, leaving aside what that part was made from; -1 where there is no
// such part.
func differing(all [][]step) int {
	widest := -1
	first := all[0]
	for i := range first {
		same := !slices.ContainsFunc(all, func(steps []step) bool { return steps[i].Value != first[i].Value })
		switch {
		case same:
		case widest < 0 || contains(first[i], first[widest]):
			widest = i
		case !contains(first[widest], first[i]):
			return -1
		}
	}
	return widest
}

// contains reports whether part is a part of whole.
func contains(whole, part step) bool { return whole.From <= part.From && part.To <= whole.To }
