package namedfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// WriteFile writes a report to the file at path, whole or not at all: what
// stood there before stays until write has succeeded, and stays if it fails.
// Missing parent directories are made. A link is followed, and what is no
// regular file, such as /dev/stdout or a named pipe, is written to directly.
func WriteFile(path string, write func(io.Writer) error) error {
	if err := writeFile(path, write); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	return nil
}

// newFileMode is the mode of a file that was not there, less the umask.
const newFileMode fs.FileMode = 0o666

func writeFile(path string, write func(io.Writer) error) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	mode := newFileMode
	old, err := os.Stat(path)
	switch {
	case err != nil:
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
	case old.IsDir():
		return errors.New("it is a directory")
	case !old.Mode().IsRegular():
		file, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return writeAndClose(file, write)
	default:
		mode = old.Mode().Perm()
	}
	return replaceFile(path, mode, write)
}

// replaceFile writes a file beside path and renames it to path. A mode that
// is an old file's is kept whatever the umask.
func replaceFile(path string, mode fs.FileMode, write func(io.Writer) error) error {
	name := filepath.Join(filepath.Dir(path), fmt.Sprintf(".evalrun-%016x.tmp", rand.Uint64()))
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	defer os.Remove(name) // there is nothing to remove once it is renamed
	if err := writeAndClose(file, write); err != nil {
		return err
	}
	if mode != newFileMode {
		if err := os.Chmod(name, mode); err != nil {
			return err
		}
	}
	return os.Rename(name, path)
}

func writeAndClose(file *os.File, write func(io.Writer) error) error {
	out := bufio.NewWriter(file)
	err := write(out)
	if err == nil {
		err = out.Flush()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	return err
}
