package reporters

import (
	"github.com/evalrun/evalrun/reporters/internal/layout"
)

// TableOptions is how a table is shown. The zero value is 80 cells wide
// without colour.
type TableOptions struct {
	// Width is the width of the terminal in cells; 0 means 80.
	Width int
	// Height is how many lines the table is meant to have; 0 means 100. What is
	// left out for it is counted.
	Height int
	// Colour sets outcomes off by colour too; they are always words.
	Colour bool
	// Whole keeps sentences in one line each, for a reader that breaks lines
	// itself; so does a Width of 0.
	Whole bool
	// Wide lets lines be longer than Width rather than cut anything in them.
	Wide bool
	// All lists every case and every finding, however many there are.
	All bool
}

// SentenceWidth is the width at which sentences are broken, that of the
// terminal. It is 0 where they stay whole: no terminal would break them
// itself, and who reads a file or a pipe looks for whole lines.
func (o TableOptions) SentenceWidth() int {
	if o.Wide || o.Whole || o.Width <= 0 {
		return 0
	}
	return max(o.Width, layout.MinName)
}
