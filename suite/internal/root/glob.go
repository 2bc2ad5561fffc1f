package root

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// What a glob may hold: looking for what matches takes time that grows with
// the power of them.
const (
	maxDoubleStars  = 1
	maxAlternatives = 5 // commas
)

// Glob lists the regular files that a glob matches, sorted. It follows no links.
func (r *Root) Glob(glob string) ([]string, error) {
	switch {
	case !doublestar.ValidatePattern(glob):
		return nil, errors.New("it is not a valid glob")
	case strings.Count(glob, "**") > maxDoubleStars, strings.Count(glob, ",") > maxAlternatives:
		return nil, fmt.Errorf("the glob holds ** more than once, or more than %d commas", maxAlternatives)
	}
	r.seeGlob(glob)
	files, err := r.match(glob)
	if err != nil {
		return nil, err
	}
	if link := r.passed(glob); link != "" {
		return nil, fmt.Errorf("the glob does not follow the linked directory %s; name it as it is, or the directory that it leads to", diagnostic.Quote(link))
	}
	files = slices.DeleteFunc(files, func(file string) bool { return r.refuseSecret(file) != nil })
	if len(files) == 0 {
		return nil, errors.New("the glob matches no file")
	}
	slices.Sort(files)
	return files, nil
}

func (r *Root) match(glob string) ([]string, error) {
	return doublestar.Glob(r.fs.FS(), glob, doublestar.WithFilesOnly(), doublestar.WithNoFollow())
}

// passed gives a link to a directory that a glob passes by, since links could
// lead in a circle; "" where there is none. Those of package managers and in
// hidden directories are not looked at.
func (r *Root) passed(glob string) string {
	parts := strings.Split(glob, "/")
	for n := 1; n < len(parts); n++ {
		if !strings.ContainsAny(parts[n-1], "*?[") {
			continue
		}
		dirs, err := doublestar.Glob(r.fs.FS(), strings.Join(parts[:n], "/"), doublestar.WithNoFollow())
		if err != nil {
			return "" // braces with a slash in them
		}
		for _, dir := range dirs {
			info, err := r.fs.Lstat(filepath.FromSlash(dir))
			if err != nil || info.Mode()&fs.ModeSymlink == 0 || slices.ContainsFunc(strings.Split(dir, "/"), IsSkippedDir) {
				continue
			}
			if info, err := os.Stat(filepath.Join(r.Real, filepath.FromSlash(dir))); err == nil && info.IsDir() {
				return dir
			}
		}
	}
	return ""
}

// IsSkippedDir reports whether a directory of a name is left out.
func IsSkippedDir(name string) bool {
	return strings.HasPrefix(name, ".") || name == "testdata" || name == "node_modules"
}
