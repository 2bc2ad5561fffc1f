package suite

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// cut is a part of a text that YAML took for its own signs: a comment, an
// anchor that no alias names, a key behind a comma. The file is YAML all the
// same.
type cut struct {
	offset, length int    // of the part, in bytes
	what           string // what YAML takes it for
	whole          string // the text as it was meant; "" where it has several lines
}

// maxCuts bounds how many cuts of a file are kept.
const maxCuts = 100

// diagnostic is a warning about a cut in the file.
func (c cut) diagnostic(s *source) diagnostic.Diagnostic {
	hint := "quote the text"
	if c.whole != "" {
		hint += ": " + inQuotes(c.whole)
	}
	part := s.text[c.offset : c.offset+c.length]
	return s.diagAt(c.offset, c.length, fmt.Sprintf("YAML takes %s for %s", quote(part), c.what), hint)
}

// inQuotes is a text as YAML has it in quotes.
func inQuotes(text string) string {
	text = shorten(text, 200)
	if strings.ContainsAny(text, `"\`) {
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	}
	return `"` + text + `"`
}

// addCut notes what YAML cut from a value.
func (s *source) addCut(v *Value, c cut) {
	if s.cuts == nil {
		s.cuts = map[*Value]cut{}
	}
	if len(s.cuts) < maxCuts {
		s.cuts[v] = c
	}
}

// wasCut gives a warning of what YAML cut from the value; ok is false where
// that is nothing.
func (v *Value) wasCut() (d diagnostic.Diagnostic, ok bool) {
	if v.source == nil || v.source.cuts == nil {
		return d, false
	}
	c, ok := v.source.cuts[v]
	if ok {
		d = c.diagnostic(v.source)
	}
	return d, ok
}

// cutComment looks whether a comment behind the plain text v, which begins at
// an offset, is likely a part of it: it begins as a word does, one space behind
// the text, or the text has an open bracket.
func (s *source) cutComment(v *Value, begin int) {
	end, oneLine := begin+len(v.Text), strings.HasPrefix(s.text[begin:], v.Text)
	if !oneLine {
		t := tracer{source: s.text, pos: begin, text: v.Text}
		if !t.plain() {
			return
		}
		end = t.pos
	}
	rest := strings.TrimLeft(s.text[end:], " \t")
	blanks := len(s.text) - end - len(rest)
	if blanks == 0 || !strings.HasPrefix(rest, "#") {
		return
	}
	comment := strings.TrimRightFunc(firstLine(rest), unicode.IsSpace)
	next, _ := utf8.DecodeRuneInString(comment[1:])
	asWord := blanks == 1 && len(comment) > 1 && !unicode.IsSpace(next)
	if !asWord && !openBracket(v.Text) {
		return
	}
	c := cut{offset: end + blanks, length: len(comment), what: "a comment"}
	if oneLine {
		c.whole = s.text[begin : c.offset+c.length]
	}
	s.addCut(v, c)
}

// openBracket reports whether a text ends within brackets.
func openBracket(text string) bool {
	depth := 0
	for _, r := range text {
		switch r {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth = max(0, depth-1)
		}
	}
	return depth > 0
}

// cutAnchor notes the anchor before a plain scalar on its line, which no alias
// names. The scalar begins at an offset.
func (s *source) cutAnchor(v *Value, text, name string, begin int) {
	before := strings.TrimRight(s.text[:begin], " \t")
	start := len(before) - len(name) - 1
	if start < 0 || before[start:] != "&"+name {
		return
	}
	c := cut{offset: start, length: 1 + len(name), what: "an anchor, and no alias names it"}
	if strings.HasPrefix(s.text[begin:], text) {
		c.whole = s.text[start : begin+len(text)]
	}
	s.addCut(v, c)
}

// cutComma looks whether a key of a map in braces is the rest of the plain
// text v before it: it has no colon and no value. Both begin at an offset.
func (s *source) cutComma(v *Value, begin int, key string, at int) {
	rest, isKey := strings.CutPrefix(s.text[at:], key)
	if v.Kind != String || !isKey || strings.HasPrefix(strings.TrimLeft(rest, " \t\r\n"), ":") {
		return
	}
	c := cut{offset: at, length: len(key), what: "a key without a value"}
	if len(key)+at-begin < 1000 && !strings.ContainsAny(s.text[begin:at], "\r\n") {
		c.whole = s.text[begin : at+len(key)]
	}
	s.addCut(v, c)
}

// cutColon looks whether a map of one key was written as plain text with a
// colon in it.
func (v *Value) cutColon() (cut, bool) {
	m := v.Members[0]
	s := v.source
	if s == nil || m.Line == 0 || m.Value.Line != m.Line || m.Value.Kind == List || m.Value.Kind == Map {
		return cut{}, false
	}
	begin := s.offset(m.Line, m.Column)
	rest, isKey := strings.CutPrefix(s.text[begin:], m.Key)
	if !isKey || begin > 0 && s.text[begin-1] == '{' || !strings.HasPrefix(rest, ":") {
		return cut{}, false
	}
	c := cut{offset: begin, length: len(m.Key) + 1, what: "a key"}
	end := s.offset(m.Value.Line, m.Value.Column)
	if m.Value.Kind == Null && m.Value.Text == "" {
		end = begin + c.length
	}
	if end < begin || !strings.HasPrefix(s.text[end:], m.Value.Text) {
		return cut{}, false // in quotes
	}
	c.whole = s.text[begin : end+len(m.Value.Text)]
	return c, true
}
