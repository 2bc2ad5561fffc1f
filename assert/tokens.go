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

// minusSigns are the hyphens and minus signs that texts write for that of ASCII.
var minusSigns = strings.NewReplacer("−", "-", "－", "-", "﹣", "-", "‐", "-", "‑", "-")

// withMinus are the characters of a text in which every minus sign is that of
// ASCII, an en dash before a number too.
func withMinus(text string) []rune {
	runes := []rune(minusSigns.Replace(text))
	for i, r := range runes {
		if r == '–' && (i == 0 || !unicode.In(runes[i-1], unicode.L, unicode.M, unicode.N, unicode.Pd)) && digitsAt(runes[i+1:]) > 0 {
			runes[i] = '-'
		}
	}
	return runes
}

// withoutPunctuation takes punctuation out of a text, but for what makes a
// number: its sign, and what is between two digits, though not the comma of
// thousands. 1.5 is not 15, nor -5 5, nor 1e-5 1e5, and 1,000 is 1000.
func withoutPunctuation(text string, punctuation func(rune) bool) string {
	runes := withMinus(text)
	out := make([]rune, 0, len(runes))
	for i, r := range runes {
		if punctuation(r) && !inNumber(out, r, runes[i+1:]) {
			if r != '-' || i == 0 || !isSign(out, runes[i-1], runes[i+1:]) {
				continue
			}
			if last := out[len(out)-1]; unicode.In(last, unicode.L, unicode.M) && !isExponent(out) {
				out = append(out, ' ') // what was between them is left out
			}
		}
		out = append(out, r)
	}
	return string(out)
}

// isSign reports whether a minus before the text after is a sign, though there
// is no space before it but another mark, as in $-5 and x=-5, or the exponent of
// a number.
func isSign(kept []rune, before rune, after []rune) bool {
	if len(kept) == 0 || digitsAt(after) == 0 {
		return false
	}
	return isExponent(kept) || !unicode.In(before, unicode.L, unicode.M, unicode.N, unicode.Pd, unicode.Pc)
}

// isExponent reports whether what was kept ends as a number with an exponent
// does before its sign: 1e.
func isExponent(kept []rune) bool {
	n := len(kept)
	return n > 1 && kept[n-1] == 'e' && unicode.IsDigit(kept[n-2])
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
		return next > 0 && unicode.IsDigit(last) && (next != 3 || hasComma(before))
	case ':', '/', '–':
		return next > 0 && unicode.IsDigit(last)
	}
	return false
}

// hasComma reports whether the number that ends the text has a comma already,
// which was not one of thousands: 12,34,567.
func hasComma(text []rune) bool {
	n := len(text)
	for n > 0 && len(text)-n <= 3 && unicode.IsDigit(text[n-1]) {
		n--
	}
	return n > 0 && (text[n-1] == ',' || text[n-1] == '٬')
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
