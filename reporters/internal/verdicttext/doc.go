// Package verdicttext says what a verdict is, and why.
//
// It decides nothing: a word, a sign or a colour is never greener than the exit
// code.
package verdicttext
