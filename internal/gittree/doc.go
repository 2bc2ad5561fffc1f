// Package gittree gives the files of a commit as they are there, by git's own
// plumbing: a directory outside of the work tree with links and empty files, which
// are filled when they are read.
//
// It checks nothing out, runs no hook and no filter, and fetches nothing. It
// refuses what would lead out of the directory: names such as "..", links to
// elsewhere. It leaves out what a commit only refers to: submodules, and files that
// Git LFS keeps.
package gittree
