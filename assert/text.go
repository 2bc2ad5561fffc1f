package assert

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/evalrun/evalrun/internal/exprlang"
)

// words counts the words of a text: what whitespace separates.
func words(text string) int { return len(strings.Fields(text)) }

// lines are a text's lines without their ends. A last line end does not begin
// another line, and an empty text has none.
func lines(text string) []string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.TrimSuffix(text, "\n")
	if text == "" {
		return []string{}
	}
	return strings.Split(text, "\n")
}

// normalize makes texts equal that differ only in form: Unicode NFKC, lower
// case, no punctuation (the category P) but that of numbers, one space between
// words. A power of a number stays one: 10² is 10^2 and not 102.
func normalize(text string) string {
	text = powers.ReplaceAllString(text, "$1^$2")
	text = norm.NFKC.String(strings.ToLower(norm.NFKC.String(text)))
	text = withoutPunctuation(text, unicode.IsPunct)
	return strings.Join(strings.Fields(text), " ")
}

// powers are digits with an exponent in superscripts behind them.
var powers = regexp.MustCompile(`(\p{Nd})([⁰¹²³⁴-⁹⁺⁻])`)

// errNotText says that an argument of a function is no string. i counts
// from 0.
func errNotText(i int, v any) error {
	return fmt.Errorf("argument %d must be a string, found %s", i+1, exprlang.Render(v, 40))
}
