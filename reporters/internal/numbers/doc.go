// Package numbers writes numbers as people read them. What it writes is safe to
// show.
//
// It rounds and never computes: a number that is not known is not given to it.
package numbers
