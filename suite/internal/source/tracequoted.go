package source

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// escapes are YAML's escapes of one character, and JSON's \/.
var escapes = map[byte]string{
	'0': "\x00", 'a': "\a", 'b': "\b", 't': "\t", '\t': "\t", 'n': "\n", 'v': "\v", 'f': "\f", 'r': "\r",
	'e': "\x1b", ' ': " ", '"': `"`, '\'': "'", '/': "/", '\\': `\`,
	'N': "\u0085", '_': "\u00a0", 'L': "\u2028", 'P': "\u2029",
}

// escapeDigits are the lengths of the escapes by number.
var escapeDigits = map[byte]int{'x': 2, 'u': 4, 'U': 8}

// quoted follows a scalar in quotes, from the opening one.
func (t *tracer) quoted(quote byte) bool {
	if t.pos >= len(t.source) || t.source[t.pos] != quote {
		return false
	}
	t.pos++
	for t.left() {
		ok := false
		switch c := t.source[t.pos]; {
		case c == quote && quote == '\'':
			ok = strings.HasPrefix(t.source[t.pos:], "''") && t.put("'", 2)
		case c == quote:
			return false
		case c == '\\' && quote == '"':
			ok = t.escape()
		default:
			ok = t.foldOrCopy()
		}
		if !ok {
			return false
		}
	}
	return t.closed(quote)
}

// closed reports whether all of the text was met and the quote comes next, but
// for line breaks that were escaped away.
func (t *tracer) closed(quote byte) bool {
	for quote == '"' && t.pos < len(t.source) && t.source[t.pos] == '\\' {
		if !t.escape() {
			return false
		}
	}
	return t.done == len(t.text) && t.pos < len(t.source) && t.source[t.pos] == quote
}

// escape follows one escape of a double-quoted scalar.
func (t *tracer) escape() bool {
	rest := t.source[t.pos:]
	if len(rest) < 2 {
		return false
	}
	if n := breakLength(rest[1:]); n > 0 {
		_, breaks, length := space(rest[1+n:])
		return t.put(strings.Repeat("\n", breaks), 1+n+length)
	}
	if text, ok := escapes[rest[1]]; ok {
		return t.put(text, 2)
	}
	r, length := numericEscape(rest)
	if length == 0 {
		return false
	}
	if utf16.IsSurrogate(r) {
		low, lowLength := numericEscape(rest[length:])
		if pair := utf16.DecodeRune(r, low); lowLength > 0 && pair != utf8.RuneError {
			r, length = pair, length+lowLength
		} else {
			r = utf8.RuneError
		}
	}
	return t.put(string(r), length)
}

// numericEscape reads \xXX, \uXXXX or \UXXXXXXXX; length is 0 where the text
// does not begin with one.
func numericEscape(text string) (r rune, length int) {
	if len(text) < 2 || text[0] != '\\' {
		return 0, 0
	}
	digits := escapeDigits[text[1]]
	if digits == 0 || len(text) < 2+digits {
		return 0, 0
	}
	code, err := strconv.ParseUint(text[2:2+digits], 16, 32)
	if err != nil {
		return 0, 0
	}
	return rune(code), 2 + digits
}
