//go:build !linux

package namedfile

import (
	"os"
	"strings"
)

// ofKernel reports whether the kernel makes up what a file holds.
func ofKernel(file *os.File) bool { return strings.HasPrefix(file.Name(), "/proc/") }
