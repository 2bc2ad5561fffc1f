package diagnostic

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Edit is a change of a source file that mends a problem: what is between two
// positions is replaced by Text.
type Edit struct {
	// Position is where the replaced text begins.
	Position
	// EndLine and EndColumn are behind its last character. They count like
	// Line and Column.
	EndLine, EndColumn int
	Text               string
}

// OverlapError is that two edits change the same text.
type OverlapError struct{ Position }

func (e *OverlapError) Error() string { return e.String() + ": two edits change the same text" }

// end is the position behind the replaced text.
func (e Edit) end() Position { return Position{e.File, e.EndLine, e.EndColumn} }

// Apply gives the text of a file with edits made. Equal ones are made once; two
// that overlap are an error, and so is one beyond the text.
func Apply(text string, edits []Edit) (string, error) {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b Edit) int {
		return cmp.Or(a.Compare(b.Position), a.end().Compare(b.end()), strings.Compare(a.Text, b.Text))
	})
	edits = slices.Compact(edits)
	var out strings.Builder
	done := 0
	for i, e := range edits {
		begin, ok := offset(text, e.Line, e.Column)
		end, also := offset(text, e.EndLine, e.EndColumn)
		switch {
		case !ok || !also || end < begin:
			return "", fmt.Errorf("%s: the edit is not within the file", e.Position)
		case begin < done, i > 0 && begin == end && edits[i-1].Position == e.Position && edits[i-1].end() == e.end():
			return "", &OverlapError{e.Position}
		}
		out.WriteString(text[done:begin] + e.Text)
		done = end
	}
	return out.String() + text[done:], nil
}

// offset is the byte offset of a line and column, both from 1; false beyond the
// text. Lines end as YAML has it.
func offset(text string, line, column int) (int, bool) {
	at := 0
	for ; line > 1; line-- {
		i := strings.IndexAny(text[at:], "\r\n")
		if i < 0 {
			return 0, false
		}
		at += i + 1
		if text[at-1] == '\r' && strings.HasPrefix(text[at:], "\n") {
			at++
		}
	}
	if at == 0 && strings.HasPrefix(text, "\uFEFF") {
		at = len("\uFEFF") // no column is counted for it
	}
	for ; column > 1; column-- {
		if at == len(text) || text[at] == '\n' || text[at] == '\r' {
			return 0, false
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at, true
}
