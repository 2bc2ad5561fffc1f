package safetext

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// markdownSigns are the characters that Markdown, GitHub's additions to it or
// HTML may read as more than themselves in a line of text.
const markdownSigns = "\\`*_{}[]()<>#!|~&@:\"'$^"

// referenceSigns begin what GitHub and GitLab take for a reference in a text,
// if a word follows: a person, an issue, a merge request, a label.
const referenceSigns = "@#!$~%&^*"

// noBreak is a character without width, which parts a sign from its word. It
// is written out, so that the source of a report shows it.
const noBreak = "&#8203;"

// Markdown makes s safe like Line, for a place inside a line of Markdown or a
// cell of a table: every character that could be markup is a numeric
// reference, which Markdown never takes for structure. Since hosts look for
// people, issues and addresses in what comes of that, their signs are parted
// from what follows them: nobody is notified and nothing is linked.
func Markdown(s string) string { return markdown(Line(s), true) }

// Code makes s safe like Line as code in a line of Markdown or a cell of a
// table: an element, in which hosts look for no people, issues or addresses.
func Code(s string) string { return "<code>" + markdown(Line(s), false) + "</code>" }

func markdown(s string, parted bool) string {
	var b strings.Builder
	b.Grow(len(s) + len(s)/4)
	for i, r := range s {
		afterWWW := r == '.' && strings.EqualFold(s[max(0, i-3):i], "www")
		if strings.ContainsRune(markdownSigns, r) || afterWWW {
			fmt.Fprintf(&b, "&#%d;", r)
		} else {
			b.WriteRune(r)
		}
		if parted && (afterWWW || beginsReference(s[:i], r, s[i+utf8.RuneLen(r):])) {
			b.WriteString(noBreak)
		}
	}
	return b.String()
}

// beginsReference reports whether a character with what follows it may refer to
// something elsewhere: @name, #12, GH-12, https://….
func beginsReference(before string, r rune, after string) bool {
	next, _ := utf8.DecodeRuneInString(after)
	switch {
	case r == ':':
		return strings.HasPrefix(after, "//")
	case r == '-':
		return strings.HasSuffix(strings.ToUpper(before), "GH") && unicode.IsDigit(next)
	}
	isWord := unicode.IsLetter(next) || unicode.IsDigit(next) || next == '_' || next == '"'
	return strings.ContainsRune(referenceSigns, r) && after != "" && isWord
}

// Fence makes s safe like Text and puts it into a Markdown code block that
// nothing in it can end, of at most lines lines and width cells a line.
func Fence(s string, lines, width int) string {
	text := Block(s, lines, width)
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + "text\n" + strings.TrimRight(text, "\n") + "\n" + fence
}

// formulaSigns begin a cell that a spreadsheet computes instead of showing,
// full-width forms and white space that it skips among them, and the
// apostrophe, which comes before a disarmed one.
const formulaSigns = "=+-@\t\r\n'＝＋－＠"

// Cell makes s safe like Text for a cell of a CSV file. Text that a
// spreadsheet would take for a formula, and text that begins with an
// apostrophe, gets an apostrophe in front; taking one away where a cell
// begins with it gives the text again. Spaces before a sign count with it.
func Cell(s string) string {
	s = Text(s)
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " "))
	if s != "" && strings.ContainsRune(formulaSigns, first) {
		return "'" + s
	}
	return s
}

// JSON spells JSON text so that it is safe wherever it is shown: what Text
// would write as an escape becomes an escape of JSON's, so that a reader gets
// the same values. A byte that is not UTF-8 becomes U+FFFD, as JSON readers
// take it, and carriage returns and tabs, which JSON allows only between
// values, become spaces.
func JSON(text []byte) []byte {
	out := make([]byte, 0, len(text)+len(text)/16)
	from := 0 // what is before has been written
	for i := 0; i < len(text); {
		if plainJSON[text[i]] {
			i++
			continue
		}
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(text[i:])
		}
		if spelled := spellJSON(r, size, r == '#' && beginsCommand(text[i:])); spelled != "" {
			out = append(append(out, text[from:i]...), spelled...)
			from = i + size
		}
		i += size
	}
	return append(out, text[from:]...)
}

// beginsCommand reports whether text begins with a command that CI systems read
// anywhere in a line.
func beginsCommand[T string | []byte](text T) bool {
	if len(text) < 2 || text[0] != '#' || text[1] != '#' {
		return false
	}
	i := 2
	for i < len(text) && isASCIILetter(rune(text[i])) {
		i++
	}
	return i < len(text) && text[i] == '['
}

func isASCIILetter(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }

// plainJSON are the bytes that JSON leaves as they are whatever is beside
// them.
var plainJSON = func() (plain [256]bool) {
	for c := ' '; c < 0x7f; c++ {
		plain[c] = c != '#'
	}
	plain['\n'] = true
	return plain
}()

// spellJSON gives what to write for a character of so many bytes, "" where
// that is itself.
func spellJSON(r rune, size int, command bool) string {
	switch {
	case r == utf8.RuneError && size == 1:
		return `\ufffd`
	case r == '\r', r == '\t':
		return " "
	case r == '#' && !command, r >= 0xa0 && isShown(r):
		return ""
	case r > 0xffff:
		r -= 0x10000
		return fmt.Sprintf(`\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
	}
	return fmt.Sprintf(`\u%04x`, r)
}
