// Package stats holds the intervals, tests and sample sizes that summaries and
// comparisons are made of, on plain numbers. It knows no records, cases or
// words, and it refuses to decide: it returns estimates, intervals and
// p-values, never a verdict.
//
// Every function is a pure function of its arguments and safe for concurrent
// use. Where chance is needed a seed is an argument, so that equal input gives
// equal output. Significance levels are two-sided and lie in (0, 1), powers
// too. Values must be finite, and small enough that their squares are.
package stats
