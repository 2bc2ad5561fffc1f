//go:build !windows

package record

import "os"

// openShared opens a file that others may rename meanwhile.
func openShared(path string, flag int, mode os.FileMode) (*os.File, error) {
	return os.OpenFile(path, flag, mode)
}
