package assert

import (
	"strings"
	"unicode"
	"unicode/utf8"

	uax29 "github.com/clipperhouse/uax29/v2/words"
	"golang.org/x/text/unicode/norm"
)

// The text scores part a text as Unicode's default word boundaries do (UAX #29,
// section 4): a letter has its combining marks, an emoji all that it is made
// of, a number its point. Scripts that are written without spaces (Chinese,
// Japanese, Thai, Lao, Khmer, Burmese) have no boundaries without a dictionary:
// each character with its marks is a token there, and a word of katakana is one.

// segments are the parts of a text without white space and control characters.
func segments(text string) []string {
	var out []string
	for all := uax29.FromString(text); all.Next(); {
		first, _ := utf8.DecodeRuneInString(all.Value())
		if !unicode.IsSpace(first) && !unicode.IsControl(first) {
			out = append(out, all.Value())
		}
	}
	return out
}

// folded is a text in lower case and in one form of Unicode (NFC), so that equal
// letters are equal however they are put together.
func folded(text string) string {
	return norm.NFC.String(strings.ToLower(norm.NFC.String(text)))
}

// isWord reports whether a segment has a letter or a digit.
func isWord(segment string) bool {
	return strings.ContainsFunc(segment, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
}

// isPunctuation reports whether a character is punctuation, or a symbol that
// English has among it, as Python's string.punctuation: $ + < = > ^ ` | ~.
func isPunctuation(r rune) bool {
	return unicode.IsPunct(r) || r <= unicode.MaxASCII && unicode.IsSymbol(r)
}

// Where the blocks of Unicode begin that hold emoji among other symbols, and
// those of Chinese, Japanese and Korean, with the later emoji behind them.
const arrows, cjk = '\u2190', '\u2E80'

// unspaced parts a word that is of a script without spaces, or holds an emoji;
// others it gives as they are.
func unspaced(word string) []string {
	parts := segments(word)
	for i, part := range parts {
		r, _ := utf8.DecodeRuneInString(part)
		if r >= cjk || r >= arrows && unicode.IsSymbol(r) || i > 0 && isWord(part) && isWord(parts[i-1]) {
			return parts
		}
	}
	return []string{word}
}

// withoutPunctuation takes punctuation out of a text, but for what makes a
// number: its sign, and what stands between two digits, though not the comma of
// thousands. 1.5 is not 15, nor -5 5, and 1,000 is 1000.
func withoutPunctuation(text string, punctuation func(rune) bool) string {
	runes := []rune(strings.ReplaceAll(text, "−", "-"))
	out := make([]rune, 0, len(runes))
	for i, r := range runes {
		if !punctuation(r) || inNumber(out, r, runes[i+1:]) {
			out = append(out, r)
		}
	}
	return string(out)
}

// inNumber reports whether a mark is part of a number, by what was kept before
// it and what follows it.
func inNumber(before []rune, mark rune, after []rune) bool {
	last := ' '
	if len(before) > 0 {
		last = before[len(before)-1]
	}
	next := digitsAt(after)
	switch mark {
	case '-':
		if unicode.IsSpace(last) && len(after) > 1 && after[0] == '.' {
			next = digitsAt(after[1:])
		}
		return next > 0 && (unicode.IsSpace(last) || unicode.IsDigit(last))
	case '.', '٫':
		return next > 0 && (unicode.IsSpace(last) || last == '-' || unicode.IsDigit(last))
	case ',', '٬':
		return next > 0 && next != 3 && unicode.IsDigit(last)
	case ':', '/', '–':
		return next > 0 && unicode.IsDigit(last)
	}
	return false
}

// digitsAt counts the digits that a text begins with, up to one more than
// thousands have.
func digitsAt(text []rune) int {
	n := 0
	for n < len(text) && n <= 3 && unicode.IsDigit(text[n]) {
		n++
	}
	return n
}
