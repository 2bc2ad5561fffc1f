// Package trace draws the trace of an expression: its source with the value of
// every part below its own column.
//
// It evaluates nothing. A trace that does not fit its source, or is larger than
// evalrun makes any, is not drawn.
package trace
