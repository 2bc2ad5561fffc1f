// Package fakeapi is a Messages API on loopback for tests and benchmarks: it
// refuses what the API refuses, with the API's own status, error type and
// wording, answers from a script, and breaks where a plan of faults says so.
//
// It refuses to be lenient: a field that the API does not know is a 400 here
// too, so that a test which passes here would have been understood there.
// What each model refuses is a table (models.go), what each block may hold is
// another (blocks.go). It is no model: its answers are made by rule, the same
// for the same request, except the pairs that the API's guide publishes.
//
// It knows no credential: any x-api-key or bearer token will do.
package fakeapi
