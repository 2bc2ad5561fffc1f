package record

import (
	"os"

	"golang.org/x/sys/windows"
)

// openShared opens a file that others may rename meanwhile, which os.OpenFile
// does not allow on this system.
func openShared(path string, flag int, _ os.FileMode) (*os.File, error) {
	access, create := uint32(windows.GENERIC_READ), uint32(windows.OPEN_EXISTING)
	if flag&os.O_RDWR != 0 {
		access |= windows.GENERIC_WRITE
	}
	switch {
	case flag&(os.O_CREATE|os.O_EXCL) == os.O_CREATE|os.O_EXCL:
		create = windows.CREATE_NEW
	case flag&os.O_CREATE != 0:
		create = windows.OPEN_ALWAYS
	}
	const share = windows.FILE_SHARE_READ | windows.FILE_SHARE_WRITE | windows.FILE_SHARE_DELETE
	name, err := windows.UTF16PtrFromString(path)
	if err == nil {
		var handle windows.Handle
		if handle, err = windows.CreateFile(name, access, share, nil, create, windows.FILE_FLAG_BACKUP_SEMANTICS, 0); err == nil {
			return os.NewFile(uintptr(handle), path), nil
		}
	}
	return nil, &os.PathError{Op: "open", Path: path, Err: err}
}
