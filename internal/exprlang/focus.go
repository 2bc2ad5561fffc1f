package exprlang

import (
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/evalrun/evalrun/internal/wording"
)

// window quotes the part of a string around a place.
func window(s string, at, width int) string {
	const quotes = 2
	if wording.Fits(s, width-quotes) {
		return strconv.Quote(s)
	}
	room := width - quotes - 2
	before := wording.Last(s[:at], room/2)
	after := wording.First(s[at:], room-utf8.RuneCountInString(before))
	before = wording.Last(s[:at], room-utf8.RuneCountInString(after))
	pieces := []string{before + after}
	if len(before) < at {
		pieces = append([]string{""}, pieces...)
	}
	if at+len(after) < len(s) {
		pieces = append(pieces, "")
	}
	return unquoted(pieces...)
}

// commonPrefix is the length of what two strings begin with alike, in bytes.
func commonPrefix(s, t string) int {
	n := 0
	for n < len(s) && n < len(t) {
		a, size := utf8.DecodeRuneInString(s[n:])
		b, _ := utf8.DecodeRuneInString(t[n:])
		if a != b {
			break
		}
		n += size
	}
	return min(n, len(s), len(t))
}

// The search for the nearest part looks at no more than this, in bytes.
const (
	searchText   = 32 << 10
	searchNeedle = 128
)

// nearestPart is the place in s of the longest part of needle that is there,
// whatever the case of its letters.
func nearestPart(s, needle string) int {
	if i := strings.Index(s, needle); i >= 0 {
		return i + len(needle)/2
	}
	text, part := asciiLower(firstBytes(s, searchText)), asciiLower(firstBytes(needle, searchNeedle))
	lengths := make([]int, len(part)+1) // of the common part that ends at each byte of part
	longest, at := 0, 0
	for i := range len(text) {
		for j := len(part); j > 0; j-- {
			if text[i] != part[j-1] {
				lengths[j] = 0
				continue
			}
			lengths[j] = lengths[j-1] + 1
			if lengths[j] > longest {
				longest, at = lengths[j], i+1-lengths[j]/2
			}
		}
	}
	for at > 0 && at < len(s) && !utf8.RuneStart(s[at]) {
		at--
	}
	return at
}

func firstBytes(s string, n int) string { return s[:min(len(s), n)] }

// asciiLower keeps every byte's place, which strings.ToLower does not.
func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// longestLiteral is the longest text that a pattern asks for as it is.
func longestLiteral(pattern string) string {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return ""
	}
	longest := ""
	var visit func(*syntax.Regexp)
	visit = func(re *syntax.Regexp) {
		if re.Op == syntax.OpLiteral && len(string(re.Rune)) > len(longest) {
			longest = string(re.Rune)
		}
		for _, sub := range re.Sub {
			visit(sub)
		}
	}
	visit(re)
	return longest
}
