// Package promptfoo writes suites of the configurations of promptfoo, and of the
// prompt files of GitHub Models (.prompt.yml).
//
// It refuses to weaken a check: what a suite cannot say becomes an assertion that
// fails until somebody has decided, with the original lines in a comment.
// It runs nothing that a configuration names, and reads no file outside of the
// directory of the configuration.
package promptfoo
