package suite

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

	"github.com/evalrun/evalrun/suite/internal/source"
)

// root is the directory that bounds what a suite may read. All paths it takes
// are slash-separated and relative to it.
type root struct {
	dir  string // from the working directory, for messages
	real string // absolute, links resolved
	repo string // where the root is in its repository; "" at its top, or in none
	fs   *os.Root

	mu    sync.Mutex
	used  map[string]bool // files that suites make use of
	seen  map[string]fileState
	globs map[string]bool // by which files were found
}

// use notes that a suite makes use of a file.
func (r *root) use(rel string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.used == nil {
		r.used = map[string]bool{}
	}
	r.used[rel] = true
}

func (r *root) isUsed(rel string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.used[rel]
}

// openRoot opens the directory as a root.
func openRoot(dir string) (*root, error) {
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
	return &root{dir: fromHere(abs), real: resolved, repo: inRepository(resolved), fs: fsys}, nil
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

// findRoot gives the nearest directory, from dir upwards, that holds
// evalrun.yaml or .git; dir itself where there is none.
func findRoot(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for at := abs; ; at = filepath.Dir(at) {
		for _, mark := range []string{defaultsFile, ".git"} {
			if _, err := os.Lstat(filepath.Join(at, mark)); err == nil {
				return at, nil
			}
		}
		if at == filepath.Dir(at) {
			return abs, nil
		}
	}
}

// reachedByLink reports whether a directory below the working directory is reached by
// a link: whoever may change files there could move the root anywhere.
func reachedByLink(dir string) bool {
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

// within gives the path of an existing file or directory relative to the
// root, or an error where it is not below it.
func (r *root) within(name string) (string, error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(abs))
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(r.real, filepath.Join(dir, filepath.Base(abs)))
	if err != nil || !filepath.IsLocal(rel) {
		return "", fmt.Errorf("%s is outside of the root %s", name, r.dir)
	}
	return filepath.ToSlash(rel), nil
}

// resolve gives the path, relative to the root, of a path that is in a
// file of the directory dir. It says why a path may not be read at all.
func (r *root) resolve(dir, name string) (string, error) {
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
		return "", fmt.Errorf("the path leads out of the root %s", r.dir)
	}
	return joined, nil
}

// readable reports why a file below the root may not or cannot be read. A named
// pipe or a device would block or never end.
func (r *root) readable(rel string) error {
	if err := r.refuseSecret(rel); err != nil {
		return err
	}
	info, err := r.fs.Stat(filepath.FromSlash(rel))
	r.see(rel, info, err)
	switch {
	case err != nil:
		return r.explain(err)
	case info.IsDir():
		return errors.New("it is a directory")
	case !info.Mode().IsRegular():
		return errors.New("it is not a regular file")
	}
	return nil
}

// open opens a regular file below the root.
func (r *root) open(rel string) (*os.File, error) {
	if err := r.readable(rel); err != nil {
		return nil, err
	}
	f, err := r.fs.Open(filepath.FromSlash(rel))
	if err != nil {
		return nil, r.explain(err)
	}
	return f, nil
}

// read gives the whole of a file below the root.
func (r *root) read(rel string) ([]byte, error) {
	f, err := r.open(rel)
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

// show gives a path below the root as the user would write it.
func (r *root) show(rel string) string {
	return filepath.Join(r.dir, filepath.FromSlash(rel))
}

// refuseSecret refuses .git and .env*, by the path as written and by the
// path that its links lead to.
func (r *root) refuseSecret(rel string) error {
	if isSecret(rel) {
		return errors.New(".git and .env files are never read")
	}
	resolved, err := filepath.EvalSymlinks(filepath.Join(r.real, filepath.FromSlash(rel)))
	if err != nil {
		return nil // what cannot be resolved cannot be opened either
	}
	inside, err := filepath.Rel(r.real, resolved)
	if err != nil || !filepath.IsLocal(inside) {
		return fmt.Errorf("the path leads out of the root %s by a link", r.dir)
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

// explain makes an error of the file system shorter: the message it goes
// into names the path already.
func (r *root) explain(err error) error {
	var pathErr *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("no such file")
	case errors.Is(err, fs.ErrPermission):
		return errors.New("permission denied")
	case errors.As(err, &pathErr) && strings.Contains(pathErr.Err.Error(), "escapes"):
		return fmt.Errorf("the path leads out of the root %s", r.dir)
	case errors.As(err, &pathErr):
		return pathErr.Err
	}
	return err
}
