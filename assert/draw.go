package assert

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"
)

// Trace is what every part of a failed expression was, in the order of the
// source. Its JSON stands in the record, so that any report can draw it.
type Trace []Step

// Step is one part of an expression: its value, or that it was not evaluated.
// All places are bytes of the source. What the source shows anyway has no
// step: literals, and the connectives && and ||.
type Step struct {
	// At and Len are the part's own token: the name of a variable, of a
	// member or of a function, the sign of an operator. The value is drawn
	// below it. Of a skipped part they are all of it.
	At  int `json:"at"`
	Len int `json:"len"`
	// From and To are all of the part: an operator with its operands.
	From int `json:"from"`
	To   int `json:"to"`
	// Value is the value as a shortened literal, control characters escaped.
	// Lines after the first explain it: a diff, the violations of a schema.
	Value string `json:"value,omitempty"`
	// Skipped says that the part was not evaluated.
	Skipped bool `json:"skipped,omitempty"`
	// Cause says that the part made the expression false.
	Cause bool `json:"cause,omitempty"`
}

// skippedText stands where a value would be.
const skippedText = "· not evaluated"

// Text draws the source of an expression with the value of every part below
// its own column, each line ended by a line feed:
//
//	text contains "Hello" && usage.output_tokens < 50
//	│    │                   │
//	│    false               · not evaluated
//	"Bonjour, comment …"
//
// It holds what the model answered: what control characters there were are
// escaped, but markup is not.
func (t Trace) Text(source string) string {
	var out strings.Builder
	start := 0
	for line := range strings.SplitSeq(source, "\n") {
		out.WriteString(strings.TrimRight(visible(line), " ") + "\n")
		var notes []note
		for _, step := range t {
			if step.At >= start && step.At <= start+len(line) {
				notes = append(notes, newNote(step, visible(line[:step.At-start])))
			}
		}
		drawNotes(&out, notes)
		start += len(line) + 1
	}
	return out.String()
}

// note is a step that is to be drawn: lines below a column.
type note struct {
	column int
	lines  []string
	row    int // of the first line, below the bars
}

func newNote(step Step, before string) note {
	text := step.Value
	if step.Skipped {
		text = skippedText
	}
	return note{column: runewidth.StringWidth(before), lines: strings.Split(text, "\n")}
}

// drawNotes draws a row of bars and the values below it. From the right to
// the left each value takes the highest rows where nothing is in its way.
func drawNotes(out *strings.Builder, notes []note) {
	if len(notes) == 0 {
		return
	}
	const far = 1 << 30
	slices.SortStableFunc(notes, func(a, b note) int { return cmp.Compare(a.column, b.column) })
	var leftmost []int // what stands leftmost in each row so far
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
		if row < len(leftmost) && n.column+runewidth.StringWidth(line) >= leftmost[row] {
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
			column = n.column + runewidth.StringWidth(s)
		}
	}
	out.WriteString(strings.TrimRight(line.String(), " ") + "\n")
}

// visible makes a line of source one that keeps its columns.
func visible(line string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, line)
}
