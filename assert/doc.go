// Package assert compiles the assertions and metrics of a case and evaluates
// them over its answers. A failure explains itself: what every part of the
// expression was, and what was not evaluated.
//
// It never sends anything and never panics: what goes wrong inside of an
// assertion fails it with a sentence.
package assert
