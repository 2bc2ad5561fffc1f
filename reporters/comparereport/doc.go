// Package comparereport shows comparisons of runs, the comparison of a run with
// itself, and how large a run must be: one function a format, each of which
// writes to a writer.
//
// It computes no statistics and decides nothing: numbers and verdicts are those
// of package compare. A difference that may be chance is written as ~.
package comparereport
