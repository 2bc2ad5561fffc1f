// Package rejudge judges recorded answers by assertions that were written after
// them.
//
// It sends nothing. What only a request could decide, such as another rubric, it
// refuses to judge.
package rejudge
