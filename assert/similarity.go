package assert

import (
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// similarity is the normalised Levenshtein similarity of two texts,
//
//	1 - distance(a, b) / max(len(a), len(b))
//
// with lengths and edits (insert, delete, replace) counted in Unicode code
// points: 1 for equal texts, 0 for texts with nothing in common. Two empty
// texts are equal. Case and space count; normalize takes them away.
//
// Source: V. I. Levenshtein, Binary codes capable of correcting deletions,
// insertions, and reversals, 1966; normalised as in rapidfuzz's
// Levenshtein.normalized_similarity.
func similarity(a, b string) float64 {
	longest := max(utf8.RuneCountInString(a), utf8.RuneCountInString(b))
	if longest == 0 {
		return 1
	}
	return float64(longest-levenshtein.ComputeDistance(a, b)) / float64(longest)
}

// cellsPerStep is how many cells of a table of two texts are one step.
const cellsPerStep = 512

// similarityCost is the work of similarity: a table with a cell for each pair
// of characters.
func similarityCost(args []any) int {
	a, _ := args[0].(string)
	b, _ := args[1].(string)
	return utf8.RuneCountInString(a) * utf8.RuneCountInString(b) / cellsPerStep
}
