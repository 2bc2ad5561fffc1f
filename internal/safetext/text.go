// Package safetext makes untrusted text safe to look at: what a model
// answered, what an API said, what a suite holds.
//
// Whatever could act instead of being read is written out as a visible
// escape: control characters (so every terminal escape sequence), invisible
// and bidirectional format characters, bytes that are not UTF-8, and the
// beginnings of the commands that CI systems read from a log. What comes out
// is valid UTF-8 made only of characters that XML 1.0 allows, so it may go
// to a terminal, into a CI log and, through an XML encoder, into XML.
//
// It refuses to drop anything: a character that cannot be shown is named.
package safetext

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// newlineMark stands for a line feed where text must stay on one line.
const newlineMark = "⏎"

// Text makes s safe to show as running text. Line feeds and tabs are kept,
// every other character that acts or cannot be seen is written as \x1b (a
// control character or a byte that is not UTF-8), \u202e or \U000e0041, and
// a carriage return as \r.
func Text(s string) string {
	if isPlain(s) {
		return s
	}
	return disarmCommands(escape(s, "\n", "\t"))
}

// Line makes s safe like Text and keeps it on one line: a line feed is shown
// as ⏎, a tab as a space.
func Line(s string) string {
	if isPlain(s) && !strings.ContainsAny(s, "\n\t") {
		return s
	}
	return disarmCommands(escape(s, newlineMark, " "))
}

// isPlain reports whether s is text that nothing in this package changes,
// but for line feeds and tabs: printable ASCII without a trace of a command.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c != '\n' && c != '\t' && (c < ' ' || c > '~') {
			return false
		}
	}
	return !strings.Contains(s, "::") && !strings.Contains(s, "##")
}

// escape writes out what cannot be shown, with the given stand-ins for a
// line feed and a tab.
func escape(s, newline, tab string) string {
	var b strings.Builder
	b.Grow(len(s) + len(s)/8)
	var before rune // the last rune that was kept as it is, 0 after an escape
	for i := 0; i < len(s); {
		if plain := plainPrefix(s[i:]); plain > 0 {
			b.WriteString(s[i : i+plain])
			i += plain
			before = rune(s[i-1])
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			i += writeInvalid(&b, s[i:])
			before = 0
			continue
		}
		next, _ := utf8.DecodeRuneInString(s[i+size:])
		i += size
		switch {
		case r == '\n':
			b.WriteString(newline)
		case r == '\t':
			b.WriteString(tab)
		case isShown(r) || isJoined(before, r, next):
			b.WriteRune(r)
			before = r
			continue
		default:
			writeEscape(&b, r)
		}
		before = 0
	}
	return b.String()
}

// plainPrefix gives how many printable ASCII characters s begins with.
func plainPrefix(s string) int {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return i
		}
	}
	return len(s)
}

// isShown reports whether r is a character that a reader sees as itself or
// as a space: no control, format, private or unassigned character, and none
// that Unicode says to show as nothing.
func isShown(r rune) bool {
	return unicode.IsGraphic(r) && !unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// isJoined reports whether r is one of the invisible characters that emoji
// and scripts such as Persian and Hindi are spelled with, in a place where
// they have that meaning: a joiner between two characters that are not
// ASCII, a text or emoji variation selector after a character.
func isJoined(before, r, next rune) bool {
	switch r {
	case '\u200c', '\u200d': // zero width non-joiner, joiner
		return before >= utf8.RuneSelf && next >= utf8.RuneSelf && next != utf8.RuneError && isShown(next)
	case '\ufe0e', '\ufe0f': // variation selectors 15, 16
		return before != 0 && isShown(before)
	}
	return false
}

// writeEscape names a character by its code point.
func writeEscape(b *strings.Builder, r rune) {
	switch {
	case r == '\r':
		b.WriteString(`\r`)
	case r < utf8.RuneSelf:
		fmt.Fprintf(b, `\x%02x`, r)
	case r <= 0xffff:
		fmt.Fprintf(b, `\u%04x`, r)
	default:
		fmt.Fprintf(b, `\U%08x`, r)
	}
}

// writeInvalid names what s begins with, which is no UTF-8, and returns how
// many bytes that was: three for a lone surrogate in the form that WTF-8
// gives it, and else one.
func writeInvalid(b *strings.Builder, s string) int {
	if len(s) >= 3 && s[0] == 0xed && s[1]&0xe0 == 0xa0 && s[2]&0xc0 == 0x80 {
		writeEscape(b, 0xd000|rune(s[1]&0x3f)<<6|rune(s[2]&0x3f))
		return 3
	}
	fmt.Fprintf(b, `\x%02x`, s[0])
	return 1
}

// The commands that CI systems take from a log: GitHub's `::name::` at the
// start of a line, after any white space, and what GitHub, Azure Pipelines
// and TeamCity begin with ## anywhere in one (##[group], ##vso[…]).
var (
	colonCommand = regexp.MustCompile(`(?m)^([\s\pZ]*):(:)`)
	hashCommand  = regexp.MustCompile(`#(#[A-Za-z]*\[)`)
)

// mayHold reports whether a sign is in s at a place that may be right: after a
// byte, 0 at the beginning, and at the start of a rest. It is many times faster
// than a regular expression, and prompts are full of headings and of std::.
func mayHold(s, sign string, right func(before byte, from string) bool) bool {
	for at := 0; ; at++ {
		next := strings.Index(s[at:], sign)
		if next < 0 {
			return false
		}
		at += next
		var before byte
		if at > 0 {
			before = s[at-1]
		}
		if right(before, s[at:]) {
			return true
		}
	}
}

// disarmCommands writes one character of each beginning of a command as an
// escape, so that the line is read as text and still says what it said.
func disarmCommands(s string) string {
	if mayHold(s, "::", func(before byte, _ string) bool { return before <= ' ' || before >= utf8.RuneSelf }) {
		s = colonCommand.ReplaceAllString(s, `${1}\x3a${2}`)
	}
	if mayHold(s, "##", func(_ byte, from string) bool { return beginsCommand(from) }) {
		s = hashCommand.ReplaceAllString(s, `\x23${1}`)
	}
	return s
}
