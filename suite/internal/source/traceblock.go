package source

import "strings"

// block follows a literal or folded scalar from its | or >.
func (t *tracer) block(folded bool) bool {
	t.pos += len(firstLine(t.source[t.pos:]))
	t.pos += breakLength(t.source[t.pos:])
	// How far its lines are indented the header says relative to a parent
	// that is not known here, but so far they are indented less in the text.
	indent := max(0, firstIndent(t.source[t.pos:])-firstIndent(t.text))
	if folded {
		return t.folded(indent)
	}
	return t.literal(indent)
}

// firstIndent is the indentation of the first line that holds more than
// spaces, or of a line of spaces before it where that is deeper.
func firstIndent(text string) int {
	deepest, indent := 0, 0
	for i := range len(text) {
		switch text[i] {
		case ' ':
			indent++
			deepest = max(deepest, indent)
		case '\r', '\n':
			indent = 0
		default:
			return deepest
		}
	}
	return deepest
}

// indentation skips up to indent spaces.
func (t *tracer) indentation(indent int) {
	for ; indent > 0 && t.pos < len(t.source) && t.source[t.pos] == ' '; indent-- {
		t.pos++
	}
}

// lineRest copies what is left of the line.
func (t *tracer) lineRest() bool {
	n := len(firstLine(t.source[t.pos:]))
	return n == 0 || t.copy(n)
}

// literal follows the lines of a literal scalar.
func (t *tracer) literal(indent int) bool {
	for t.left() {
		t.indentation(indent)
		if !t.lineRest() {
			return false
		}
		if n := breakLength(t.source[t.pos:]); n > 0 && t.done < len(t.text) && !t.put("\n", n) {
			return false
		}
	}
	// The reader ends a last line that has no break.
	return t.done == len(t.text) || t.pos == len(t.source) && t.text[t.done:] == "\n"
}

// folded follows the lines of a folded scalar. The break between two lines is
// a space, and of more breaks the first is dropped, unless one of the lines is
// indented further.
func (t *tracer) folded(indent int) bool {
	lastLine := len(strings.TrimRight(t.text, "\n")) // where it ends
	breaks, from := 0, t.pos                         // line breaks that were passed and where they begin
	indented := true                                 // the line before; at the start nothing is dropped
	for t.done < lastLine && t.pos < len(t.source) {
		t.indentation(indent)
		if n := breakLength(t.source[t.pos:]); n > 0 {
			breaks++
			t.pos += n
			continue
		}
		before := indented
		indented = strings.HasPrefix(t.source[t.pos:], " ") || strings.HasPrefix(t.source[t.pos:], "\t")
		if !t.blockFold(breaks, before || indented, from) || !t.lineRest() {
			return false
		}
		from = t.pos
		breaks = 0
	}
	t.runs = append(t.runs, run{text: t.done, source: from})
	return t.done >= lastLine
}

// blockFold takes the line breaks that begin at from for what they become.
func (t *tracer) blockFold(breaks int, keep bool, from int) bool {
	if breaks == 0 {
		return true
	}
	text := strings.Repeat("\n", breaks)
	if !keep {
		text = folded(breaks)
	}
	begin := t.pos
	t.pos = from
	return t.put(text, begin-from)
}
