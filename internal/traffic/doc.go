// Package traffic reads what an application asked and was answered, from JSON
// Lines of any shape and from records, and finds the conversations in it.
//
// It refuses what could be read in two ways: a line that is not UTF-8, a name that
// an object has twice, an answer of which a part is missing. It never guesses a
// field of a request.
package traffic
