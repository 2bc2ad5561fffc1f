package diagnostic

import (
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/wording"
)

// maxQuoted is how many characters of a name a message repeats.
const maxQuoted = 60

// Quote puts a name that a user wrote between quotes, shortened.
func Quote(s string) string { return strconv.Quote(wording.Ends(s, maxQuoted)) }

// DidYouMean asks for the known name that was most likely meant: `; did you mean
// "x"?`, or "" where none is near.
func DidYouMean(name string, known []string) string {
	if near := Nearest(name, known); near != "" {
		return "; did you mean " + Quote(near) + "?"
	}
	return ""
}

// MeantOrExpected is DidYouMean, or where no name is near all that are known:
// ", expected a, b or c".
func MeantOrExpected(name string, known []string) string {
	if meant := DidYouMean(name, known); meant != "" {
		return meant
	}
	return ", expected " + Or(known)
}

// Or joins words the way a sentence does: "a, b or c".
func Or(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
