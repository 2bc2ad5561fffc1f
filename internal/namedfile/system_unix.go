//go:build unix

package namedfile

import (
	"os"
	"strconv"
	"syscall"
)

// nonblocking keeps a file that became a pipe meanwhile from blocking.
const nonblocking = syscall.O_NONBLOCK

// duplicate opens a descriptor once more.
func duplicate(fd int) (*os.File, error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	own, err := syscall.Dup(fd)
	if err != nil {
		return nil, os.ErrNotExist
	}
	syscall.CloseOnExec(own)
	return os.NewFile(uintptr(own), "/dev/fd/"+strconv.Itoa(fd)), nil
}
