package assert

// Trace is what every part of a failed expression was. Its JSON stands in
// the record, so that any report can draw it.
type Trace struct {
	Steps []Step
}

// Step is the value of one part of an expression, or that it was skipped.
type Step struct {
	// At and Len are the part's own token in the source, in bytes.
	At  int `json:"at"`
	Len int `json:"len"`
	// Value is the part's value as a literal, shortened.
	Value string `json:"value,omitempty"`
	// Skipped says that the part was not evaluated.
	Skipped bool `json:"skipped,omitempty"`
}
