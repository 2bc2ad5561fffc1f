// Package workflow writes commands of GitHub Actions workflows: annotations and
// groups of the log.
//
// No text that it is given can begin a command of its own.
package workflow
