package fakeapi

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// checkEncoding refuses what encoding/json would quietly repair: bytes that
// are no UTF-8, and halves of surrogate pairs.
func checkEncoding(body []byte) *apiError {
	if !utf8.Valid(body) {
		return invalid("The request body is not valid JSON: it is not valid UTF-8")
	}
	for at := 0; ; {
		next := bytes.IndexByte(body[at:], '\\')
		if next < 0 {
			return nil
		}
		at += next
		first, ok := escapedUnit(body[at:])
		switch {
		case !ok:
			at += 2 // an escape of one character, which may be a backslash
		case !utf16.IsSurrogate(first):
			at += 6
		default:
			second, _ := escapedUnit(body[min(at+6, len(body)):])
			if utf16.DecodeRune(first, second) == utf8.RuneError {
				return invalid("The request body is not valid JSON: no low surrogate in string (char %d)", at)
			}
			at += 12
		}
		if at >= len(body) {
			return nil
		}
	}
}

// escapedUnit reads \uXXXX at the start of b.
func escapedUnit(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	unit, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	return rune(unit), err == nil
}
