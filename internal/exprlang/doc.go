// Package exprlang is expr-lang as evalrun uses it: a strict set of typed
// names, errors that are plain sentences with a byte offset, and budgets that
// every run stays in.
//
// It differs from expr-lang itself where expr-lang would be silent: a key
// that a map lacks is an error (but under ?., ??, in and get), values compare
// by what they are and not by their Go type, and string building and nested
// predicates are bounded. Nothing here panics, whatever the expression.
package exprlang
