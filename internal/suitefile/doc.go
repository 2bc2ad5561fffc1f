// Package suitefile writes suites as YAML, with the files that they name, into a
// directory.
//
// It refuses to write what the loader of suites would read as something else: a
// text is quoted wherever a reader of YAML could take it for a number, a date or
// a comment, and its braces are text. Names of files are its own, never those of
// outside. A directory gets all files or none.
package suitefile
