package diagnostic

// Edit is a change of a source file that mends a problem: what is between two
// positions is replaced by Text.
type Edit struct {
	// Position is where the replaced text begins.
	Position
	// EndLine and EndColumn are behind its last character. They count like
	// Line and Column.
	EndLine, EndColumn int
	Text               string
}
