package suite

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// quote puts a name that a user wrote between quotes, made short.
func quote(s string) string {
	return strconv.Quote(shorten(s, 60))
}

// shorten cuts a text in the middle to at most n characters.
func shorten(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	r := []rune(s)
	return string(r[:n/2]) + "…" + string(r[len(r)-n/2+1:])
}

// describe says what a value is, for messages that expected another.
func describe(v *Value) string {
	switch v.Kind {
	case String:
		return "the text " + quote(v.Text)
	case Number:
		return "the number " + shorten(v.Text, 30)
	case Bool:
		return v.Text
	default:
		return v.Kind.String()
	}
}

// kindNames joins the names of kinds: "text or a list".
func kindNames(kinds []Kind) string {
	names := make([]string, 0, len(kinds))
	for _, k := range kinds {
		names = append(names, k.String())
	}
	return joinOr(names)
}

// joinOr joins words the way a sentence does: "a, b or c".
func joinOr(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
