//go:build !unix

package main

// ignoreFileSize does nothing: this system has no signal for it.
func ignoreFileSize() {}
