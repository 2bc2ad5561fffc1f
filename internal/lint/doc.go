// Package lint finds what `evalrun check` warns of: what the
// API is known to refuse, what an expression can never find, what nothing
// uses.
//
// It refuses to guess: a finding is something that cannot be as it was meant,
// by what the suite says itself or by facts of package models with
// their source. What it does not know, such as a model of another server, it
// does not report.
package lint
