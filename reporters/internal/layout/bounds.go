package layout

import (
	"slices"
)

// MaxLine is the width of the longest line of any text that is not cut
// to a terminal: more than any message of ours, and an end to one that
// quotes a huge value.
const MaxLine = 1000

// NonEmpty drops the empty texts.
func NonEmpty(texts ...string) []string {
	return slices.DeleteFunc(texts, func(s string) bool { return s == "" })
}

// MinName is how narrow the column of names may become.
const MinName = 20

// MaxName is how wide the column of a variant may become.
const MaxName = 30

const DefaultWidth = 80

// MaxDetailName is how much of a case's label is shown in a list of them.
const MaxDetailName = 60

// DefaultHeight is how many lines a table is meant to have that goes to no
// terminal, such as a log.
const DefaultHeight = 100

// MaxRows is how many cases are listed; of a larger run only those that
// did not pass are, and of those no more than this.
const MaxRows = 100

// MaxDetails is how many different explanations of one finding are shown.
const MaxDetails = 5

// MaxDetailLines bounds one explanation.
const MaxDetailLines = 12

const Indent = "    "
