package suite

import (
	"os"
	"path/filepath"

	"github.com/evalrun/evalrun/suite/internal/root"
)

// Committed are suites as they are at a commit: files that someone laid out in a
// directory, and fills when they are read.
type Committed struct {
	// Dir holds them. It is the root of the suites.
	Dir string
	// Name is what the commit is called in messages, before the paths of its files.
	Name string
	// Repository is where the root is in its repository, with slashes; "" at its top.
	Repository string
	// Files fills what is read.
	Files interface {
		// Fill writes a file of up to most bytes, by its path without links. The
		// error is why it is not to be had.
		Fill(name string, most int64) error
		// Why says why a file of the commit is not there; "" where it is, and where
		// the commit has none of that name.
		Why(name string) string
	}
	// Skip gives the reason why a case is not asked; "" where it is.
	Skip func(*Case) string
}

// open opens the root.
func (c *Committed) open() (*root.Root, error) {
	r, err := root.Open(c.Dir)
	if err == nil {
		r.From(root.Origin{Name: c.Name, Repository: c.Repository, Fill: c.Files.Fill, Why: c.Files.Why})
	}
	return r, err
}

// RootOf gives the one root of the paths, as Load finds it, and the paths from
// there, with slashes. It is an error where they have several.
func RootOf(paths []string, rootDir string) (dir string, rel []string, err error) {
	l := &loader{opts: Options{Root: rootDir}, roots: map[string]*root.Root{}, set: &Set{}}
	for _, p := range paths {
		in := p
		if info, err := os.Stat(p); err != nil {
			continue // which Load reports
		} else if !info.IsDir() {
			in = filepath.Dir(p)
		}
		r, below, ok := l.rootOf(in, p)
		switch {
		case !ok:
		case dir != "" && dir != r.Real:
			l.diags.Add(fileDiag(p, "it has another root than the paths before it"))
		default:
			dir = r.Real
			rel = append(rel, below)
		}
	}
	return dir, rel, l.diags.Err()
}
