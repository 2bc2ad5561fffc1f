package record

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// lock takes the file for this open file alone, until it is closed. Locks bind
// readers too on this system, so it is a byte far past the end that is locked.
func lock(file *os.File) error {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	past := &windows.Overlapped{OffsetHigh: 1 << 30}
	err := windows.LockFileEx(windows.Handle(file.Fd()), flags, 0, 1, 0, past)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return ErrLocked
	}
	return err
}

// unlock does nothing: the lock ends with the open file.
func unlock(*os.File) {}
