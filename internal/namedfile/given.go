package namedfile

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
)

// maxGiven bounds what a pipe may give, in bytes.
const maxGiven = 16 << 30

var (
	descriptor = regexp.MustCompile(`^/(?:dev|proc/self)/fd/([0-9]{1,9})$`)
	stream     = regexp.MustCompile(`^/dev/std(in|out|err)$`)
)

// isStream reports whether a path names what the process was given when it was
// started, and no file.
func isStream(path string) bool {
	path = filepath.ToSlash(filepath.Clean(path))
	return descriptor.MatchString(path) || stream.MatchString(path)
}

// given gives the descriptor that a path to read names, as the shell writes it
// in the place of <(…).
func given(path string) (fd int, ok bool) {
	path = filepath.ToSlash(filepath.Clean(path))
	if path == "/dev/stdin" {
		return 0, true
	}
	m := descriptor.FindStringSubmatch(path)
	if m == nil {
		return 0, false
	}
	fd, err := strconv.Atoi(m[1])
	return fd, err == nil
}

// openGiven opens a descriptor that the process was given.
func openGiven(fd int) (*os.File, error) {
	file, err := duplicate(fd)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	switch {
	case err != nil:
	case RefuseKernel(file) != nil:
		err = errKernel
	case info.Mode().IsRegular():
		return file, nil
	case info.Mode()&os.ModeNamedPipe == 0:
		err = regular(info)
	default:
		defer file.Close()
		return held(file)
	}
	file.Close()
	return nil, err
}

// held puts what a pipe gives into a file without a name.
func held(pipe io.Reader) (*os.File, error) {
	file, err := os.CreateTemp("", "evalrun-")
	if err != nil {
		return nil, err
	}
	err = os.Remove(file.Name())
	var size int64
	if err == nil {
		size, err = io.Copy(file, io.LimitReader(pipe, maxGiven+1))
	}
	if err == nil && size > maxGiven {
		err = fmt.Errorf("it gives more than %d GB", maxGiven>>30)
	}
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}
