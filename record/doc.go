// Package record is the durable file of a run, one JSON value a line: log,
// recording, cache, resume point and baseline in one. Everything after the
// run reads nothing else.
//
// The field names of the line types are a contract that the project's
// version number covers. The package has its own types and never embeds
// wire types, so that old runs stay readable, and it treats every string of
// a file it reads as untrusted.
package record
