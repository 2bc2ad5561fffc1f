package rawjson

import (
	"math"
	"strconv"
	"unicode/utf8"
)

// AppendString appends a string in quotes, spelled as encoding/json does
// without escaping for HTML: bytes that are not UTF-8 become U+FFFD.
func AppendString(dst []byte, text string) []byte {
	dst = append(dst, '"')
	for begin := 0; ; {
		end := begin
		for end < len(text) && isPlain(text[end]) {
			end++
		}
		dst = append(dst, text[begin:end]...)
		if end == len(text) {
			return append(dst, '"')
		}
		var size int
		dst, size = appendEscaped(dst, text[end:])
		begin = end + size
	}
}

// isPlain reports whether a byte is in a string as it is, whatever stands
// beside it.
func isPlain(c byte) bool { return ' ' <= c && c < utf8.RuneSelf && c != '"' && c != '\\' }

// appendEscaped appends the first rune of a text that does not stand for
// itself alone, and gives how many bytes it had.
func appendEscaped(dst []byte, text string) ([]byte, int) {
	const digits = "0123456789abcdef"
	switch c := text[0]; {
	case c == '"', c == '\\':
		return append(dst, '\\', c), 1
	case c == '\b':
		return append(dst, `\b`...), 1
	case c == '\f':
		return append(dst, `\f`...), 1
	case c == '\n':
		return append(dst, `\n`...), 1
	case c == '\r':
		return append(dst, `\r`...), 1
	case c == '\t':
		return append(dst, `\t`...), 1
	case c < utf8.RuneSelf:
		return append(dst, '\\', 'u', '0', '0', digits[c>>4], digits[c&15]), 1
	}
	r, size := utf8.DecodeRuneInString(text)
	switch {
	case r == utf8.RuneError && size == 1:
		return append(dst, `\ufffd`...), 1
	case r == '\u2028', r == '\u2029': // line ends in JavaScript
		return append(dst, '\\', 'u', '2', '0', '2', digits[r&15]), size
	}
	return append(dst, text[:size]...), size
}

// AppendFloat appends a number as encoding/json spells it, or gives false for
// one that JSON does not have.
func AppendFloat(dst []byte, f float64) ([]byte, bool) {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return dst, false
	}
	format := byte('f')
	if size := math.Abs(f); size != 0 && (size < 1e-6 || size >= 1e21) {
		format = 'e'
	}
	dst = strconv.AppendFloat(dst, f, format, -1, 64)
	// e-09 is written e-9.
	if n := len(dst); format == 'e' && n >= 4 && dst[n-4] == 'e' && dst[n-3] == '-' && dst[n-2] == '0' {
		dst = append(dst[:n-2], dst[n-1])
	}
	return dst, true
}
