// Package namedfile opens the files that flags and arguments name: records,
// baselines, labels, prices and what reports are written to.
//
// The user wrote the path and is trusted. The links on the way are not: who
// puts files into a checkout, as with a pull request, could have a committed
// baseline lead to /proc/self/environ. So a link is followed only inside the
// root, which is the nearest directory upwards that holds evalrun.yaml or
// .git, else the working directory; a file outside of both may be a link
// within its own folder. Nothing is followed into .git or to a .env file.
// Links in directories above the root are the machine's own.
//
// What is read is a regular file. A pipe is read where the shell gave one, as
// /dev/fd/N: `evalrun compare <(git show HEAD:base.jsonl) new.jsonl`. Other
// pipes, devices and the files of /proc and /sys are refused.
package namedfile

import (
	"errors"
	"io/fs"
	"os"
)

var (
	errDirectory  = errors.New("it is a directory")
	errNotRegular = errors.New("it is not a regular file")
	errKernel     = errors.New("it is a file of the system's kernel, such as those of /proc, which are never read")
)

// RefuseKernel is an error where the kernel makes up what the file holds.
// Reading such a file may wait for ever, or give the process's own secrets.
func RefuseKernel(file *os.File) error {
	if ofKernel(file) {
		return errKernel
	}
	return nil
}

// Open opens the file at path to read it. What a pipe of the shell gives is
// read to its end and held in a temporary file; such a pipe can be opened only
// once. The error is a *fs.PathError with the path as it was given; where a
// link is not followed it holds a *LinkError.
func Open(path string) (*os.File, error) {
	file, err := open(path)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: cause(err)}
	}
	return file, nil
}

func open(path string) (*os.File, error) {
	if fd, ok := given(path); ok {
		return openGiven(fd)
	}
	return openRegular(path, os.O_RDONLY, 0)
}

// OpenFile is os.OpenFile for a regular file, or one that is to be made. On
// every system others may rename the file while it is open. Its errors are
// those of Open.
func OpenFile(path string, flag int, perm fs.FileMode) (*os.File, error) {
	file, err := openRegular(path, flag, perm)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: cause(err)}
	}
	return file, nil
}

// openRegular opens the file that a path leads to, and no other: whoever
// changes links meanwhile has it opened below the same directory or not at
// all.
func openRegular(path string, flag int, perm fs.FileMode) (*os.File, error) {
	to, err := follow(path)
	if err != nil {
		return nil, err
	}
	dir, err := os.OpenRoot(to.bound)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	info, err := dir.Stat(to.rel) // opening a device may act
	switch {
	case err == nil:
		err = regular(info)
	case errors.Is(err, fs.ErrNotExist) && flag&os.O_CREATE != 0:
		err = nil
	}
	if err != nil {
		return nil, err
	}
	file, err := dir.OpenFile(to.rel, flag|nonblocking, perm)
	if err != nil {
		return nil, err
	}
	if info, err = file.Stat(); err == nil {
		err = regular(info)
	}
	if err == nil {
		err = RefuseKernel(file)
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

func regular(info fs.FileInfo) error {
	switch {
	case info.IsDir():
		return errDirectory
	case !info.Mode().IsRegular():
		return errNotRegular
	}
	return nil
}

// cause is an error of the file system without the paths in it, which are not
// as the user wrote them.
func cause(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
