//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package record

import (
	"errors"
	"os"
	"syscall"
)

// lock takes the file for this open file alone, until it is closed. Readers
// are not held off. On a file system without locks it does nothing.
func lock(file *os.File) error {
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EWOULDBLOCK):
			return ErrLocked
		case errors.Is(err, errors.ErrUnsupported), errors.Is(err, syscall.ENOLCK):
			return nil
		}
		return err
	}
}

// unlock gives the lock up. Closing the file alone leaves it to whoever has a
// copy of the open file, as a process has that was just forked.
func unlock(file *os.File) {
	for errors.Is(syscall.Flock(int(file.Fd()), syscall.LOCK_UN), syscall.EINTR) {
	}
}
