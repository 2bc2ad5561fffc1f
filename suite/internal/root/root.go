// Package root is the directory that bounds what suites may read.
//
// It refuses paths that lead out of it, also by links, .git and .env files by any
// name, and what is not a regular file. It remembers which files were read or
// looked for, so that a change of them is noticed.
package root

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	"github.com/evalrun/evalrun/internal/namedfile"
	"github.com/evalrun/evalrun/suite/internal/source"
)

// Root is the directory that bounds what a suite may read. All paths it takes
// are slash-separated and relative to it.
type Root struct {
	Dir  string // from the working directory, for messages
	Real string // absolute, links resolved
	Repo string // where the root is in its repository; "" at its top, or in none
	fs   *os.Root
	// origin is nil where the files are simply there.
	origin *Origin

	mu    sync.Mutex
	used  map[string]bool // files that suites make use of
	seen  map[string]fileState
	globs map[string]bool // by which files were found
}

// Open opens the directory as a root.
func Open(dir string) (*Root, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	resolved, err := filepath.EvalSymlinks(abs)
	if err != nil {
		return nil, err
	}
	// A pipe in its place would be waited for.
	if info, err := os.Stat(resolved); err == nil && !info.IsDir() {
		return nil, syscall.ENOTDIR
	}
	fsys, err := os.OpenRoot(resolved)
	if err != nil {
		return nil, err
	}
	return &Root{
		Dir: fromHere(abs), Real: resolved, Repo: inRepository(resolved), fs: fsys,
		used: map[string]bool{}, seen: map[string]fileState{}, globs: map[string]bool{},
	}, nil
}

// inRepository gives the slash-separated path of a directory from the nearest
// directory upwards that holds .git; "" where that is itself, or there is
// none.
func inRepository(dir string) string {
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil {
			rel, err := filepath.Rel(at, dir)
			if err != nil || rel == "." {
				return ""
			}
			return filepath.ToSlash(rel)
		}
		if at == filepath.Dir(at) {
			return ""
		}
	}
}

// fromHere gives an absolute path as seen from the working directory, where
// that is the shorter way to write it.
func fromHere(abs string) string {
	here, err := os.Getwd()
	if err != nil {
		return abs
	}
	rel, err := filepath.Rel(here, abs)
	if err != nil || len(rel) > len(abs) {
		return abs
	}
	return rel
}

// Find gives the nearest directory, from dir upwards, that holds
// a file named defaults or .git; dir itself where there is none.
func Find(dir, defaults string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for at := abs; ; at = filepath.Dir(at) {
		for _, mark := range []string{defaults, ".git"} {
			if _, err := os.Lstat(filepath.Join(at, mark)); err == nil {
				return at, nil
			}
		}
		if at == filepath.Dir(at) {
			return abs, nil
		}
	}
}

// ReachedByLink reports whether a directory below the working directory is reached by
// a link: whoever may change files there could move the root anywhere.
func ReachedByLink(dir string) bool {
	here, err := os.Getwd()
	if err != nil {
		return false
	}
	below, err := filepath.Rel(here, dir)
	if err != nil || !filepath.IsLocal(below) {
		return false
	}
	resolved, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return false // opening it reports why
	}
	resolvedHere, err := filepath.EvalSymlinks(here)
	return err == nil && resolved != filepath.Join(resolvedHere, below)
}

// Within gives the path of an existing file or directory relative to the
// Root, or an error where it is not below it.
func (r *Root) Within(name string) (string, error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(abs))
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(r.Real, filepath.Join(dir, filepath.Base(abs)))
	if err != nil || !filepath.IsLocal(rel) {
		return "", fmt.Errorf("%s is outside of the root %s", name, r.Dir)
	}
	return filepath.ToSlash(rel), nil
}

// Resolve gives the path, relative to the root, of a path that is in a
// file of the directory dir. It says why a path may not be read at all.
func (r *Root) Resolve(dir, name string) (string, error) {
	switch {
	case name == "":
		return "", errors.New("the path is empty")
	case strings.ContainsRune(name, 0):
		return "", errors.New("the path holds a NUL byte")
	case path.IsAbs(name) || filepath.IsAbs(name):
		return "", errors.New("the path is absolute; paths are relative to the file that names them")
	}
	joined := path.Join(dir, filepath.ToSlash(name))
	if !filepath.IsLocal(filepath.FromSlash(joined)) {
		return "", fmt.Errorf("the path leads out of the root %s", r.Dir)
	}
	return joined, nil
}

// Readable reports why a file below the root may not or cannot be read. A named
// pipe or a device would block or never end.
func (r *Root) Readable(rel string) error {
	if err := r.refuseSecret(rel); err != nil {
		return err
	}
	if err := r.absent(rel); err != nil {
		return err
	}
	info, err := r.Stat(rel)
	r.see(rel, info, err)
	switch {
	case err != nil:
		return r.Explain(err)
	case info.IsDir():
		return errors.New("it is a directory")
	case !info.Mode().IsRegular():
		return errors.New("it is not a regular file")
	}
	return nil
}

