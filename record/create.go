package record

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/evalrun/evalrun/internal/namedfile"
)

// fileMode is that of a new record. It holds what was asked and answered, which
// is nobody else's.
const fileMode = 0o600

// ErrLocked says that another Writer, here or in another process, has the
// record open.
var ErrLocked = errors.New("another evalrun is writing this record")

// Create opens a new, empty record at path for writing, which only its owner
// may read, with the directories above it. A record that was there is lost; any other file that was there is
// an error and stays, as does a record that is being written (ErrLocked).
func Create(path string) (*Writer, error) {
	if err := makeDir(path); err != nil {
		return nil, err
	}
	file, err := openLocked(path, os.O_CREATE)
	if err != nil {
		return nil, err
	}
	err = emptyRecord(file)
	if err == nil { // one of before may have been open to others
		err = file.Chmod(fileMode)
	}
	if err != nil {
		lockedFile{file}.Close()
		return nil, fmt.Errorf("record %s: %w", path, err)
	}
	return newWriter(path, lockedFile{file}, 0), nil
}

// Replace opens a new, empty record at path as Create does, and keeps the file
// that was there as previous, in place of what had that name. A record that is
// being written, or that a run still reports from, is ErrLocked and stays.
func Replace(path, previous string) (*Writer, error) {
	if err := makeDir(path); err != nil {
		return nil, err
	}
	const most = 100 // others may begin records at the same time
	for range most {
		file, err := openLocked(path, os.O_CREATE)
		if err != nil {
			return nil, err
		}
		info, err := file.Stat()
		switch {
		case err != nil:
		case info.Mode().IsRegular() && info.Size() == 0:
			return newWriter(path, lockedFile{file}, 0), nil
		default: // while it is locked, so that nobody begins to write it meanwhile
			err = os.Rename(path, previous)
		}
		lockedFile{file}.Close()
		if err != nil {
			return nil, fmt.Errorf("record %s: %w", path, err)
		}
	}
	return nil, fmt.Errorf("record %s: %w", path, ErrLocked)
}

func makeDir(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("the record's directory cannot be made: %w", err)
	}
	return nil
}

// emptyRecord empties a file that is a record.
func emptyRecord(file *os.File) error {
	if err := checkReplaceable(file); err != nil {
		return err
	}
	if err := file.Truncate(0); err != nil {
		return err
	}
	_, err := file.Seek(0, io.SeekStart)
	return err
}

// checkReplaceable says what is wrong with a file that a record is to take the
// place of.
func checkReplaceable(file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("it is not a regular file")
	}
	head := make([]byte, 512)
	n, err := io.ReadFull(file, head)
	switch {
	case err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return err
	case n > 0 && !looksLikeRecord(head[:n]):
		return errors.New("the file exists and is not a record; name another file, so that it is not lost")
	}
	return nil
}

// looksLikeRecord distinguishes the start of a record, whole or torn, from that of
// another file.
func looksLikeRecord(head []byte) bool {
	start := []byte(`{"kind":"run"`)
	return bytes.HasPrefix(start, head) || head[0] == '{' && bytes.Contains(head, start[1:])
}

// Append opens the record at path to go on with it: a torn last line is taken
// away, lines that cannot be read are put into a file beside it, whose name ends
// in .damaged, and the blobs that the record has are not written again. With the
// Writer comes the record as it was found; it is nil where the record held no
// whole line, and is then to be begun anew with a Run.
func Append(path string) (*Writer, *File, error) {
	file, err := openLocked(path, 0)
	if err != nil {
		return nil, nil, err
	}
	found, end, err := repair(path, file)
	if err != nil {
		lockedFile{file}.Close()
		return nil, nil, err
	}
	w := newWriter(path, lockedFile{file}, end)
	if found != nil {
		for hash := range found.index.blobs {
			w.blobs[hash] = true
		}
	}
	return w, found, nil
}

// repair makes the record end with a whole line, and file are there.
func repair(path string, file *os.File) (*File, int64, error) {
	found, err := Open(path)
	var wrong *LineError
	if errors.As(err, &wrong) {
		if found, err = OpenDamaged(path); err == nil {
			err = mend(path, file, found.bad)
		}
	}
	var end int64
	switch {
	case errors.Is(err, errEmpty):
	case err != nil:
		return nil, 0, err
	default:
		end = found.end
	}
	if err := endAt(file, end, found == nil || found.ended); err != nil {
		if found != nil {
			found.Close()
		}
		return nil, 0, fmt.Errorf("record %s cannot be repaired: %w", path, err)
	}
	if found != nil && !found.ended {
		end++
	}
	return found, end, nil
}

// endAt cuts the file at end, adds a line ending where the last line lacks its
// own, and leaves the file standing there.
func endAt(file *os.File, end int64, ended bool) error {
	if err := file.Truncate(end); err != nil {
		return err
	}
	if _, err := file.Seek(end, io.SeekStart); err != nil {
		return err
	}
	if ended {
		return nil
	}
	_, err := file.Write([]byte{'\n'})
	return err
}

// openLocked opens a file to read and write it, and locks it until it is
// closed. The file is the one at path then: only who holds its lock moves it.
func openLocked(path string, flag int) (*os.File, error) {
	for {
		file, err := namedfile.OpenFile(path, os.O_RDWR|flag, fileMode)
		if err != nil {
			return nil, fmt.Errorf("the record cannot be written: %w", err)
		}
		if err := lock(file); err != nil {
			file.Close()
			return nil, fmt.Errorf("record %s: %w", path, err)
		}
		same, err := isAt(file, path)
		if same {
			return file, nil
		}
		lockedFile{file}.Close()
		if err != nil {
			return nil, fmt.Errorf("the record cannot be written: %w", err)
		}
	}
}

// lockedFile is a file that openLocked opened.
type lockedFile struct{ *os.File }

// Close gives the lock up and closes the file.
func (f lockedFile) Close() error {
	unlock(f.File)
	return f.File.Close()
}

// isAt reports whether an open file is the one at path.
func isAt(file *os.File, path string) (bool, error) {
	open, err := file.Stat()
	if err != nil {
		return false, err
	}
	there, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	return err == nil && os.SameFile(open, there), err
}
