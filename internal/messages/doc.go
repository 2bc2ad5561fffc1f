// Package messages is the Messages API as evalrun needs it: a Request whose
// bytes are the caller's, an Answer whose bytes are the API's, and Sender,
// the seam between the two that HTTP, replay, reuse and batches share.
//
// It refuses to improve anything on the way: no default parameter, no
// trimmed text, no dropped block, no renamed stop_reason. Only a
// credential that a server gives back is taken out. What is covered by
// the project's version number is the suite format, the record format and
// the exit codes, not this Go API.
package messages
