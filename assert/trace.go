package assert

// Trace is what every part of a failed expression was, in the order of the
// source. Its JSON is in the record, from which the reports draw it.
type Trace []Step

// Step is one part of an expression: its value, or that it was not evaluated.
// All places are bytes of the source. What the source shows anyway has no
// step: literals, and the connectives && and ||.
type Step struct {
	// At and Len are the part's own token: the name of a variable, of a
	// member or of a function, the sign of an operator. The value is drawn
	// below it. Of a skipped part they are all of it.
	At  int `json:"at"`
	Len int `json:"len"`
	// From and To are all of the part: an operator with its operands.
	From int `json:"from"`
	To   int `json:"to"`
	// Value is the value as a shortened literal, control characters escaped.
	// Lines after the first explain it: a diff, the violations of a schema.
	Value string `json:"value,omitempty"`
	// Skipped says that the part was not evaluated.
	Skipped bool `json:"skipped,omitempty"`
	// Cause says that the part made the expression false.
	Cause bool `json:"cause,omitempty"`
}