// Writable reports why a path below the root may not be written to: it is, or its
// links lead to, what suites may not read either.
func (r *Root) Writable(rel string) error {
	if err := r.refuseSecret(rel); err != nil {
		return errors.New(".git, .env files and what is outside of the root are never written to")
	}
	return nil
}

// Open opens a regular file below the root.
func (r *Root) Open(rel string) (*os.File, error) {
	if err := r.Readable(rel); err != nil {
		return nil, err
	}
	if err := r.fill(rel); err != nil {
		return nil, err
	}
	f, err := r.fs.Open(filepath.FromSlash(rel))
	if err != nil {
		return nil, r.Explain(err)
	}
	if err := namedfile.RefuseKernel(f); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Read gives the whole of a file below the root.
func (r *Root) Read(rel string) ([]byte, error) {
	f, err := r.Open(rel)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var data bytes.Buffer
	if info, err := f.Stat(); err == nil {
		data.Grow(int(min(info.Size(), source.MaxFileSize)) + bytes.MinRead)
	}
	if _, err := data.ReadFrom(io.LimitReader(f, source.MaxFileSize+1)); err != nil {
		return nil, err
	}
	if data.Len() > source.MaxFileSize {
		return nil, fmt.Errorf("the file is larger than %d MB", source.MaxFileSize>>20)
	}
	return data.Bytes(), nil
}

// Show gives a path below the root as the user would write it.
func (r *Root) Show(rel string) string {
	if r.origin != nil {
		return r.origin.show(rel)
	}
	return filepath.Join(r.Dir, filepath.FromSlash(rel))
}

// refuseSecret refuses .git and .env*, by the path as written and by the
// path that its links lead to.
func (r *Root) refuseSecret(rel string) error {
	if isSecret(rel) {
		return errors.New(".git and .env files are never read")
	}
	resolved, err := filepath.EvalSymlinks(filepath.Join(r.Real, filepath.FromSlash(rel)))
	if err != nil {
		return nil // what cannot be resolved cannot be opened either
	}
	inside, err := filepath.Rel(r.Real, resolved)
	if err != nil || !filepath.IsLocal(inside) {
		return fmt.Errorf("the path leads out of the root %s by a link", r.Dir)
	}
	if isSecret(filepath.ToSlash(inside)) {
		return errors.New("it is a link to a .git or .env file; those are never read")
	}
	return nil
}

// isSecret reports whether a path holds a component that is never read. File
// systems that ignore case make .GIT the same directory.
func isSecret(rel string) bool {
	for part := range strings.SplitSeq(rel, "/") {
		part = strings.ToLower(part)
		if part == ".git" || strings.HasPrefix(part, ".env") {
			return true
		}
	}
	return false
}

// Explain makes an error of the file system shorter: the message it goes into
// names the path already.
func (r *Root) Explain(err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) && strings.Contains(pathErr.Err.Error(), "escapes") {
		return fmt.Errorf("the path leads out of the root %s", r.Dir)
	}
	return Explain(err)
}

// Explain is Root.Explain for a path that is below no root.
func Explain(err error) error {
	var pathErr *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("no such file")
	case errors.Is(err, fs.ErrPermission):
		return errors.New("permission denied")
	case errors.As(err, &pathErr):
		return pathErr.Err
	}
	return err
}

// FS is the file system below the root, without the checks of Read.
func (r *Root) FS() fs.FS { return r.fs.FS() }

// Stat describes a file or directory below the root, behind its links.
func (r *Root) Stat(rel string) (fs.FileInfo, error) { return r.fs.Stat(filepath.FromSlash(rel)) }

// Exists reports whether there is something of that name, if only a link.
func (r *Root) Exists(rel string) bool {
	_, err := r.fs.Lstat(filepath.FromSlash(rel))
	return err == nil
}

// Unlinked gives the path of a file or directory below the root with all links
// on the way resolved.
func (r *Root) Unlinked(rel string) (string, error) {
	resolved, err := filepath.EvalSymlinks(filepath.Join(r.Real, filepath.FromSlash(rel)))
	if err != nil {
		return "", errors.New(strings.TrimPrefix(r.Explain(err).Error(), "EvalSymlinks: "))
	}
	inside, err := filepath.Rel(r.Real, resolved)
	switch {
	case err != nil || !filepath.IsLocal(inside):
		return "", fmt.Errorf("it leads out of the root %s", r.Dir)
	case isSecret(filepath.ToSlash(inside)):
		return "", errors.New("it leads into .git or .env, which are never read")
	}
	return filepath.ToSlash(inside), nil
}
