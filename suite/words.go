package suite

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Quote puts a name that a user wrote between quotes, made short.
func Quote(s string) string {
	return strconv.Quote(Shorten(s, 60))
}

// Shorten cuts a text in the middle to at most n characters.
func Shorten(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	r := []rune(s)
	return string(r[:n/2]) + "…" + string(r[len(r)-n/2+1:])
}

// Describe says what a value is, for messages that expected another.
func Describe(v *Value) string {
	switch v.Kind {
	case String:
		return "the text " + Quote(v.Text)
	case Number:
		return "the number " + Shorten(v.Text, 30)
	case Bool:
		return v.Text
	default:
		return v.Kind.String()
	}
}

// KindNames joins the names of kinds: "text or a list".
func KindNames(kinds []Kind) string {
	names := make([]string, 0, len(kinds))
	for _, k := range kinds {
		names = append(names, k.String())
	}
	return Or(names)
}

// Or joins words the way a sentence does: "a, b or c".
func Or(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
