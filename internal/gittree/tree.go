package gittree

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
)

// Tree is the files of a commit below a directory. It may be used by many
// goroutines at once.
type Tree struct {
	// Dir is the directory that was made for it, with its links resolved.
	Dir string

	root *os.Root
	git  *blobs

	mu     sync.Mutex
	hashes map[string]string // of files that are not filled yet
	left   map[string]string // why files of the commit are not there
}

// Open lays the commit's files below Options.Dir out in a new directory, which
// Close takes away. A commit that lacks that directory has no files.
func (c *Commit) Open(ctx context.Context) (*Tree, error) {
	entries, err := c.entries(ctx)
	if err != nil {
		return nil, err
	}
	t := &Tree{hashes: map[string]string{}, left: map[string]string{}}
	if t.git, err = c.opts.newBlobs(); err != nil {
		return nil, err
	}
	if err := t.open(); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	if err := t.lay(entries); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

func (t *Tree) open() error {
	dir, err := os.MkdirTemp("", "evalrun-against-")
	if err != nil {
		return err
	}
	t.Dir = dir
	if t.Dir, err = filepath.EvalSymlinks(dir); err != nil {
		return err
	}
	t.root, err = os.OpenRoot(t.Dir)
	return err
}

// Close takes the directory away.
func (t *Tree) Close() error {
	errs := []error{t.git.close()}
	if t.root != nil {
		errs = append(errs, t.root.Close())
	}
	if t.Dir != "" {
		errs = append(errs, os.RemoveAll(t.Dir))
	}
	return errors.Join(errs...)
}

// lay makes the directories and the empty files, and then the links, so that
// nothing is made behind one.
func (t *Tree) lay(entries []entry) error {
	made := map[string]bool{}
	var links []entry
	for _, e := range entries {
		why := e.refused()
		switch {
		case why != "":
			t.left[e.path] = why
		case e.mode == modeLink:
			links = append(links, e)
		default:
			if err := t.make(e, made, t.empty); err != nil {
				return err
			}
		}
	}
	for _, e := range links {
		if err := t.make(e, made, t.link); err != nil {
			return err
		}
	}
	return nil
}

// make makes a file or a link with the directories above it. Two of the commit
// that are one on this system are one.
func (t *Tree) make(e entry, made map[string]bool, what func(entry) error) error {
	var err error
	if dir := path.Dir(e.path); !made[dir] {
		err = t.root.MkdirAll(filepath.FromSlash(dir), 0o700)
		made[dir] = err == nil
	}
	if err == nil {
		err = what(e)
	}
	if errors.Is(err, fs.ErrExist) || errors.Is(err, syscall.ENOTDIR) {
		t.left[e.path] = "the commit has another file of that name, as this system sees names"
		return nil
	}
	return err
}

func (t *Tree) empty(e entry) error {
	f, err := t.root.OpenFile(filepath.FromSlash(e.path), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	t.hashes[e.path] = e.hash
	return f.Close()
}

// maxLink bounds where a link leads, in bytes.
const maxLink = 4096

// link makes a link, unless it leads out of the directory.
func (t *Tree) link(e entry) error {
	var target strings.Builder
	err := t.git.read(e.hash, maxLink, func(_ int64, from io.Reader) error {
		_, err := io.Copy(&target, from)
		return err
	})
	if err != nil {
		t.left[e.path] = err.Error()
		return nil
	}
	to := target.String()
	if to == "" || path.IsAbs(to) || strings.ContainsAny(to, "\x00\\") || !filepath.IsLocal(filepath.FromSlash(path.Join(path.Dir(e.path), to))) {
		t.left[e.path] = "it is a link that leads out of the root"
		return nil
	}
	return t.root.Symlink(filepath.FromSlash(to), filepath.FromSlash(e.path))
}

// Fill writes what a file holds, if that was not done yet. The path has no links in
// it. The error is why the commit does not give the file, or gives one of more than
// most bytes.
func (t *Tree) Fill(name string, most int64) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if why := t.why(name); why != "" {
		return errors.New(why)
	}
	hash, empty := t.hashes[name]
	if !empty {
		return nil
	}
	err := t.git.read(hash, most, func(size int64, from io.Reader) error {
		if size < maxPointer {
			data, err := io.ReadAll(from)
			if err == nil && strings.HasPrefix(string(data), pointer) {
				err = errors.New("it is kept by Git LFS, and the commit only refers to it")
			}
			if err != nil {
				return err
			}
			from = bytes.NewReader(data)
		}
		return t.write(name, from)
	})
	if err != nil {
		t.left[name] = err.Error()
		return err
	}
	delete(t.hashes, name)
	return nil
}

func (t *Tree) write(name string, from io.Reader) error {
	f, err := t.root.OpenFile(filepath.FromSlash(name), os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, f.Close())
}

// What Git LFS puts into a commit in the place of a file begins so, and is shorter.
const (
	pointer    = "version https://git-lfs.github.com/spec/"
	maxPointer = 1024
)

// Why says why a file of the commit is not there; "" where it is, and where the
// commit has none of that name.
func (t *Tree) Why(name string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.why(name)
}

func (t *Tree) why(name string) string {
	for ; name != "." && name != "/"; name = path.Dir(name) {
		if why := t.left[name]; why != "" {
			return why
		}
	}
	return ""
}
