// Package logsuite writes the conversations of a log as a suite: a case each, in
// which what the application said is written and what the model said is asked for
// again.
//
// It refuses to change a request: whoever calls it loads what it wrote, and
// compares each request with the one that was logged.
package logsuite
