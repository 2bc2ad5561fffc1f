// Package runner asks the cases of suites and judges the answers: it
// compiles every assertion before the first request, sends within a bounded
// concurrency, checks what comes back, and writes each fact to the record as
// soon as it is known.
//
// It refuses to decide what a result means: a verdict is read from the record
// by package summary. A request that failed is a sample with an error, never
// the end of the run.
package runner
