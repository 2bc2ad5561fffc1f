package promptfoo

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// maxFile is how large a file may be that a configuration names, in bytes.
const maxFile = 4 << 20

// read gives a file that the configuration names.
func (c *converter) read(name string) ([]byte, error) {
	clean := path.Clean(filepath.ToSlash(strings.TrimPrefix(name, "file://")))
	for part := range strings.SplitSeq(clean, "/") {
		if part == ".git" || strings.HasPrefix(part, ".env") {
			return nil, fmt.Errorf("%s: .git and .env files are never read", name)
		}
	}
	if !fs.ValidPath(clean) {
		return nil, fmt.Errorf("%s leads out of the directory of the configuration", name)
	}
	f, err := c.dir.Open(filepath.FromSlash(clean))
	if err != nil {
		var wrong *fs.PathError
		if errors.As(err, &wrong) {
			err = wrong.Err
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", name)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		return nil, err
	case len(data) > maxFile:
		return nil, fmt.Errorf("%s is larger than %d MB", name, maxFile>>20)
	case !utf8.Valid(data):
		return nil, fmt.Errorf("%s is not UTF-8 text", name)
	}
	return []byte(strings.TrimPrefix(string(data), "\uFEFF")), nil
}

// glob lists the files that a pattern names; a name without signs of a pattern is
// itself.
func (c *converter) glob(pattern string) ([]string, error) {
	pattern = strings.TrimPrefix(pattern, "file://")
	if strings.Contains(pattern, "://") {
		return nil, fmt.Errorf("%s is not a file: save it beside the configuration, and name that file", pattern)
	}
	pattern = path.Clean(pattern)
	if !strings.ContainsAny(pattern, "*?[") {
		return []string{pattern}, nil
	}
	names, err := fs.Glob(c.dir.FS(), pattern)
	if err == nil && len(names) == 0 {
		err = fmt.Errorf("%s matches no file", pattern)
	}
	return names, err
}

// openDir opens the directory of the configuration.
func openDir(file string) (*os.Root, error) { return os.OpenRoot(filepath.Dir(file)) }
