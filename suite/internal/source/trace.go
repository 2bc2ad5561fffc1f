package source

import (
	"sort"
	"strings"
	"sync"
	"unicode/utf8"
)

// run is a piece of a scalar's text and the position in the source where it
// comes from. In a verbatim run the bytes after the first follow one by one;
// any other run, an escape or a fold, is one position.
type run struct {
	text, source int
	verbatim     bool
}

// sourceOffset is the source offset of a text offset.
func sourceOffset(runs []run, offset int) int {
	last := run{}
	if after := sort.Search(len(runs), func(i int) bool { return runs[i].text > offset }); after > 0 {
		last = runs[after-1]
	}
	if last.verbatim {
		return last.source + offset - last.text
	}
	return last.source
}

// trace reads a String again from its source to learn where each piece of its
// text comes from. ok reports whether the source has exactly that text.
func (v *Value) trace() (runs []run, ok bool) {
	last := &v.file.traced
	last.Lock()
	defer last.Unlock()
	if last.value != v {
		last.value = v
		last.runs, last.ok = v.traceAnew()
	}
	return last.runs, last.ok
}

// traced is the value of a file that was traced last: a text with many
// expressions is asked for the place of each.
type traced struct {
	sync.Mutex
	value *Value
	runs  []run
	ok    bool
}

func (v *Value) traceAnew() (runs []run, ok bool) {
	t := tracer{source: v.file.text, pos: v.file.offset(v.Line, v.Column), text: v.Text}
	switch v.style {
	case plainStyle:
		ok = t.plain()
	case singleStyle:
		ok = t.quoted('\'')
	case doubleStyle:
		ok = t.quoted('"')
	case literalStyle, foldedStyle:
		ok = t.block(v.style == foldedStyle)
	case verbatimStyle:
		ok = t.copy(len(t.text))
	}
	t.runs = append(t.runs, run{text: len(t.text), source: t.pos})
	return t.runs, ok
}

// tracer walks through the source of a scalar and its text side by side.
type tracer struct {
	source string
	pos    int // in source
	text   string
	done   int // in text
	runs   []run
}

// left reports whether there is source and text to go on with.
func (t *tracer) left() bool { return t.done < len(t.text) && t.pos < len(t.source) }

// copy takes the next n bytes of the source as they are.
func (t *tracer) copy(n int) bool {
	if t.pos+n > len(t.source) || !strings.HasPrefix(t.text[t.done:], t.source[t.pos:t.pos+n]) {
		return false
	}
	if last := len(t.runs) - 1; last < 0 || !t.runs[last].verbatim || t.runs[last].source+t.done-t.runs[last].text != t.pos {
		t.runs = append(t.runs, run{t.done, t.pos, true})
	}
	t.pos += n
	t.done += n
	return true
}

// put takes the next n bytes of the source for a text of their own.
func (t *tracer) put(text string, n int) bool {
	if !strings.HasPrefix(t.text[t.done:], text) {
		return false
	}
	t.runs = append(t.runs, run{text: t.done, source: t.pos})
	t.pos += n
	t.done += len(text)
	return true
}

// plain follows a plain scalar.
func (t *tracer) plain() bool {
	for t.left() {
		if !t.foldOrCopy() {
			return false
		}
	}
	return t.done == len(t.text)
}

// foldOrCopy takes the next character, or blanks with the line breaks among
// them, folded.
func (t *tracer) foldOrCopy() bool {
	blanks, breaks, length := space(t.source[t.pos:])
	switch {
	case breaks > 0:
		return t.put(folded(breaks), length)
	case blanks > 0:
		return t.copy(blanks)
	}
	_, size := utf8.DecodeRuneInString(t.source[t.pos:])
	return t.copy(size)
}

// space measures the white space at the start of the text: the blanks before
// the first line break, the line breaks, and the length of all of it.
func space(text string) (blanks, breaks, length int) {
	for length < len(text) {
		switch text[length] {
		case ' ', '\t':
			length++
		case '\r', '\n':
			length += breakLength(text[length:])
			breaks++
		default:
			return blanks, breaks, length
		}
		if breaks == 0 {
			blanks = length
		}
	}
	return blanks, breaks, length
}

// folded is what line breaks fold to: one is a space, and of more the first
// is dropped.
func folded(breaks int) string {
	if breaks == 1 {
		return " "
	}
	return strings.Repeat("\n", breaks-1)
}

// breakLength is the length of the line break at the start of the text, or 0.
func breakLength(text string) int {
	switch {
	case strings.HasPrefix(text, "\r\n"):
		return 2
	case strings.HasPrefix(text, "\n"), strings.HasPrefix(text, "\r"):
		return 1
	}
	return 0
}
