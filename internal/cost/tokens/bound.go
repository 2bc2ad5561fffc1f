package tokens

import (
	"bytes"
	"slices"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/evalrun/evalrun/internal/models"
)

// Open is a part of a request that nothing bounds the cost of.
type Open struct {
	// Name is the member of the body, the type of the tool or the kind of
	// source, as NewEstimator takes it.
	Name string
	// Why says in a sentence what has no bound.
	Why string
}

// memberClasses are the members of a request's body that are known, each with
// whether its cost is computed from its value. A member that is neither counted
// nor free has no bound.
var memberClasses = sync.OnceValue(func() map[string]memberClass {
	classes := map[string]memberClass{}
	for _, name := range models.Known().Members.Counted {
		classes[name] = counted
	}
	for _, name := range models.Known().Members.Free {
		classes[name] = free
	}
	return classes
})

// memberClass is what a member of a request's body does to the cost of its answer.
type memberClass uint8

const (
	// unbounded: the body does not say how much it costs. So is every member
	// that is not in the table.
	unbounded memberClass = iota
	// counted: what it costs is computed from its value.
	counted
	// free: it costs nothing, or nothing beyond max_tokens of output.
	free
)

// IsCounted reports whether a member of the body is counted by its value, so
// that it cannot be assumed to be free.
func IsCounted(member string) bool { return memberClasses()[member] == counted }

// What the API adds to a prompt at most, in tokens. Its documentation names
// the instruction for tools and of what its own tools take; the others are
// several times what was seen.
const (
	mostPerRequest = 32
	mostForThought = 100
	mostForFormat  = 2000
)

// open notes that a part has no bound, unless it is assumed to be free.
func (w *walk) open(o Open) {
	known := slices.ContainsFunc(w.opened, func(other Open) bool { return other.Name == o.Name })
	if !known && !w.estimator.assumes(o.Name) {
		w.opened = append(w.opened, o)
	}
}

// mostOf is how many tokens a JSON value has at most that is a part of the
// prompt: every token is at least one byte of it, as the JSON spells it or as
// a tokenizer normalises it.
func mostOf(value []byte) float64 {
	const longest = 33 // bytes of a character that is normalised
	most := len(value) + longest*bytes.Count(value, []byte(`\u`))
	if !utf8.Valid(value) {
		most += 2 * len(value) // each wrong byte becomes U+FFFD
	}
	return float64(most + grown(value))
}

// grown is by how many bytes a text may grow when it is brought into the form
// NFKC, in which ligatures and fractions come apart: the sum over its
// characters, each by itself. To normalise the whole text would take seconds
// of one that is made for that.
func grown(text []byte) int {
	text = text[norm.NFKC.QuickSpan(text):]
	if len(text) == 0 {
		return 0
	}
	more := 0
	known := map[rune]int{}
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if r >= utf8.RuneSelf {
			growth, ok := known[r]
			if !ok {
				growth = max(0, len(norm.NFKC.Bytes(text[:size]))-size)
				known[r] = growth
			}
			more += growth
		}
		text = text[size:]
	}
	return more
}

// mostOfJSON is mostOf for JSON that the API spells anew for the model: with
// spaces between its parts, and characters beyond ASCII perhaps escaped.
func mostOfJSON(value []byte) float64 {
	beyond := 0
	for _, b := range value {
		if b >= utf8.RuneSelf {
			beyond++
		}
	}
	return 2*mostOf(value) + float64(beyond)
}
