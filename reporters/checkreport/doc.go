// Package checkreport shows what a check found: diagnostics with their source
// line, warnings, and what a run may cost.
//
// It finds nothing itself, and it opens no suite: source lines are those that the
// diagnostics hold.
package checkreport
