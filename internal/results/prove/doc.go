// Package prove says which of several settings of a model may take the place of their
// base: ways to ask, such as efforts, each compared with it.
//
// It refuses to compare: each comparison is that of package compare.
package prove
