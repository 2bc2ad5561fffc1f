// Package recordtext says in words what a record holds: an answer, an assertion,
// why it has its outcome, an error. Its texts are not yet safe to show.
//
// It judges nothing, and reads of a response that is not as the API has it what
// there is.
package recordtext
