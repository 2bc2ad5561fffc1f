package diagnostic

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// maxNearestLength bounds the names that are compared, in bytes: a longer one
// is no misspelling of a key, and comparing takes quadratic time.
const maxNearestLength = 64

// Nearest is the known name that was most likely meant, or "" where none is
// near: at most one edit in three characters, two letters that changed
// places, or one name that begins with the other. Case does not count.
func Nearest(name string, known []string) string {
	if name == "" || len(name) > maxNearestLength {
		return ""
	}
	name = strings.ToLower(name)
	best, bestDistance := "", maxNearestLength
	for _, candidate := range known {
		if len(candidate) > maxNearestLength {
			continue
		}
		lower := strings.ToLower(candidate)
		distance := levenshtein.ComputeDistance(name, lower)
		near := distance <= max(len(name), len(lower))/3 || prefixed(name, lower)
		if transposed(name, lower) {
			near, distance = true, 0 // the likeliest slip
		}
		if near && distance < bestDistance {
			best, bestDistance = candidate, distance
		}
	}
	return best
}

// prefixed says whether one of the names begins with the other, where that is
// long enough to mean something.
func prefixed(a, b string) bool {
	return min(len(a), len(b)) >= 4 && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a))
}

// transposed says whether the names differ in two letters that changed places.
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
