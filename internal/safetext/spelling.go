package safetext

import (
	"bytes"
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	// maxEscapes is how often a percent sign or an ampersand may have been
	// escaped, as %25 or &amp;, where a text quotes another one.
	maxEscapes = 4
	// maxBackslashes is how many backslashes an escape may begin with. It is
	// even, so that what is left of a longer run still is whole escapes.
	maxBackslashes = 16
	// longestEscape is about how many bytes a character of a secret is spelled
	// with at most, such as &amp;amp;#x0000002b; or \\\\u002b.
	longestEscape = 64
	// longestName bounds the name of an HTML entity, in bytes.
	longestName = 24
)

// find gives where the secret is in text at or after from, in any spelling of
// JSON, HTML and URLs; -1 where it is not.
func (s secret) find(text []byte, from int) (start, end int) {
	for i := from; i < len(text); i++ {
		if !s.begins[text[i]] {
			continue
		}
		if run := backslashes(text[i:]); run > maxBackslashes {
			i += (run - maxBackslashes) &^ 1
		}
		if end := s.endAt(text, i); end > 0 {
			return i, end
		}
	}
	return -1, -1
}

// endAt gives where the secret that begins at a byte of text ends; 0 where it
// does not begin there. A backslash, an ampersand or a percent sign of the
// secret may be meant as itself or as an escape, so several ends are followed.
func (s secret) endAt(text []byte, at int) int {
	var some, others [2 * maxEscapes]int
	ends, next := append(some[:0], at), others[:0]
	for _, c := range s.text {
		next = next[:0]
		for _, end := range ends {
			next = appendEnds(next, text, end, c)
		}
		if len(next) == 0 {
			return 0
		}
		ends, next = next, ends
	}
	return slices.Max(ends)
}

// appendEnds appends where spellings of a character end that begin at a byte of
// text.
func appendEnds(ends []int, text []byte, at int, c rune) []int {
	add := func(n int) {
		if n > 0 && !slices.Contains(ends, at+n) {
			ends = append(ends, at+n)
		}
	}
	rest := text[at:]
	add(plain(rest, c))
	if len(rest) == 0 {
		return ends
	}
	switch rest[0] {
	case '\\':
		add(backslashed(rest, c))
	case '%':
		for escapes := range maxEscapes {
			add(percented(rest, c, escapes))
		}
	case '&':
		for escapes := range maxEscapes {
			add(entity(rest, c, escapes))
		}
	}
	return ends
}

// plain is the length of c itself.
func plain(text []byte, c rune) int {
	if c < utf8.RuneSelf {
		if len(text) > 0 && text[0] == byte(c) {
			return 1
		}
		return 0
	}
	if r, n := utf8.DecodeRune(text); r == c {
		return n
	}
	return 0
}

// backslashed is the length of \c, \xNN or \uNNNN, whose backslash may be
// escaped itself. A backslash of the secret may be escaped twice.
func backslashed(text []byte, c rune) int {
	n := backslashes(text)
	rest := text[n:]
	switch {
	case isHex(rest, "u", 4, c):
		return n + len("u0000")
	case isHex(rest, "x", 2, c):
		return n + len("x00")
	case c == '\\' && n > 1:
		return min(n&^1, 4)
	case c != '\\' && plain(rest, c) > 0:
		return n + plain(rest, c)
	}
	return 0
}

// backslashes is how many of them text begins with.
func backslashes(text []byte) int {
	n := 0
	for n < len(text) && text[n] == '\\' {
		n++
	}
	return n
}

// percented is the length of %NN for each byte of c, whose percent sign is
// escaped itself so many times.
func percented(text []byte, c rune, escapes int) int {
	n := 0
	for _, b := range []byte(string(c)) {
		if n == len(text) || text[n] != '%' {
			return 0
		}
		n++
		for range escapes {
			if !bytes.HasPrefix(text[n:], []byte("25")) {
				return 0
			}
			n += len("25")
		}
		if !isHex(text[n:], "", 2, rune(b)) {
			return 0
		}
		n += len("00")
	}
	return n
}

// entity is the length of an HTML entity of c, whose ampersand is escaped itself
// so many times.
func entity(text []byte, c rune, escapes int) int {
	n := 1
	for range escapes {
		if !bytes.HasPrefix(text[n:], []byte("amp;")) {
			return 0
		}
		n += len("amp;")
	}
	length := bytes.IndexByte(text[n:min(len(text), n+longestName)], ';') + 1
	if length > 0 && html.UnescapeString("&"+string(text[n:n+length])) == string(c) {
		return n + length
	}
	return 0
}

// isHex says whether text begins with the mark and so many hexadecimal digits
// of c.
func isHex(text []byte, mark string, digits int, c rune) bool {
	if len(text) < len(mark)+digits || string(text[:len(mark)]) != mark {
		return false
	}
	hex := strconv.FormatInt(int64(c), 16)
	text = text[len(mark):][:digits]
	zeros := digits - len(hex)
	return zeros >= 0 && strings.Trim(string(text[:zeros]), "0") == "" && strings.EqualFold(string(text[zeros:]), hex)
}
