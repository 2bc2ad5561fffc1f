package diagnostic

import (
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// Nearest compares no more than this: names come from suites, data and
// answers, and an edit distance takes time that grows with both lengths.
const (
	maxNearestLength = 64    // of a name, in bytes; a longer one is no misspelling
	maxNearestNames  = 1_000 // of the known names, the first
)

// Nearest is the known name that was most likely meant, or "" where none is
// near: at most one edit in three characters, two letters that changed
// places, or one name that begins with the other. Case does not count. Its
// time is bounded, however long the name and the list are.
func Nearest(name string, known []string) string {
	if name == "" || len(name) > maxNearestLength {
		return ""
	}
	name = strings.ToLower(name)
	length := utf8.RuneCountInString(name)
	best, bestDistance := "", maxNearestLength
	for _, candidate := range known[:min(len(known), maxNearestNames)] {
		if len(candidate) > maxNearestLength {
			continue
		}
		lower := strings.ToLower(candidate)
		distance := levenshtein.ComputeDistance(name, lower)
		near := distance <= max(length, utf8.RuneCountInString(lower))/3 || prefixed(name, lower)
		if transposed(name, lower) {
			near, distance = true, 0 // the likeliest slip
		}
		if near && distance < bestDistance {
			best, bestDistance = candidate, distance
		}
	}
	return best
}

// prefixed reports whether one of the names begins with the other, where that
// is long enough to mean something.
func prefixed(a, b string) bool {
	return min(len(a), len(b)) >= 4 && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a))
}

// transposed reports whether the names differ in two letters that changed
// places.
func transposed(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
