package suitefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/namedfile"
)

// Staged are files that were written beside the place where they are to be, so
// that they can be tried before they are there.
type Staged struct {
	// Dir is the directory that holds them for now.
	Dir string

	dir   string // where they are to be
	files *Files
	force bool
}

// Stage writes files so that Commit can move them into the directory dir, all of
// them or none. A file that is there already is an error, unless force says that
// it is replaced.
func Stage(dir string, files *Files, force bool) (*Staged, error) {
	s := &Staged{dir: dir, files: files, force: force}
	if err := s.check(); err != nil {
		return nil, err
	}
	within := dir
	if _, err := os.Stat(dir); err != nil {
		within = filepath.Dir(filepath.Clean(dir))
		if err := os.MkdirAll(within, 0o755); err != nil {
			return nil, err
		}
	}
	var err error
	if s.Dir, err = os.MkdirTemp(within, ".evalrun-import-"); err != nil {
		return nil, err
	}
	for _, name := range files.Names() {
		if err := writeFile(s.at(s.Dir, name), files.Text(name)); err != nil {
			return nil, errors.Join(err, s.Remove())
		}
	}
	return s, nil
}

func (s *Staged) at(dir, name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }

// check lists what is in the way.
func (s *Staged) check() error {
	var found diagnostic.List
	if info, err := os.Stat(s.dir); err == nil && !info.IsDir() {
		found.Add(diagnostic.Diagnostic{Message: s.dir + " is not a directory", Hint: "name another one with -o"})
		return found.Err()
	}
	for _, name := range s.files.Names() {
		path := s.at(s.dir, name)
		info, err := os.Lstat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			found.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("cannot write %s: %v", path, err)})
		case !s.force:
			found.Add(diagnostic.Diagnostic{Message: path + " is there already", Hint: "name another directory with -o; --force replaces the files of an earlier import"})
		case !info.Mode().IsRegular():
			found.Add(diagnostic.Diagnostic{Message: path + " is not a regular file", Hint: "move it away"})
		}
		if err := namedfile.CheckWrite(path); err != nil {
			found.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("cannot write %s: %v", path, err), Hint: namedfile.Hint})
		}
	}
	return found.Err()
}

// writeFile makes a new file, which only its owner may read: it may hold what an
// application was told.
func writeFile(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

// Commit moves the files to their place and calls finish there. Where it fails,
// or a file cannot be moved, all is as it was before.
func (s *Staged) Commit(finish func() error) error {
	var moved []string
	var err error
	for _, name := range s.files.Names() {
		if err = s.move(name); err != nil {
			break
		}
		moved = append(moved, name)
	}
	if err == nil {
		err = finish()
	}
	if err != nil {
		for _, name := range moved {
			err = errors.Join(err, s.back(name))
		}
	}
	return errors.Join(err, s.Remove())
}

// aside is where a file is kept that another one replaces, until all are.
func (s *Staged) aside(name string) string { return s.at(s.Dir, "replaced/"+name) }

func (s *Staged) move(name string) error {
	to := s.at(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	if s.force {
		if err := os.MkdirAll(filepath.Dir(s.aside(name)), 0o755); err != nil {
			return err
		}
		if err := os.Rename(to, s.aside(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := os.Link(s.at(s.Dir, name), to); err == nil { // fails where there is a file
		return os.Remove(s.at(s.Dir, name))
	} else if errors.Is(err, fs.ErrExist) {
		return err
	}
	return os.Rename(s.at(s.Dir, name), to) // of a file system without links
}

// back undoes move.
func (s *Staged) back(name string) error {
	to := s.at(s.dir, name)
	if err := os.Remove(to); err != nil {
		return err
	}
	_ = os.Remove(filepath.Dir(to)) // unless something is in it
	if err := os.Rename(s.aside(name), to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Remove takes away what is not in its place.
func (s *Staged) Remove() error { return os.RemoveAll(s.Dir) }
