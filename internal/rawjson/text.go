package rawjson

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// AppendText appends the text that a JSON string stands for, as encoding/json
// decodes it: bytes that are not UTF-8 and halves of surrogate pairs become
// U+FFFD. It gives dst as it was, and false, where raw is no valid string.
func AppendText(dst, raw []byte) ([]byte, bool) {
	s := scanner{text: raw}
	if s.next() != '"' || !s.string() || s.pos != len(raw) {
		return dst, false
	}
	for text := raw[1 : len(raw)-1]; len(text) > 0; {
		n := plain(text)
		dst = appendUTF8(dst, text[:n])
		if text = text[n:]; len(text) > 0 {
			dst, n = appendUnescaped(dst, text)
			text = text[n:]
		}
	}
	return dst, true
}

// appendUTF8 appends text with U+FFFD in the place of each byte that is not
// UTF-8.
func appendUTF8(dst, text []byte) []byte {
	if utf8.Valid(text) {
		return append(dst, text...)
	}
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		dst = utf8.AppendRune(dst, r)
		text = text[size:]
	}
	return dst
}

// appendUnescaped appends what the escape stands for that a text begins with,
// and gives how many bytes it has.
func appendUnescaped(dst, text []byte) ([]byte, int) {
	switch c := text[1]; c {
	case 'b':
		return append(dst, '\b'), 2
	case 'f':
		return append(dst, '\f'), 2
	case 'n':
		return append(dst, '\n'), 2
	case 'r':
		return append(dst, '\r'), 2
	case 't':
		return append(dst, '\t'), 2
	case 'u':
		const one, pair = len(`\u0000`), 2 * len(`\u0000`)
		r := unit(text)
		if utf16.IsSurrogate(r) && len(text) >= pair && text[one] == '\\' && text[one+1] == 'u' {
			if both := utf16.DecodeRune(r, unit(text[one:])); both != utf8.RuneError {
				return utf8.AppendRune(dst, both), pair
			}
		}
		return utf8.AppendRune(dst, r), one // U+FFFD for a surrogate
	default:
		return append(dst, c), 2
	}
}

// unit is the number that a text which begins with \u0000 escapes.
func unit(text []byte) rune {
	n, _ := strconv.ParseUint(string(text[2:6]), 16, 16) // it has been checked
	return rune(n)
}
