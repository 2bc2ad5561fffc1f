// Package wording writes what messages of every package have in common: numbers
// of things, and texts that are too long to be repeated whole. What it is given
// need not be safe to show, and then what it gives is not either.
package wording

import (
	"fmt"
	"unicode/utf8"
)

// Count writes a number with its noun: 1 case, 2 cases.
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Start gives a text of at most so many characters: of a longer one its start
// and, as the last of them, an ellipsis.
func Start(text string, most int) string {
	if Fits(text, most) {
		return text
	}
	return First(text, most-1) + "…"
}

// Ends gives a text of at most so many characters: of a longer one its start and
// its end with an ellipsis between them.
func Ends(text string, most int) string {
	if Fits(text, most) {
		return text
	}
	return First(text, most/2) + "…" + Last(text, most-most/2-1)
}

// Fits reports whether a text has no more than so many characters. It looks at
// no more of them.
func Fits(text string, most int) bool {
	if len(text) <= most {
		return true
	}
	if len(text) > most*utf8.UTFMax {
		return false
	}
	return utf8.RuneCountInString(text) <= most
}

// First gives the first n characters of a text.
func First(text string, n int) string {
	for i := range text {
		if n <= 0 {
			return text[:i]
		}
		n--
	}
	return text
}

// Last gives the last n characters of a text.
func Last(text string, n int) string {
	i := len(text)
	for ; n > 0 && i > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:i])
		i -= size
	}
	return text[i:]
}
