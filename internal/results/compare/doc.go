// Package compare says what changed between two runs, and how sure that is.
//
// The unit is a case in a variant: its value is the share of its samples that
// passed, and ten answers to one question are one unit. A difference is called
// a regression only when a test over the pairs says so; beside every verdict
// it reports what the comparison could have seen. The package refuses to drop a
// case without listing it, to count a sample without an answer as a failure,
// and to give a verdict over nothing.
//
// A record is read once, case by case; what stays in memory are numbers.
// Every result can be written as JSON.
package compare
