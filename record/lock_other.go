//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package record

import "os"

// lock does nothing: this system has no lock that ends with the process.
func lock(*os.File) error { return nil }

// unlock does nothing: the lock ends with the open file.
func unlock(*os.File) {}
