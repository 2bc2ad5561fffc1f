package source

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/wording"
)

// misreading is a part of a text that YAML took for its own signs: a comment, an
// anchor that no alias names, a key behind a comma. The file is YAML all the
// same.
type misreading struct {
	offset, length int    // of the part, in bytes
	what           string // what YAML takes it for
	whole          string // the text as it was meant; "" where it has several lines
}

// maxMisread bounds how many misreadings of a file are kept.
const maxMisread = 100

// diagnostic is a warning about a misreading of the file.
func (c misreading) diagnostic(s *File) diagnostic.Diagnostic {
	hint := "quote the text"
	if c.whole != "" {
		hint += ": " + inQuotes(c.whole)
	}
	part := s.text[c.offset : c.offset+c.length]
	return s.diagAt(c.offset, c.length, fmt.Sprintf("YAML takes %s for %s", diagnostic.Quote(part), c.what), hint)
}

// inQuotes is a text as YAML has it in quotes.
func inQuotes(text string) string {
	text = wording.Ends(text, 200)
	if strings.ContainsAny(text, `"\`) {
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	}
	return `"` + text + `"`
}

// addMisreading notes what YAML took from a value.
func (s *File) addMisreading(v *Value, c misreading) {
	if s.misread == nil {
		s.misread = map[*Value]misreading{}
	}
	if len(s.misread) < maxMisread {
		s.misread[v] = c
	}
}

// Misread is a warning of what YAML took from the text; ok is false where
// that is nothing.
func (v *Value) Misread() (d diagnostic.Diagnostic, ok bool) {
	if v.file == nil || v.file.misread == nil {
		return d, false
	}
	c, ok := v.file.misread[v]
	if ok {
		d = c.diagnostic(v.file)
	}
	return d, ok
}

// noteComment looks whether a comment behind the plain text v, which begins at
// an offset, is likely a part of it: it begins as a word does, one space behind
// the text, or the text has an open bracket.
func (s *File) noteComment(v *Value, begin int) {
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
	c := misreading{offset: end + blanks, length: len(comment), what: "a comment"}
	if oneLine {
		c.whole = s.text[begin : c.offset+c.length]
	}
	s.addMisreading(v, c)
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

// noteAnchor notes the anchor before a plain scalar on its line, which no alias
// names. The scalar begins at an offset.
func (s *File) noteAnchor(v *Value, text, name string, begin int) {
	before := strings.TrimRight(s.text[:begin], " \t")
	start := len(before) - len(name) - 1
	if start < 0 || before[start:] != "&"+name {
		return
	}
	c := misreading{offset: start, length: 1 + len(name), what: "an anchor, and no alias names it"}
	if strings.HasPrefix(s.text[begin:], text) {
		c.whole = s.text[start : begin+len(text)]
	}
	s.addMisreading(v, c)
}

// noteComma looks whether a key of a map in braces is the rest of the plain
// text v before it: it has no colon and no value. Both begin at an offset.
func (s *File) noteComma(v *Value, begin int, key string, at int) {
	rest, isKey := strings.CutPrefix(s.text[at:], key)
	if v.Kind != String || !isKey || strings.HasPrefix(strings.TrimLeft(rest, " \t\r\n"), ":") {
		return
	}
	c := misreading{offset: at, length: len(key), what: "a key without a value"}
	if len(key)+at-begin < 1000 && !strings.ContainsAny(s.text[begin:at], "\r\n") {
		c.whole = s.text[begin : at+len(key)]
	}
	s.addMisreading(v, c)
}

// MisreadKey is a warning of a map of one key that was probably meant as plain
// text with a colon in it: the key reads like the start of a sentence. ok is
// false for any other value.
func (v *Value) MisreadKey() (d diagnostic.Diagnostic, ok bool) {
	s := v.file
	if s == nil || v.Kind != Map || len(v.Members) != 1 {
		return d, false
	}
	m := v.Members[0]
	if m.Line == 0 || m.Value.Line != m.Line || m.Value.Kind == List || m.Value.Kind == Map || !likeProse(m.Key) {
		return d, false
	}
	begin := s.offset(m.Line, m.Column)
	rest, isKey := strings.CutPrefix(s.text[begin:], m.Key)
	if !isKey || begin > 0 && s.text[begin-1] == '{' || !strings.HasPrefix(rest, ":") {
		return d, false
	}
	c := misreading{offset: begin, length: len(m.Key) + 1, what: "a key"}
	end := s.offset(m.Value.Line, m.Value.Column)
	if m.Value.Kind == Null && m.Value.Text == "" {
		end = begin + c.length
	}
	if end < begin || !strings.HasPrefix(s.text[end:], m.Value.Text) {
		return d, false // in quotes
	}
	c.whole = s.text[begin : end+len(m.Value.Text)]
	return c.diagnostic(s), true
}

// likeProse reports whether a key reads like the start of a sentence.
func likeProse(key string) bool {
	first, _ := utf8.DecodeRuneInString(key)
	return unicode.IsUpper(first) || strings.ContainsAny(key, " \t")
}
